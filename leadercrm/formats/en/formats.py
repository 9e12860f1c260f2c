"""How times are written in English."""

DATETIME_FORMAT = "j M Y, H:i"
