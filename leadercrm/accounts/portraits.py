"""Portraits of users as files: what may become one, and where it is kept."""

import secrets
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from leadercrm.core.errors import DomainError

SIDE = 256
FORMATS = ("JPEG", "PNG", "WEBP")
# Decoding takes three or four bytes a pixel.
MOST_PIXELS = 4096 * 4096


def normalized(raw: bytes) -> bytes:
    """A square JPEG of 256 pixels made of a picture, without whatever else was in its file.

    Raises a DomainError for what is no picture, or one too large to be decoded with a good conscience.
    """
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _unusable()
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))
            upright = ImageOps.exif_transpose(picture)
            square = ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise _unusable() from error
    bare = Image.new("RGB", square.size)
    bare.paste(square)  # the pixels alone: comments would be written along with a picture that was opened
    written = BytesIO()
    bare.save(written, "JPEG", quality=90)
    return written.getvalue()


def keep(jpeg: bytes) -> str:
    """Write a portrait under a new name; returns its path below the storage."""
    name = f"avatars/{secrets.randbelow(9 * 10**17) + 10**17}.jpg"
    path = Path(settings.STORAGE_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(jpeg)
    return name


def forget(name: str) -> None:
    """Remove a portrait's file, if it is there."""
    (Path(settings.STORAGE_DIR) / name).unlink(missing_ok=True)


def _unusable() -> DomainError:
    return DomainError(
        _("This is no JPEG, PNG or WebP picture of at most 16 million pixels."), field="image", code="bad_image"
    )
