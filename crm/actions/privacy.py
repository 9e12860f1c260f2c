"""A person's right to know what is kept about them (Mexico's LFPDPPP, the right of access)."""

from typing import Any

from django.db import models

from crm.actions.moving import references
from crm.models import Contact
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.models import AuditEntry

Rows = list[dict[str, Any]]
# What opens something, or proves something to us alone, is no data about the person.
SECRETS = ("token", "secret", "sealed", "hash")
AUDIT_COLUMNS = ("at", "action", "actor_kind", "via", "changes")


@domain_action(permission="crm.export_person")
def export_person(contact: Contact, *, actor: Actor) -> dict[str, Rows]:
    """Everything about a contact: its own row, whatever points at it, what belongs to that, and its audit.

    By model, as "crm.note". A model that gets a foreign key to Contact is in it without more ado. That it
    was exported is recorded, with the actor.
    """
    found: dict[str, Rows] = {Contact._meta.label_lower: _rows(Contact, "pk", [contact.pk])}
    for key in references(Contact):
        rows = _rows(key.model, key.attname, [contact.pk])
        _add(found, key.model, rows)
        for below in _parts(key.model) if rows else ():
            _add(
                found, below.model, _rows(below.model, below.attname, [row[key.model._meta.pk.attname] for row in rows])
            )
    audit = AuditEntry.objects.filter(object_type=Contact._meta.label_lower, object_id=contact.pk).order_by("pk")
    found[AuditEntry._meta.label_lower] = [dict(row) for row in audit.values(*AUDIT_COLUMNS)]
    record(actor, contact, "contact.exported", before=snapshot(contact))
    return found


def _parts(model: type[models.Model]) -> list[Any]:
    """The foreign keys of rows that live and die with a row of `model`: a quote's lines are a part of it."""
    return [key for key in references(model) if key.remote_field.on_delete is models.CASCADE]


def _rows(model: type[models.Model], column: str, ids: list[Any]) -> Rows:
    """Rows in the bin are kept too, and belong here."""
    kept = model._base_manager.filter(**{f"{column}__in": ids}).order_by("pk")
    return [dict(row) for row in kept.values(*_columns(model))]


def _columns(model: type[models.Model]) -> list[str]:
    """All but those that are derived for searching, files, and secrets. The key is always among them.

    What the audit leaves out is here: a form's answers are kept out of it because they are personal.
    """
    derived = {"search", *getattr(model, "DERIVED", ())} - {"lead_score"}
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.primary_key
        or not (
            field.name in derived
            or isinstance(field, models.BinaryField)
            or any(secret in field.name for secret in SECRETS)
        )
    ]


def _add(found: dict[str, Rows], model: type[models.Model], rows: Rows) -> None:
    """A row that is found in two ways is told once."""
    known = found.setdefault(model._meta.label_lower, [])
    key = model._meta.pk.attname
    seen = {row[key] for row in known}
    known += [row for row in rows if row[key] not in seen]
