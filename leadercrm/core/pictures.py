"""Pictures that users send: what may become one, and where it is kept.

A picture is decoded and written anew, so that nothing of the file that was sent is ever served.
"""

import secrets
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from leadercrm.core import trial
from leadercrm.core.errors import DomainError

FORMATS = ("JPEG", "PNG", "WEBP")
# Decoding takes three or four bytes a pixel: those of one picture at a time.
MOST_PIXELS = 4096 * 4096
_decoding = Lock()
# What Pillow's decoders raise for files that are damaged, or made to look like it.
DAMAGED = (
    UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError, TypeError,
    LookupError, OverflowError, struct.error, zlib.error,
)  # fmt: skip
# What files of a format are called. A JPEG with a second picture in it, as telephones make them, is an MPO.
JPEG = {".jpg", ".jpeg", ".jpe", ".jfif"}
SUFFIXES = {"JPEG": JPEG, "MPO": JPEG | {".mpo"}, "PNG": {".png"}, "WEBP": {".webp"}}
WHITE = (255, 255, 255)
# A transparent one that is longer than this as a PNG is no drawing, and becomes a JPEG on white.
MOST_OF_A_PNG = 1_000_000


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    kind: str
    width: int
    height: int


def square(side: int) -> Callable[[Image.Image], Image.Image]:
    """Cut to a square of so many pixels."""
    return lambda picture: ImageOps.fit(picture, (side, side))


def within(side: int) -> Callable[[Image.Image], Image.Image]:
    """Whole, in a square of so many pixels; a smaller one stays as it is."""

    def shrunk(picture: Image.Image) -> Image.Image:
        picture.thumbnail((side, side))
        return picture

    return shrunk


def normalized(raw: bytes, shape: Callable[[Image.Image], Image.Image], *, draft: int, name: str = "") -> bytes:
    """A JPEG made of a picture, on white where it was transparent, without whatever else was in its file.

    `draft` is the side in pixels that is decoded at least. Raises a DomainError for what is no picture,
    or one too large to be decoded with a good conscience, and where the file's `name` says that it is another kind.
    """
    return _written(_decoded(raw, lambda picture: shape(_opaque(picture)), draft, name), "JPEG", quality=90)


def suited(raw: bytes, shape: Callable[[Image.Image], Image.Image], *, draft: int, name: str = "") -> Picture:
    """A PNG where a picture is transparent and no photograph, otherwise a JPEG; refuses what `normalized` does."""
    shown = _decoded(raw, lambda picture: shape(_plain(picture)), draft, name)
    content, kind = b"", "jpg"
    if shown.mode == "RGBA":
        content, kind = _written(shown, "PNG", optimize=True), "png"
    if not content or len(content) > MOST_OF_A_PNG:
        content, kind = _written(_opaque(shown), "JPEG", quality=88, optimize=True, progressive=True), "jpg"
    return Picture(content, kind, *shown.size)


def transparent(raw: bytes, shape: Callable[[Image.Image], Image.Image], *, draft: int) -> bytes:
    """A PNG made of a picture, transparent where that was; otherwise as `normalized`."""
    return _written(_decoded(raw, lambda picture: shape(picture.convert("RGBA")), draft), "PNG")


def _decoded(raw: bytes, shape: Callable[[Image.Image], Image.Image], draft: int, name: str = "") -> Image.Image:
    try:
        # A library that draws documents lets halves of pictures pass, wherever it has been imported.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        with _decoding, Image.open(BytesIO(raw), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _unusable()
            _refuse_lie(picture.format or "", name)
            picture.draft("RGB", (draft, draft))
            return shape(ImageOps.exif_transpose(picture))
    except DAMAGED as error:
        raise _unusable() from error


def _written(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """The pixels alone: comments would be written along with a picture that was opened."""
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = BytesIO()
    bare.save(written, kind, **options)
    return written.getvalue()


def _plain(picture: Image.Image) -> Image.Image:
    """Its colours alone, or with what shines through."""
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, WHITE)
    layer = picture.convert("RGBA")
    ground.paste(layer, mask=layer)
    return ground


def keep(folder: str, picture: bytes, kind: str = "jpg") -> str:
    """Write a picture under a new name that cannot be guessed; returns its path below the storage."""
    name = f"{folder}/{secrets.randbelow(9 * 10**17) + 10**17}.{kind}"
    path = Path(settings.STORAGE_DIR) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    trial.afterwards(lambda: forget(name))
    return name


def forget(name: str) -> None:
    """Remove a picture's file, if it is there."""
    (Path(settings.STORAGE_DIR) / name).unlink(missing_ok=True)


def _refuse_lie(kind: str, name: str) -> None:
    suffix = Path(name).suffix.lower()
    if suffix and suffix not in SUFFIXES.get(kind, ()):
        raise DomainError(
            _("The file's name ends in %(suffix)s, but it is a %(kind)s picture.") % {"suffix": suffix, "kind": kind},
            field="image",
            code="bad_image",
        )


def _unusable() -> DomainError:
    return DomainError(
        _("This is no JPEG, PNG or WebP picture of at most 16 million pixels."), field="image", code="bad_image"
    )
