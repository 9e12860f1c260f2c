"""People who come by themselves, by a form or to an event: found or made, given an owner, and not forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from crm.actions.activities import create_activity
from crm.actions.contacts import change_contact, create_contact
from crm.actions.notes import add_note
from crm.models import Activity, ActivityStatus, Contact
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor, Role
from leadercrm.core.named_locks import hold_names
from leadercrm.core.text import phone_digits
from leadercrm.core.workdays import next_working_morning
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType
from marketing.answers import Answers

TASK = _("Call the lead %(name)s")
LEAD_TITLE, LEAD_BODY = _("A new lead for you"), _("%(name)s came by '%(source)s' and is yours now.")
FORM_TITLE, FORM_BODY = _("Form submitted"), _("%(name)s has filled in '%(source)s'.")
MOST_OF_A_SUBJECT = 255


@dataclass
class Lead:
    """A contact that has come by itself. `is_assigned`: it has just got its owner."""

    contact: Contact
    is_new: bool = False
    is_assigned: bool = False


def take_in(answers: Answers, *, source: str, choose: Callable[[], User | None], actor: Actor) -> Lead:
    """The contact with this e-mail address, else with this phone, else a new one; held until the commit.

    Of a contact that is there nothing changes, but that it gets an owner if it has none.
    """
    keys = match_keys(answers)
    hold_names(f"lead {key}" for key in keys)  # two requests of one new person make one contact
    contact = find_contact(keys)
    if contact is None:
        owner = choose()
        values = {**_new_columns(answers), "source": source, "owner_id": owner.pk if owner else None}
        return Lead(create_contact(values, actor=actor), is_new=True, is_assigned=owner is not None)
    if contact.owner_id is None and (owner := choose()) is not None:
        return Lead(change_contact(contact, {"owner_id": owner.pk}, actor=actor), is_assigned=True)
    return Lead(contact)


def match_keys(answers: Answers) -> list[str]:
    """By what a person is known again, the surest first: as Contact.match_keys has it."""
    digits = phone_digits(answers.phone)
    return [key for key, known in ((f"e:{answers.email}", answers.email), (f"p:{digits}", digits)) if known]


def find_contact(keys: list[str]) -> Contact | None:
    """The oldest living contact with the first of these keys that anybody has; locked."""
    rows = Contact.objects.select_for_update(of=("self",)).order_by("pk")
    found = (rows.filter(match_keys__contains=[key]).first() for key in keys)
    return next((contact for contact in found if contact is not None), None)


def _new_columns(answers: Answers) -> dict[str, Any]:
    lists = {
        "emails": [{"email": answers.email}] if answers.email else [],
        "phones": [{"phone": answers.phone}] if answers.phone else [],
    }
    return {**answers.columns, "first_name": answers.first_name, **lists}


def responsible_for(lead: Lead, choose: Callable[[], User | None]) -> User | None:
    """Who looks after a lead: its owner, and instead of one who has left the next in turn."""
    owner = lead.contact.owner
    return owner if owner is not None and owner.is_active else choose()


def follow_up(lead: Lead, user: User | None, source: str, message: str, *, actor: Actor) -> None:
    """See to it that somebody calls: a task for the next working morning, and the news."""
    contact = lead.contact
    if message:
        add_note({"body": message}, contact=contact, actor=actor)
    if not Activity.objects.filter(contact=contact, status=ActivityStatus.PENDING).exists():
        create_activity(_task(contact, user), tell=False, actor=actor)
    values = {"name": contact.full_name, "source": source}
    url = f"/contacts/{contact.pk}"
    if lead.is_assigned and user is not None:
        notify([user.pk], NotificationType.LEAD_ASSIGNED, title=LEAD_TITLE, body=LEAD_BODY, values=values, url=url)
    told = [user.pk] if user is not None else list(_administrators())
    notify(told, NotificationType.FORM_SUBMISSION, title=FORM_TITLE, body=FORM_BODY, values=values, url=url)


def _task(contact: Contact, user: User | None) -> dict[str, Any]:
    with translation.override(user.language if user else settings.LANGUAGE_CODE):
        subject = str(TASK) % {"name": contact.full_name}
    return {
        "subject": subject[:MOST_OF_A_SUBJECT],
        "type": "call",
        "priority": "high",
        "due_at": next_working_morning(timezone.now()),
        "user_id": user.pk if user else None,
        "activitable_type": r"App\Models\Contact",
        "activitable_id": contact.pk,
    }


def _administrators() -> Any:
    return User.objects.filter(is_active=True, role=Role.ADMIN).values_list("pk", flat=True)
