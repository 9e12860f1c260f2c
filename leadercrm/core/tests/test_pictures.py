"""What may become a picture, and that nothing a file holds brings the server down."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from leadercrm.core.errors import DomainError
from leadercrm.core.pictures import normalized, within


def file_of(kind: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "red").save(written, kind, **options)
    return written.getvalue()


def remade(raw: bytes, name: str = "") -> bytes:
    return normalized(raw, within(16), draft=16, name=name)


def png_bomb(width: int, height: int) -> bytes:
    """A few bytes that say that they are a huge picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    parts = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def webp_bomb() -> bytes:
    """An extended WebP whose canvas is as large as the format allows."""
    small = file_of("WEBP")[12:]
    side = (16_383).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + side + side + small
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("JPEG", ""), ("JPEG", "foto.jpg"), ("JPEG", "FOTO.JPEG"), ("PNG", "a.b.png"), ("WEBP", "a.webp"),
        ("PNG", "blob"), ("MPO", "foto.jpg"),
    ],
)  # fmt: skip
def test_picture_is_made_anew(kind: str, name: str) -> None:
    with Image.open(BytesIO(remade(file_of(kind), name))) as picture:
        assert (picture.format, picture.size) == ("JPEG", (16, 12))


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.jpg"), ("JPEG", "a.png"), ("WEBP", "a.svg"), ("PNG", "a.exe")])
def test_name_that_lies_is_refused(kind: str, name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        remade(file_of(kind), name)
    assert set(refusal.value.errors) == {"image"}
    assert remade(file_of(kind))


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"GIF89a", file_of("GIF"), file_of("TIFF"), file_of("BMP"), b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7", b"\xff\xd8\xff\xe0", png_bomb(60_000, 60_000), png_bomb(4097, 4097), png_bomb(4000, 4000),
        png_bomb(0, 5), webp_bomb(),
    ],
)  # fmt: skip
def test_what_is_no_picture_or_a_bomb_is_refused(raw: bytes) -> None:
    with pytest.raises(DomainError) as refusal:
        remade(raw, "foto.png" if raw[:4] == b"\x89PNG" else "")
    assert refusal.value.code == "bad_image"


def orientation() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a place"
    return exif


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_files_are_refused_or_read() -> None:
    """Whatever Pillow's decoders make of them, it is never another error; EXIF is decoded, too."""
    chance, outcomes = random.Random(7), set()
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = file_of(kind, exif=orientation())
        for _number in range(300):
            raw = bytearray(whole[: chance.randrange(len(whole))] if chance.random() < 0.1 else whole)
            for place in chance.sample(range(len(raw)), min(len(raw), chance.randrange(1, 5))):
                raw[place] = chance.randrange(256)
            try:
                remade(bytes(raw))
                outcomes.add("read")
            except DomainError:
                outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damaged_exif_is_refused() -> None:
    """Its orientation says that it is one long number, and is none."""
    whole = file_of("JPEG", exif=orientation())
    entry = whole.index(b"Exif\0\0") + 6
    refused = 0
    for place in range(entry, entry + 60):
        for byte in (0, 3, 12, 255):
            try:
                remade(whole[:place] + bytes([byte]) + whole[place + 1 :])
            except DomainError:
                refused += 1
    assert refused
