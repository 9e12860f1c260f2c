"""What contacts and companies owe: statements of account, and how old the claims are.

Amounts of different currencies are never added up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, CharField, Count, DateField, F, Min, Q, QuerySet, Sum

from billing.models import Invoice, InvoiceStatus, Payment, PaymentStatus
from billing.models.invoice import UNSETTLED
from leadercrm.core.actor import Actor, Scope, owned_by_scope
from leadercrm.core.api.columns import Param
from leadercrm.core.api.statements import KeptQuery
from leadercrm.core.clock import day_of, tenant_today
from leadercrm.core.money import ZERO

# Name of a bucket -> the days overdue that it ends at.
BUCKETS: tuple[tuple[str, int | None], ...] = (
    ("not_due", 0), ("days_1_30", 30), ("days_31_60", 60), ("days_61_90", 90), ("over_90", None),
)  # fmt: skip
MOST_SHAPES = 16


@dataclass(frozen=True)
class Entry:
    """A line of a statement: an invoice adds to what is owed, a payment takes from it."""

    on: date
    kind: str
    number: str
    invoice_id: int
    charge: Decimal
    payment: Decimal
    payment_id: int | None = None
    due_on: date | None = None
    balance: Decimal = ZERO


@dataclass
class Statement:
    """An account in one currency: what was owed before, what happened, what is owed at the end."""

    currency: str
    opening: Decimal = ZERO
    entries: list[Entry] = field(default_factory=list)

    @property
    def charged(self) -> Decimal:
        """What was invoiced in the time that is shown."""
        return sum((entry.charge for entry in self.entries), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((entry.payment for entry in self.entries), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.entries[-1].balance if self.entries else self.opening


def statements(party: Q, actor: Actor, *, first: date | None, last: date | None) -> list[Statement]:
    """The accounts of whoever `party` selects the invoices of, one for each currency, by its code.

    From `first` to `last`, both included. What came before `first` is in the opening balance. Drafts
    are no claims, and only completed payments count.
    """
    found: dict[str, Statement] = {}
    entries = sorted(_entries(party, actor), key=lambda pair: (pair[1].on, pair[1].invoice_id, pair[1].payment_id or 0))
    for currency, entry in entries:
        if last is not None and entry.on > last:
            continue
        account = found.setdefault(currency, Statement(currency))
        if first is not None and entry.on < first:
            account.opening += entry.charge - entry.payment
            continue
        balance = account.closing + entry.charge - entry.payment
        account.entries.append(Entry(**{**vars(entry), "balance": balance}))
    return [found[currency] for currency in sorted(found)]


def _entries(party: Q, actor: Actor) -> Iterator[tuple[str, Entry]]:
    invoices = _claims(actor).filter(party)
    for pk, number, currency, issued_at, due_on, total in invoices.values_list(
        "pk", "number", "currency", "issued_at", "due_on", "total"
    ):
        yield currency, Entry(day_of(issued_at), "invoice", number, pk, total, ZERO, due_on=due_on)
    paid = Payment.objects.filter(status=PaymentStatus.COMPLETED, invoice__in=invoices)
    columns = ("pk", "invoice_id", "invoice__number", "currency", "paid_at", "amount")
    for pk, invoice_id, number, currency, paid_at, amount in paid.values_list(*columns):
        yield currency, Entry(day_of(paid_at), "payment", number, invoice_id, ZERO, amount, payment_id=pk)


def _claims(actor: Actor) -> QuerySet[Any]:
    """Issued invoices that the actor sees."""
    seen = owned_by_scope(actor.read_scope, actor.user_id)
    return Invoice.objects.filter(seen).exclude(status=InvoiceStatus.DRAFT)


def owed(actor: Actor, owner_id: int | None, currency: str) -> dict[str, Decimal]:
    """What is due in a currency on the invoices that the actor sees: `outstanding`, and `overdue` of it.

    Of one owner's invoices, unless `owner_id` is None.
    """
    read = _sums_due(actor.read_scope, owner_id is not None)
    rows = read(me=actor.user_id, owner=owner_id, currency=currency, today=tenant_today())
    due, overdue = rows[0] if rows else (None, None)
    return {"outstanding": due or ZERO, "overdue": overdue or ZERO}


@lru_cache(maxsize=MOST_SHAPES)
def _sums_due(scope: Scope, of_owner: bool) -> KeptQuery:
    """(due, overdue), once for each of a handful of shapes: the dashboard asks for it all the time."""

    def build() -> Any:
        seen = owned_by_scope(scope, Param("me", BigIntegerField()))
        rows = Invoice.objects.filter(seen, UNSETTLED, currency=Param("currency", CharField()))
        if of_owner:
            rows = rows.filter(owner_id=Param("owner", BigIntegerField()))
        due, late = F("total") - F("amount_paid"), Q(due_on__lt=Param("today", DateField()))
        sums = rows.order_by().values("currency").annotate(due=Sum(due), late=Sum(due, filter=late))
        return sums.values_list("due", "late")

    return KeptQuery(build)


def ageing(actor: Actor, *, today: date, party: Q | None = None) -> list[dict[str, Any]]:
    """What is due by how long it has been overdue, for each currency by its code.

    Rows are {"currency", "total", "count", and for each of BUCKETS its sum}.
    """
    due = F("total") - F("amount_paid")
    sums: dict[str, Any] = {
        name: Sum(due, filter=condition, default=ZERO) for name, condition in _bucket_conditions(today)
    }
    open_ = _claims(actor).filter(UNSETTLED, party or Q(), amount_paid__lt=F("total"))
    rows = open_.order_by().values("currency").annotate(due=Sum(due), count=Count("pk"), **sums).order_by("currency")
    return [{"currency": row["currency"], "total": row["due"], **{n: row[n] for n in ("count", *sums)}} for row in rows]


def bucket_days(today: date) -> Iterator[tuple[str, date | None, date | None]]:
    """For each of BUCKETS the first day on which what is in it was due, and the first one that is no longer in it."""
    before: date | None = None
    for name, days in BUCKETS:
        first = today - timedelta(days=days) if days is not None else None
        yield name, first, before
        before = first


def _bucket_conditions(today: date) -> Iterator[tuple[str, Q]]:
    for name, first, before in bucket_days(today):
        condition = Q(due_on__isnull=True) if before is None else Q(due_on__lt=before)
        if first is not None:
            since = Q(due_on__gte=first)
            condition = condition | since if before is None else condition & since
        yield name, condition


def debtors(actor: Actor, today: date, most: int = 50) -> list[dict[str, Any]]:
    """Who owes, most overdue first: {"contact_id", "name", "currency", "due", "late", "count", "oldest"}.

    `name` is that of their latest invoice.
    """
    due = F("total") - F("amount_paid")
    open_ = _claims(actor).filter(UNSETTLED, amount_paid__lt=F("total")).order_by()
    latest = ArrayAgg("contact_name", order_by="-pk")
    rows = open_.values("contact_id", "currency").annotate(
        names=latest,
        due=Sum(due),
        late=Sum(due, filter=Q(due_on__lt=today), default=ZERO),
        count=Count("pk"),
        oldest=Min("due_on"),
    )
    return [{**row, "name": row["names"][0]} for row in rows.order_by("-late", "-due", "contact_id")[:most]]
