"""What stops a fleet migration, in one sentence for the person at the console."""


class FleetError(Exception):
    """The run cannot start or go on; nothing is half done that the next run would not finish."""
