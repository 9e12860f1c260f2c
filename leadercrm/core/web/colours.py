"""A tenant's colour on papers and pages: whatever they chose, it can be read."""

import re

HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
DEFAULT = "#1f4e79"
# WCAG 2, level AA, for text of ordinary size.
READABLE = 4.5

Rgb = tuple[float, float, float]


def accent(colour: str) -> str:
    """The colour itself, or the lightest shade of it that is readable on white, and white on it."""
    rgb = _rgb(colour)
    while _contrast_with_white(rgb) < READABLE:
        rgb = (rgb[0] * 0.96, rgb[1] * 0.96, rgb[2] * 0.96)
    return _hex(rgb)


def tint(colour: str) -> str:
    """A breath of the colour, as a background of dark text."""
    red, green, blue = _rgb(accent(colour))
    return _hex((red * 0.07 + 0.93, green * 0.07 + 0.93, blue * 0.07 + 0.93))


# The ground of dark pages, and text on a light colour there.
NIGHT = "#111827"


def on_dark(colour: str) -> str:
    """The colour itself, or the darkest shade towards white of it that is readable on NIGHT, and NIGHT on it."""
    rgb, ground = _rgb(accent(colour)), _luminance(_rgb(NIGHT))
    while (_luminance(rgb) + 0.05) / (ground + 0.05) < READABLE + 1:
        rgb = (_lighter(rgb[0]), _lighter(rgb[1]), _lighter(rgb[2]))
    return _hex(rgb)


def dark_tint(colour: str) -> str:
    """A breath of the colour on NIGHT, as a background of light text."""
    parts = [0.12 * own + 0.88 * night for own, night in zip(_rgb(on_dark(colour)), _rgb(NIGHT), strict=True)]
    return _hex((parts[0], parts[1], parts[2]))


def _lighter(part: float) -> float:
    return part + (1 - part) * 0.06


def _rgb(colour: str) -> Rgb:
    if not HEX.fullmatch(colour):
        colour = DEFAULT
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Rgb) -> str:
    return "#" + "".join(f"{int(part * 255):02x}" for part in rgb)


def _contrast_with_white(rgb: Rgb) -> float:
    return 1.05 / (_luminance(rgb) + 0.05)


def _luminance(rgb: Rgb) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
