"""Invoices that are made again and again."""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.actions.announcing import recurring_stopped
from billing.actions.capping import charge
from billing.actions.documents import Values, changes, held, new_columns
from billing.actions.invoices import create_invoice, send_invoice
from billing.actions.lines import price_items
from billing.models import RecurringInvoice
from crm.models import Deal
from crm.queries import active_user_exists
from leadercrm.core.actions import amend, assign, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

CARRIED = ("contact_id", "deal_id", "owner_id", "currency", "notes")


@domain_action(permission="billing.create_recurring_invoice")
def create_recurring_invoice(values: Values, *, actor: Actor) -> RecurringInvoice:
    """Have an invoice made on `next_on` and every so many months after it. Its lines must be priceable today."""
    _require_sending(values, actor)
    columns = new_columns(values, actor)
    _rows, totals = price_items(values["items"], columns["currency"])
    recurring = RecurringInvoice(**columns, items=_as_sent(values["items"]), anchor_day=columns["next_on"].day)
    _refuse_early_end(recurring.next_on, recurring.ends_on)
    recurring.save()
    record(actor, recurring, "recurring_invoice.created")
    charge(actor, totals["total"], recurring.currency)
    return recurring


@domain_action(permission="billing.change_recurring_invoice")
def change_recurring_invoice(recurring: RecurringInvoice, values: Values, *, actor: Actor) -> RecurringInvoice:
    """Change what `values` name; invoices that were made already stay as they are."""
    _require_sending(values, actor)
    columns = held(values, actor)
    recurring = lock(recurring)
    changed = changes(recurring, columns)
    if "items" in values:
        price_items(values["items"], columns.get("currency", recurring.currency))
        changed["items"] = _as_sent(values["items"])
    if "next_on" in changed:
        changed["anchor_day"] = changed["next_on"].day
    _refuse_early_end(changed.get("next_on", recurring.next_on), changed.get("ends_on", recurring.ends_on))
    amend(recurring, changed, actor=actor, action="recurring_invoice.changed")
    return recurring


@domain_action(permission="billing.delete_recurring_invoice")
def delete_recurring_invoice(recurring: RecurringInvoice, *, actor: Actor) -> None:
    """Make no more of them."""
    amend(lock(recurring), {"deleted_at": timezone.now()}, actor=actor, action="recurring_invoice.deleted")


@domain_action(permission="billing.keep_books")
def make_due_invoice(recurring: RecurringInvoice, *, today: date, actor: Actor) -> bool:
    """Make the invoice that is due, once, and move on to the next date; False when none is due any more.

    A contact or product that is gone meanwhile is a refusal, and stops the recurrence
    (stop_recurring_invoice). A deal that is gone, or an owner who has left, is left out.
    """
    values: Values = {name: getattr(recurring, name) for name in CARRIED}
    if not Deal.objects.filter(pk=recurring.deal_id).exists():
        values["deal_id"] = None
    if recurring.owner_id is not None and not active_user_exists(recurring.owner_id):
        values["owner_id"] = None
    values["items"] = [_as_values(item) for item in recurring.items]
    held({"contact_id": recurring.contact_id}, actor)
    recurring = lock(recurring)
    if not recurring.is_active or recurring.next_on > today:
        return False
    invoice = create_invoice(values, recurrence_id=recurring.pk, recurrence_on=recurring.next_on, actor=actor)
    if recurring.auto_send:
        send_invoice(invoice, actor=actor)
    following = months_later(recurring.next_on, recurring.every_months, recurring.anchor_day)
    over = recurring.ends_on is not None and following > recurring.ends_on
    amend(recurring, {"next_on": following, "is_active": not over}, actor=actor, action="recurring_invoice.moved_on")
    return True


@domain_action(permission="billing.keep_books")
def stop_recurring_invoice(recurring: RecurringInvoice, *, reason: str, actor: Actor) -> None:
    """Make it inactive, because its invoice can no longer be made, and tell why: it is made again once it is mended."""
    recurring = lock(recurring)
    before = snapshot(recurring)
    if assign(recurring, {"is_active": False}):
        record(actor, recurring, "recurring_invoice.stopped", before=before, reason=reason)
        recurring_stopped(recurring, reason=reason)


def months_later(day: date, months: int, anchor_day: int) -> date:
    """The day so many months later, on `anchor_day` or the month's last day before it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor_day, monthrange(year, month + 1)[1]))


def _require_sending(values: Values, actor: Actor) -> None:
    """Whoever has invoices sent on their own accord must be one who may send them."""
    if values.get("auto_send"):
        actor.require("billing.send_invoice")


def _as_sent(items: Any) -> list[dict[str, Any]]:
    """Items as JSON keeps them: decimals as their digits."""
    return [
        {name: str(value) if isinstance(value, Decimal) else value for name, value in item.items()} for item in items
    ]


def _as_values(item: dict[str, Any]) -> dict[str, Any]:
    numbers = ("quantity", "unit_price", "discount_percent", "tax_rate")
    return {name: Decimal(value) if name in numbers and value is not None else value for name, value in item.items()}


def _refuse_early_end(next_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < next_on:
        raise DomainError(_("Must not be before the next date."), field="ends_on")
