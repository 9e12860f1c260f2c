"""Contacts (contactos)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.actions.contacts import change_contact, create_contact
from crm.actions.notes import add_note
from crm.api.serializers import ContactInput, NoteInput
from crm.filters import ContactFilter
from crm.lifecycle import lifecycle_stages
from crm.queries import CONTACTS, NOTES, likely_duplicates
from leadercrm.core.api.fields import Flag, OneOf, RowId, Text, Whole
from leadercrm.core.errors import DomainError
from leadercrm.mcp.inputs import Listed, Repeatable, leaves_out
from leadercrm.mcp.reading import Listing, row_of
from leadercrm.mcp.registry import READS, ROW, ROWS, SETS, WRITES, Call, Outcome, tool
from leadercrm.mcp.results import then
from leadercrm.mcp.writing import meant, wrote

LISTING = Listing(
    CONTACTS,
    ContactFilter.base_filters,
    (
        "id", "full_name", "primary_email", "primary_phone", "job_title", "company_id", "company_name",
        "lifecycle_stage", "owner_id", "owner_name",
    ),
)  # fmt: skip
STAGES = "Such as lead, prospect, customer."


class ContactSearch(Listed):
    search = Text(required=False, max_length=200)
    lifecycle_stage = Text(required=False, max_length=50)
    owner_id = RowId(required=False)
    company_id = RowId(required=False)
    without_activity = Flag(required=False)
    inactive_days = Whole(required=False, min_value=1)


@leaves_out("country")
class ContactCreation(ContactInput, Repeatable):
    """What there is of it already is the caller's to judge: refuse, take what is there, change it, or make another."""

    if_exists = OneOf(("error", "return", "update", "create"), required=False, default="error")


class ContactChange(ContactInput, Repeatable):
    contact_id = RowId()
    first_name = Text(max_length=255, required=False)


class NoteAddition(NoteInput, Repeatable):
    contact_id = RowId()


class Duplicate(DomainError):
    """There seems to be such a contact already."""

    code = "duplicate"
    hint = _("Use the existing one, or call again with if_exists: return, update or create.")


def stages(call: Call) -> list[Any]:
    return list(lifecycle_stages())


@tool(
    "leader_search_contacts",
    """Search contacts (contactos) by words of name, e-mail, phone, RFC; accents do not matter. Use it for contact_id,
    and before creating. Reads only.""",
    scope="crm:read",
    input=ContactSearch,
    gives=ROWS,
    hints=READS,
    notes={"lifecycle_stage": STAGES, "inactive_days": "Nothing done or planned for so many days."},
    valid_values={"lifecycle_stage": stages},
)
def search_contacts(call: Call) -> Outcome:
    return Outcome(LISTING.page(call))


@tool(
    "leader_create_contact",
    """Create a contact (contacto). One with the same e-mail or phone is found first; if_exists says what then.
    Writes one row.""",
    scope="crm:write",
    input=ContactCreation,
    gives={"contact": ROW},
    hints=WRITES,
    notes={"lifecycle_stage": STAGES, "company_id": "From leader_search."},
    valid_values={"lifecycle_stage": stages},
)
def create(call: Call) -> Outcome:
    values = dict(call.values)
    policy = values.pop("if_exists")
    try:
        with transaction.atomic():
            contact = create_contact(values, actor=call.actor)
            twins = likely_duplicates(contact, call.actor)
            if twins and policy != "create":
                raise Duplicate(_("There is such a contact already: %(ids)s.") % {"ids": _ids(twins)}, field="emails")
    except Duplicate:
        if policy == "error":
            raise
        return _existing(call, twins[0], values if policy == "update" else {})
    return wrote(call, "contact", CONTACTS, contact.pk, "contacts", *_following(contact.pk), created=True)


def _existing(call: Call, pk: int, values: dict[str, Any]) -> Outcome:
    """The contact that was there, changed if there is something to change."""
    if values:
        change_contact(meant(CONTACTS, pk, call, "contact_id"), values, actor=call.actor)
    return wrote(call, "contact", CONTACTS, pk, "contacts", *_following(pk), created=False)


def _ids(pks: list[int]) -> str:
    return ", ".join(map(str, pks))


def _following(pk: int) -> list[dict[str, Any]]:
    about = {"activitable_type": "contact", "activitable_id": pk, "type": "call"}
    return [then("leader_create_deal", contact_ids=[pk]), then("leader_create_activity", **about)]


@tool(
    "leader_update_contact",
    """Change a contact (contacto): only the arguments given are written; null empties one, emails and phones replace
    the lists.""",
    scope="crm:write",
    input=ContactChange,
    gives={"contact": ROW},
    hints=SETS,
    nullable=True,
    valid_values={"lifecycle_stage": stages},
)
def update(call: Call) -> Outcome:
    values = dict(call.values)
    contact = meant(CONTACTS, values.pop("contact_id"), call, "contact_id")
    before = row_of(CONTACTS, contact.pk)
    change_contact(contact, values, actor=call.actor)
    return wrote(call, "contact", CONTACTS, contact.pk, "contacts", changed=_changed(before, contact.pk))


def _changed(before: dict[str, Any], pk: int) -> list[str]:
    """The names of the columns that have another value now."""
    after = row_of(CONTACTS, pk)
    names = (*before, *(name for name in after if name not in before))
    return [name for name in names if before.get(name) != after.get(name) and name != "updated_at"]


@tool(
    "leader_add_note",
    """Add a note (nota) to a contact's history. To plan something to do, use leader_create_activity instead.""",
    scope="crm:write",
    input=NoteAddition,
    gives={"note": ROW},
    hints=WRITES,
)
def note(call: Call) -> Outcome:
    values = dict(call.values)
    contact = meant(CONTACTS, values.pop("contact_id"), call, "contact_id")
    written = add_note(values, contact=contact, actor=call.actor)
    return Outcome({"note": row_of(NOTES, written.pk), "url": call.url(f"/contacts/{contact.pk}")})
