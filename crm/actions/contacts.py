"""Writing contacts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.attached import bin_activities, restore_activities
from crm.actions.bin import refuse_expired
from crm.actions.references import check_many_references, check_references
from crm.custom import cleaned
from crm.lifecycle import lifecycle_stages
from crm.models import Contact, ContactMerge, CustomField, Erasure
from crm.queries_custom import custom_fields
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.bulk import create_all
from leadercrm.core.errors import DomainError

Values = dict[str, Any]
MOST_FIELDS = 100


@domain_action(permission="crm.create_contact")
def create_contact(values: Values, *, actor: Actor) -> Contact:
    """Make a contact. Likely duplicates are no reason to refuse; crm.queries.likely_duplicates names them."""
    contact = _new(_checked(values), actor)
    contact.save()
    record(actor, contact, "contact.created")
    return contact


@domain_action(permission="crm.create_contact")
def create_contacts(many: Sequence[Values], *, actor: Actor) -> list[Contact]:
    """Make contacts as create_contact does, all or none of them."""
    check_many_references(many)
    fields = custom_fields()
    contacts = [_new(_fitting(values, fields), actor) for values in many]
    create_all(contacts, "contact.created", actor=actor)
    return contacts


def _new(values: Values, actor: Actor) -> Contact:
    fields = {name: value for name, value in values.get("custom_fields", {}).items() if value is not None}
    return Contact(**{"owner_id": actor.user_id, **values, "custom_fields": fields})


@domain_action(permission="crm.change_contact")
def change_contact(contact: Contact, values: Values, *, actor: Actor) -> Contact:
    """Change the columns named in `values`; custom fields are merged by key, null takes a key away."""
    values = _checked(values)
    contact = lock(contact)
    if "custom_fields" in values:
        merged = {**contact.custom_fields, **(values["custom_fields"] or {})}
        fields = {key: value for key, value in merged.items() if value is not None}
        if len(fields) > MOST_FIELDS:
            raise DomainError(_("Must have at most 100 fields and 20 kB."), field="custom_fields")
        values = {**values, "custom_fields": fields}
    amend(contact, values, actor=actor, action="contact.changed")
    return contact


@domain_action(permission="crm.delete_contact")
def delete_contact(contact: Contact, *, actor: Actor) -> None:
    """Delete a contact softly, with its activities: an administrator can restore them for 30 days."""
    contact, at = lock(contact), timezone.now()
    amend(contact, {"deleted_at": at}, actor=actor, action="contact.deleted")
    bin_activities(contact, at)


@domain_action(permission="crm.restore_contact")
def restore_contact(contact: Contact, *, actor: Actor) -> Contact:
    """Take a contact out of the bin. One that was merged comes back by undoing its merge."""
    contact = lock(contact, deleted=True)
    refuse_expired(contact)
    if ContactMerge.objects.filter(loser=contact, undone_at__isnull=True).exists():
        raise DomainError(
            _("This contact was merged into another one."),
            field="merge_id",
            code="merged",
            hint=_("Undo the merge instead."),
        )
    if Erasure.objects.filter(contact_id=contact.pk).exists():
        raise DomainError(_("This person has been erased. Nothing is left to be restored."), field="id", code="erased")
    restore_activities(contact)
    amend(contact, {"deleted_at": None}, actor=actor, action="contact.restored")
    return contact


def _checked(values: Values) -> Values:
    """The values, those of defined custom fields as they are kept."""
    check_references(values)
    return _fitting(values, custom_fields() if values.get("custom_fields") else [])


def _fitting(values: Values, fields: Iterable[CustomField]) -> Values:
    """The same of what needs no look-up of rows."""
    stage = values.get("lifecycle_stage")
    if stage is not None and stage not in lifecycle_stages():
        raise DomainError(
            _("Must be one of: %(allowed)s.") % {"allowed": ", ".join(lifecycle_stages())},
            field="lifecycle_stage",
        )
    given = values.get("custom_fields")
    return {**values, "custom_fields": cleaned(fields, given)} if given else values
