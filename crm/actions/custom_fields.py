"""Defining the fields that a tenant's contacts have of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from crm.models import CustomField, FieldType
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot, unique
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

MOST_FIELDS = 50
MOST_OF_A_KEY = 60
MANAGE = "crm.manage_custom_fields"
Values = Mapping[str, Any]


@domain_action(permission=MANAGE)
def create_custom_field(values: Values, *, actor: Actor) -> CustomField:
    """Define a field, the last in order. Its key is made of the label unless one is given; what contacts have under
    that key already stays as it is.
    """
    key = values.get("key") or slugify(values["label"]).replace("-", "_")[:MOST_OF_A_KEY]
    if not key or not key[0].isalpha():
        raise DomainError(_("Give it a key that begins with a letter."), field="key")
    if CustomField.objects.count() >= MOST_FIELDS:
        raise DomainError(_("There are %(most)s fields already.") % {"most": MOST_FIELDS}, field="key")
    last = CustomField.objects.order_by("position").last()
    field = CustomField(**{**values, "key": key, "position": last.position + 1 if last else 0})
    _check(field)
    with unique("crm_customfield_key_key", _("There is a field with this key."), field="key"):
        field.save()
    record(actor, field, "custom_field.created")
    return field


@domain_action(permission=MANAGE)
def change_custom_field(field: CustomField, values: Values, *, actor: Actor) -> CustomField:
    """Change what is named in `values`. The key stays, and so do values that do not fit a new type."""
    field = lock(field)
    if values.get("key", field.key) != field.key:
        raise DomainError(_("The key cannot be changed: values are kept under it."), field="key")
    _check(CustomField(**{"type": field.type, "choices": field.choices, **values}))
    amend(field, values, actor=actor, action="custom_field.changed")
    return field


@domain_action(permission=MANAGE)
def delete_custom_field(field: CustomField, *, actor: Actor) -> None:
    """Take the definition away. What contacts have under its key stays, and is shown under the key."""
    field = lock(field)
    before = snapshot(field)
    field.delete()
    record(actor, field, "custom_field.deleted", before=before)


@domain_action(permission=MANAGE)
def order_custom_fields(ids: Sequence[int], *, actor: Actor) -> None:
    """Put all fields in this order. Refuses a list that lacks one, or names one that is not there."""
    fields = {field.pk: field for field in CustomField.objects.select_for_update().order_by("pk")}
    if sorted(ids) != sorted(fields):
        raise DomainError(
            _("The fields have changed meanwhile. Look at them again."), field="ids", code="changed_meanwhile"
        )
    for place, pk in enumerate(ids):
        amend(fields[pk], {"position": place}, actor=actor, action="custom_field.changed")


def _check(field: CustomField) -> None:
    if field.type == FieldType.CHOICE and not field.choices:
        raise DomainError(_("Name at least one choice."), field="choices")
