"""The papers of the demo's sales: a quote where one got as far as a proposal, and what came of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from operator import attrgetter
from random import Random
from typing import Any

from billing.merging import merged
from billing.models import Contract, ContractTemplate, Invoice, InvoiceStatus, Payment, Product, Quote, QuoteStatus
from crm.models import StageType
from leadercrm.demo.deals import Market, Sale
from leadercrm.demo.offers import GIVEN_UP, SERVICES
from leadercrm.demo.office import at_work
from leadercrm.demo.papers import MONTH, Papers, carried, party_of, priced
from leadercrm.demo.reference_rows import CONTRACT, QUOTE, TENANT_NAME
from leadercrm.demo.texts import AGREEMENT

PROPOSAL = 2
YEAR = timedelta(days=364)
# Whoever has not answered for so long will not.
PATIENCE = timedelta(days=45)
WRITING = timedelta(minutes=40)
# What is sold beside the service: SKU, and how much of it from and to.
EXTRAS = (("LIC-ERP-001", 3, 15), ("CAP-CRM-001", 4, 16), ("SRV-MIG-001", 8, 24), ("TIM-CFDI-1000", 1, 5))
IN_PARTS = Decimal(150_000)
# Days from an invoice to its money: within its term, or later. Of the last months' some are still waited for.
ON_TIME, LATE, LATE_ONES = (6, 29), (33, 75), 0.25
UNPAID, UNPAID_SINCE = 5, timedelta(days=160)
METHODS, METHOD_WEIGHTS = ("transfer", "check", "card", "cash"), (82, 8, 7, 3)


def add_paperwork(made: Papers, sold: Sequence[Sale], market: Market, chance: Random) -> Papers:
    """Add to the reference's papers those of two years, numbered in the order of their days behind them.

    Few of them wait for an answer or for money: those that the reference prints stay on the first page of their lists.
    """
    products = {product.sku: product for product in Product.objects.all()}
    template = ContractTemplate(id=1, name="Prestación de servicios", body=AGREEMENT, created_at=QUOTE["created_at"])
    made.templates.append(template)
    made.contracts[0].body = merged(AGREEMENT, made.contracts[0], TENANT_NAME)
    sales, printed = {}, len(made.invoices)
    for sale in sorted((sale for sale in sold if _is_offered(sale)), key=_offered_at):
        quote = _quote(len(made.quotes) + 1, sale, market, chance, products, made)
        sales[quote.pk] = sale
    won = [quote for quote in made.quotes if quote.pk in sales and quote.status == QuoteStatus.APPROVED]
    for quote in sorted(won, key=attrgetter("approved_at")):
        contract = None
        if sales[quote.pk].deal.name.startswith(SERVICES):
            contract = _contract(len(made.contracts) + 1, quote, template, market.now)
            made.contracts.append(contract)
        _add_invoice(made, quote, contract, market.now)
    _add_payments(made, made.invoices[printed:], market.now, chance)
    return made


def _is_offered(sale: Sale) -> bool:
    return bool(sale.contacts) and len(sale.way) > PROPOSAL and _offered_at(sale) > QUOTE["created_at"]


def _offered_at(sale: Sale) -> datetime:
    return sale.way[PROPOSAL].at


def _quote(
    number: int, sale: Sale, market: Market, chance: Random, products: dict[str | None, Product], made: Papers
) -> Quote:
    """What was offered, and what became of it."""
    deal, sent = sale.deal, _offered_at(sale)
    quote = Quote(
        id=number,
        number=f"COT-{number:06d}",
        title=deal.name.partition(" - ")[0],
        **_outcome(sale, market.now),
        **party_of(sale.contacts[0], market.firms),
        owner_id=deal.owner_id,
        deal_id=deal.pk,
        created_at=sent - WRITING,
        valid_until=(sent + MONTH).date(),
        sent_at=sent,
        sends=1,
        last_sent_at=sent,
        viewed_at=sent + timedelta(minutes=chance.randrange(3, 300)),
    )
    made.quotes.append(priced(made, quote, list(_items(quote, deal.amount, chance, products))))
    return quote


def _outcome(sale: Sale, now: datetime) -> dict[str, Any]:
    """The status of a deal's quote: as the deal stands, and where that was forgotten the quote was given up."""
    last, sent = sale.way[-1], _offered_at(sale)
    if last.stage.type == StageType.WON:
        return {"status": QuoteStatus.APPROVED, "approved_at": last.at}
    settled, reason = last.at, sale.deal.lost_reason
    if last.stage.type != StageType.LOST:
        if sent >= now - PATIENCE:
            return {"status": QuoteStatus.SENT}
        settled, reason = at_work(sent + PATIENCE), GIVEN_UP
    return {"status": QuoteStatus.REJECTED, "rejected_at": settled, "rejection_reason": reason}


