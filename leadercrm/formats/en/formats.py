"""How days and times are written in English."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
