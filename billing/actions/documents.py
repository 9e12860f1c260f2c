"""What creating, changing and moving has in common for quotes, invoices and contracts."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.actions.capping import charge
from billing.actions.lines import Row, as_json, price_items, replace_lines, write_lines
from billing.holding import hold, hold_party
from billing.models import Contract, Invoice, Quote
from billing.terms import terms
from crm.models import Deal
from crm.queries import active_user_exists
from leadercrm.core.actions import assign, record, snapshot, transition
from leadercrm.core.actor import CLIENT, Actor, Scope
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.core.money import ZERO
from leadercrm.core.numbering import next_number

Values = dict[str, Any]
NAMES = {"contact_name", "company_id", "company_name"}
# In the order in which everybody takes their locks.
REFERENCES: tuple[tuple[str, Any, Any], ...] = (
    ("deal_id", Deal, _("There is no deal with this id.")),
    ("quote_id", Quote, _("There is no quote with this id.")),
    ("contract_id", Contract, _("There is no contract with this id.")),
)


def new_columns(values: Mapping[str, Any], actor: Actor) -> Values:
    """The columns of a new document but its figures: what `values` say, and what they leave to the defaults."""
    columns = {"owner_id": actor.user_id, **held(values, actor)}
    columns["currency"] = columns.get("currency") or terms().currency
    return columns


def held(values: Mapping[str, Any], actor: Actor) -> Values:
    """`values` without items, with the names of whom they name; what they name is held until the commit.

    Refuses, on its field, a row that is not there or that the actor does not see (G-17). To be called
    before the document is locked.
    """
    columns = {name: value for name, value in values.items() if name != "items"}
    owner_id = columns.get("owner_id")
    if owner_id is not None and not active_user_exists(owner_id):
        raise _unknown("owner_id", _("There is no active user with this id."))
    if "contact_id" in columns:
        party = hold_party(columns["contact_id"], actor)
        if party is None:
            raise _unknown("contact_id", _("There is no contact with this id."))
        columns.update(party._asdict())
    for name, model, message in REFERENCES:
        if columns.get(name) is not None and not hold(model, columns[name], actor):
            raise _unknown(name, message)
    return columns


def enter(document: Quote | Invoice, rows: list[Row], prefix: str) -> None:
    """Write a new document with its lines and the next number of its kind.

    The lines come first: whoever wants a number waits from ours to our commit.
    """
    write_lines(document, rows)
    document.number = next_number(str(document._meta.model_name), prefix)
    document.save(force_insert=True)


def _unknown(field: str, message: Any) -> DomainError:
    return DomainError(message, field=field, code="unknown_reference")


def changes(document: Any, columns: Values) -> Values:
    """The columns that differ from the document's. Without another contact, the names stay as they were (A-67)."""
    changed = {name: value for name, value in columns.items() if getattr(document, name) != value}
    if "contact_id" in changed:
        return changed
    return {name: value for name, value in changed.items() if name not in NAMES}


def refuse_frozen(document: Any, changed: Values, allowed: Collection[str], *, items: bool = False) -> None:
    """Refuse a change of other columns than those allowed, or of `items`. What is sent again as it stands is none."""
    if items or set(changed) - set(allowed):
        raise DomainError(
            _("It is %(status)s: this cannot be changed any more.") % {"status": document.get_status_display()},
            field="status",
            code="frozen",
        )


def amend_document(document: Any, columns: Values, *, items: Any = None, actor: Actor) -> bool:
    """Change a locked document's columns and, unless None, its lines and figures; whether anything differs."""
    before, notes, was = snapshot(document), {}, getattr(document, "total", ZERO)
    if items is not None:
        named = {product_id for (product_id,) in document.items.values_list("product_id")}
        rows, totals = price_items(items, columns.get("currency", document.currency), named=named)
        columns = {**columns, **totals}
        former = replace_lines(document, rows)
        if former is not None:
            notes = {"items": [as_json(former), as_json(rows)]}
    changed = bool(assign(document, columns)) or bool(notes)
    if changed:
        record(actor, document, f"{document._meta.model_name}.changed", before=before, **notes)
        if items is not None:
            charge(actor, document.total - was, document.currency)
    return changed


def move(document: models.Model, status: Any, *, actor: Actor, action: str, notes: Any = None, **values: Any) -> None:
    """Move a locked document to `status` by its table, write `values` with it, and record it."""
    before = snapshot(document)
    transition(document, status, **values)
    record(actor, document, action, before=before, **(notes or {}))


def refuse_unsent_to_client(document: Any, actor: Actor) -> None:
    """A draft is the staff's: its client answers to what was sent."""
    if actor.kind == CLIENT and document.status == "draft":
        raise DomainError(_("It has not been sent yet."), field="status", code="illegal_transition")


def refuse_deleting_others_work(document: Any, actor: Actor, permission: str) -> None:
    """Who may delete their own records only may delete drafts of theirs only (contract, section 8)."""
    if actor.scope(permission) == Scope.OWN and document.status != "draft":
        raise Forbidden(_("Your role may delete drafts only."))
