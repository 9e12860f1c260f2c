"""What the sales half does by itself."""

from crm.actions.bin import purge_bin
from crm.actions.reminders import remind, schedule_reminders
from leadercrm.core.actor import Actor
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.outbox import work_handler


@housekeeping
def empty_bin() -> int:
    """Remove what was deleted more than 30 days ago."""
    return purge_bin(actor=Actor.system())


@housekeeping
def look_ahead() -> int:
    """Schedule the reminders of the next hour."""
    return schedule_reminders(actor=Actor.system())


@work_handler("crm.remind")
def remind_now() -> None:
    """Remind of what is due by now."""
    remind(actor=Actor.system())
