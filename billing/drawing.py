"""Signatures that were drawn: what a client sends becomes a small PNG of ours, black on nothing."""

import re
from base64 import b64decode
from binascii import Error as BadBase64
from io import BytesIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageChops, UnidentifiedImageError

from leadercrm.core.errors import DomainError

DATA_URI = re.compile(r"data:image/png;base64,([A-Za-z0-9+/]+={0,2})", re.ASCII)
MOST_BYTES = 300_000
MOST_PIXELS = 2400 * 1200
WIDTH, HEIGHT = 600, 200
# A stroke is darker than this, and so many pixels of it are no slip of the finger.
INK, LEAST_INK = 100, 40


def signature_png(uri: str) -> bytes:
    """The drawing in a data: URI as a PNG of at most 600 by 200 pixels: its strokes alone.

    Raises a DomainError on `drawn` for what is no PNG, too large, or empty. Nothing of the sender's
    file is kept: its pixels are drawn anew.
    """
    shape = DATA_URI.fullmatch(uri) if len(uri) <= MOST_BYTES else None
    if shape is None:
        raise _unusable()
    try:
        with Image.open(BytesIO(b64decode(shape[1], validate=True)), formats=("PNG",)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _unusable()
            strokes = _strokes(picture.convert("RGBA"))
    except (UnidentifiedImageError, Image.DecompressionBombError, BadBase64, OSError, ValueError, SyntaxError) as error:
        raise _unusable() from error
    return _written(strokes)


def _strokes(picture: Image.Image) -> Image.Image:
    """How dark each pixel is, whatever the colour, on white paper; cut to what was drawn."""
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    strokes = ImageChops.invert(paper.convert("L"))
    inked = strokes.point(lambda value: 255 if value > INK else 0)
    box = inked.getbbox()
    if box is None or inked.histogram()[255] < LEAST_INK:
        raise DomainError(_("Draw your signature, or type it."), field="drawn", code="empty_signature")
    return strokes.crop(box)


def _written(strokes: Image.Image) -> bytes:
    strokes.thumbnail((WIDTH, HEIGHT))
    bare = Image.new("LA", strokes.size, (0, 0))
    bare.putalpha(strokes)
    written = BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()


def _unusable() -> DomainError:
    return DomainError(_("This is no drawing that we can use. Type your signature instead."), field="drawn")
