"""What the sales half does by itself."""

from crm.actions.bin import purge_bin
from leadercrm.core.actor import Actor
from leadercrm.core.housekeeping import housekeeping


@housekeeping
def empty_bin() -> int:
    """Remove what was deleted more than 30 days ago."""
    return purge_bin(actor=Actor.system())
