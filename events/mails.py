"""What the mails about events say."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.models import Event
from events.wording import when


class Kind(StrEnum):
    """What a mail is for; also the first word of its Message-ID's key, after `event-`."""

    INVITATION = "invitation"
    TICKET = "ticket"
    WAITING = "waiting"
    SEAT = "seat"
    REMINDER = "reminder"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RESTORED = "restored"


SUBJECTS: dict[Kind, Any] = {
    Kind.INVITATION: gettext_lazy("Invitation: %(title)s"),
    Kind.TICKET: gettext_lazy("Your registration: %(title)s"),
    Kind.WAITING: gettext_lazy("Waiting list: %(title)s"),
    Kind.SEAT: gettext_lazy("A seat for you: %(title)s"),
    Kind.REMINDER: gettext_lazy("Soon: %(title)s"),
    Kind.MOVED: gettext_lazy("Changed: %(title)s"),
    Kind.CANCELLED: gettext_lazy("Cancelled: %(title)s"),
    Kind.RESTORED: gettext_lazy("It takes place: %(title)s"),
}
OPENINGS: dict[Kind, Any] = {
    Kind.INVITATION: gettext_lazy("%(tenant)s invites you. Will you come?"),
    Kind.TICKET: gettext_lazy("You are registered. This mail leads to your ticket: show its code at the door."),
    Kind.WAITING: gettext_lazy("All seats are taken. You are on the waiting list; we write as soon as one is free."),
    Kind.SEAT: gettext_lazy("A seat became free, and it is yours."),
    Kind.REMINDER: gettext_lazy("%(tenant)s reminds you of this event."),
    Kind.MOVED: gettext_lazy("Time or place of this event have changed. This is how it stands now."),
    Kind.CANCELLED: gettext_lazy("This event will not take place."),
    Kind.RESTORED: gettext_lazy("This event takes place after all."),
}
BUTTONS: dict[Kind, Any] = {
    Kind.INVITATION: gettext_lazy("Answer the invitation"),
    Kind.TICKET: gettext_lazy("Open your ticket"),
    Kind.SEAT: gettext_lazy("Open your ticket"),
    Kind.REMINDER: gettext_lazy("Open your ticket"),
}


@dataclass(frozen=True)
class Letter:
    """A mail's texts; `facts` are (label, text)."""

    greeting: str
    opening: str
    title: str
    button: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""


def letter(event: Event, kind: Kind, *, name: str, tenant_name: str) -> Letter:
    """The mail in the active language."""
    facts = [(_("When"), when(event)), *([(_("Where"), event.location)] if event.location else [])]
    return Letter(
        greeting=_("Hello %(name)s,") % {"name": name},
        opening=str(OPENINGS[kind]) % {"tenant": tenant_name},
        title=event.title,
        button=str(BUTTONS.get(kind, _("See the event"))) if kind != Kind.CANCELLED else "",
        facts=facts,
        body=event.description or "",
    )
