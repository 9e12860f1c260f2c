"""People who come by themselves, by a form or to an event: found or made, given an owner, and not forgotten.

Parts of the actions of other apps. What is found of a person is never overwritten by what they type.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm.actions.activities import create_activity
from crm.actions.contacts import change_contact, create_contact
from crm.custom import fitting
from crm.models import Activity, ActivityStatus, Contact
from crm.queries_custom import custom_fields
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor
from leadercrm.core.named_locks import hold_names
from leadercrm.core.text import phone_digits

MOST_OF_A_SUBJECT = 255


@dataclass(frozen=True)
class Newcomer:
    """What somebody says of themselves. `columns` are a contact's, by name."""

    email: str
    phone: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """By what they are known again, the surest first: as Contact.match_keys has it."""
        digits = phone_digits(self.phone)
        known = ((f"e:{self.email.lower()}", self.email), (f"p:{digits}", digits))
        return [key for key, given in known if given]


@dataclass(frozen=True)
class Lead:
    """A contact that has come by itself. `is_assigned`: it has just got its owner."""

    contact: Contact
    is_new: bool = False
    is_assigned: bool = False


def take_in(newcomer: Newcomer, *, source: str, choose: Callable[[], User | None], actor: Actor) -> Lead:
    """The contact with this e-mail address, else with this phone, else a new one; held until the commit.

    Of a contact that is there nothing changes, but that it gets an owner if it has none: `choose` says whom.
    """
    hold_names(f"lead {key}" for key in newcomer.keys)  # two requests of one new person make one contact
    contact = _found(newcomer.keys)
    if contact is None:
        owner = choose()
        emails = [{"email": newcomer.email}] if newcomer.email else []
        phones = [{"phone": newcomer.phone}] if newcomer.phone else []
        values = {**newcomer.columns, "emails": emails, "phones": phones, "source": source}
        if values.get("custom_fields"):
            values["custom_fields"] = fitting(custom_fields(), values["custom_fields"])
        made = create_contact({**values, "owner_id": owner.pk if owner else None}, actor=actor)
        made.owner = owner
        return Lead(made, is_new=True, is_assigned=owner is not None)
    if contact.owner_id is None and (owner := choose()) is not None:
        return Lead(change_contact(contact, {"owner_id": owner.pk}, actor=actor), is_assigned=True)
    return Lead(contact)


def _found(keys: list[str]) -> Contact | None:
    """The oldest living contact with the first of these keys that anybody has; locked.

    All that have one are looked up first: asked for the oldest alone, PostgreSQL walks the contacts by id.
    """
    known = list(Contact.objects.filter(match_keys__overlap=keys).values_list("pk", "match_keys")) if keys else []
    for key in keys:
        for pk in sorted(pk for pk, own in known if key in own):
            rows = Contact.objects.select_for_update(of=("self",)).filter(pk=pk, match_keys__contains=[key])
            contact: Contact | None = rows.first()
            if contact is not None:  # else it has been deleted or changed meanwhile
                return contact
    return None


def plan_next_step(
    contact: Contact,
    subject: str,
    *,
    due_at: datetime,
    user_id: int | None,
    priority: str = "medium",
    actor: Actor,
) -> None:
    """A call to a contact for whom nothing is planned: by its owner, or by this user where that one has left."""
    if Activity.objects.filter(contact=contact, status=ActivityStatus.PENDING).exists():
        return
    owner = contact.owner_id if contact.owner is not None and contact.owner.is_active else None
    values = {
        "subject": subject[:MOST_OF_A_SUBJECT],
        "type": "call",
        "priority": priority,
        "due_at": due_at,
        "user_id": owner or user_id,
        "activitable_type": r"App\Models\Contact",
        "activitable_id": contact.pk,
    }
    create_activity(values, tell=False, actor=actor)
