"""How times are written in Mexico, where Django would write whole sentences."""

DATETIME_FORMAT = "d/m/Y H:i"
