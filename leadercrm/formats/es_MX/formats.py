"""How days and times are written in Mexico, where Django would write whole sentences."""

DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = "d/m/Y H:i"
