"""A portrait for somebody without a photograph: initials on a colour."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIDE = 256
GROUND = (31, 78, 95)
INK = (244, 239, 230)


def draw_avatar(name: str, path: Path) -> None:
    """Write a square JPEG with the first letters of the first two words of `name`."""
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    image = Image.new("RGB", (SIDE, SIDE), GROUND)
    font = ImageFont.load_default(SIDE * 0.42)
    ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), initials, fill=INK, font=font, anchor="mm")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, "JPEG", quality=90)
