"""How what is done to events is taken back (leadercrm.core.reversing)."""

from django.utils.translation import gettext_lazy as _

from events.actions.events import change_event, delete_event, restore_event
from events.models import Event
from leadercrm.core.reversing import reverses

reverses(
    Event,
    remove=delete_event,
    restore=restore_event,
    put_back=change_event,
    follows=frozenset({"revision", "remind_at"}),
    final={"link_renewed": _("the former link has ended for good")},
)