def _items(
    quote: Quote, amount: Decimal, chance: Random, products: dict[str | None, Product]
) -> Iterator[dict[str, Any]]:
    """Lines that come to the deal's amount before tax: mostly the service, and what goes with it."""
    extras = []
    for sku, least, most in chance.sample(EXTRAS, chance.randrange(3)):
        quantity = Decimal(chance.randint(least, most))
        cost = quantity * products[sku].unit_price
        if cost * 2 < amount:
            amount -= cost
            extras.append({"product_id": products[sku].pk, "quantity": quantity})
    yield {"description": quote.title, "quantity": Decimal(1), "unit_price": amount, "tax_rate": Decimal(16)}
    yield from extras


def _contract(number: int, quote: Quote, template: ContractTemplate, now: datetime) -> Contract:
    """A year of a service, from the month after; signed two days after it was sent, perhaps run out since."""
    approved: Any = quote.approved_at
    sent = at_work(approved + timedelta(days=1))
    signed = at_work(sent + timedelta(days=2))
    start = (approved.replace(day=1) + timedelta(days=32)).date().replace(day=1)
    end = start + YEAR
    is_signed = signed < now
    contract = Contract(
        id=number,
        number=f"CTR-{number:06d}",
        **carried(quote),
        title=quote.title or "",
        type=CONTRACT["type"],
        value=quote.total,
        status="draft" if sent > now else "sent" if not is_signed else "expired" if end < now.date() else "signed",
        start_date=start,
        end_date=end,
        template_id=template.pk,
        created_at=approved,
        sent_at=sent if sent < now else None,
        converts_quote=True,
    )
    if is_signed:
        contract.signed_at, contract.signer_name = signed, quote.contact_name
        contract.signer_company = quote.company_name
    contract.body = merged(template.body, contract, TENANT_NAME)
    return contract


def _add_invoice(made: Papers, quote: Quote, contract: Contract | None, now: datetime) -> None:
    """The quote's invoice of the day after; a service's stands behind its contract, which is what the quote became."""
    approved: Any = quote.approved_at
    issued = at_work(approved + timedelta(days=1))
    if issued > now:
        return
    number, due = len(made.invoices) + 1, issued + MONTH
    invoice = Invoice(
        id=number, number=f"FAC-{number:06d}", **carried(quote), issued_at=issued, due_at=due, due_on=due.date(),
        created_at=issued, sends=1, last_sent_at=issued, viewed_at=issued + timedelta(hours=number % 7 + 1),
        contract=contract, converts_quote=contract is None, payment_method="PPD", payment_form="99",
    )  # fmt: skip
    made.repeat(quote, invoice)


def _add_payments(made: Papers, invoices: Sequence[Invoice], now: datetime, chance: Random) -> None:
    """The money that has come, in the order of its days; what each invoice is by now."""
    payments = [payment for invoice in invoices for payment in _payments(invoice, now, chance)]
    numbers = count(len(made.payments) + 1)
    for payment in sorted(payments, key=attrgetter("paid_at")):
        payment.pk = next(numbers)
        if payment.method == "transfer":
            payment.reference = f"SPEI-{payment.paid_at:%Y%m%d}-{payment.pk:03d}"
        made.payments.append(payment)
    for invoice in invoices:
        _settle(invoice, [payment for payment in payments if payment.invoice_id == invoice.pk], now.date())


def _payments(invoice: Invoice, now: datetime, chance: Random) -> Iterator[Payment]:
    issued: Any = invoice.issued_at
    late = chance.random() < LATE_ONES
    first, last = (chance.randint(*ON_TIME), chance.randint(*(LATE if late else ON_TIME)))
    parts = [(last, invoice.total)]
    if invoice.total > IN_PARTS:
        half = (invoice.total / 2).quantize(Decimal(1))
        parts = [(min(first, last), half), (max(first, last) + 1, invoice.total - half)]
    method = chance.choices(METHODS, METHOD_WEIGHTS)[0]
    if invoice.pk % UNPAID == 0 and issued > now - UNPAID_SINCE:
        parts.pop()
    for days, amount in parts:
        paid_at = at_work(issued + timedelta(days=days))
        if paid_at < now:
            yield Payment(
                invoice_id=invoice.pk, contact_id=invoice.contact_id, owner_id=invoice.owner_id, amount=amount,
                currency=invoice.currency, method=method, paid_at=paid_at, created_at=paid_at,
            )  # fmt: skip


def _settle(invoice: Invoice, payments: list[Payment], today: date) -> None:
    invoice.amount_paid = sum((payment.amount for payment in payments), Decimal(0))
    if invoice.amount_paid == invoice.total:
        invoice.status, invoice.paid_at = InvoiceStatus.PAID, max(payment.paid_at for payment in payments)
    else:
        late = invoice.due_on is not None and invoice.due_on < today
        invoice.status = InvoiceStatus.OVERDUE if late else InvoiceStatus.SENT
