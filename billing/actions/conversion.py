"""Making contracts and invoices out of approved quotes, each once."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.actions.capping import charge
from billing.actions.documents import enter
from billing.actions.lines import LINE_TYPES
from billing.holding import hold_contact
from billing.models import Contract, Invoice, Quote, QuoteStatus
from leadercrm.core.actions import domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.numbering import next_number

CARRIED = ("contact_id", "contact_name", "company_id", "company_name", "deal_id", "owner_id", "currency")
FIGURES = ("subtotal", "discount_total", "tax_total", "total")


@domain_action(permission="billing.convert_quote")
def convert_to_invoice(quote: Quote, *, actor: Actor) -> Invoice:
    """Make a draft invoice with the lines of an approved quote. Refuses while there is one already."""
    quote = _convertible(quote, Invoice)
    carried = {name: getattr(quote, name) for name in (*CARRIED, *FIGURES)}
    invoice = Invoice(**carried, notes=quote.notes, quote=quote, converts_quote=True)
    enter(invoice, [*quote.items.order_by("position").values(*LINE_TYPES)], "FAC")
    record(actor, invoice, "invoice.created", converted_from=quote.pk)
    charge(actor, invoice.total, invoice.currency)
    return invoice


@domain_action(permission="billing.convert_quote")
def convert_to_contract(quote: Quote, *, actor: Actor) -> Contract:
    """Make a draft contract worth an approved quote's total. Refuses while there is one already."""
    quote = _convertible(quote, Contract)
    carried = {name: getattr(quote, name) for name in CARRIED}
    contract = Contract(
        **carried,
        title=quote.title or quote.number,
        value=quote.total,
        quote=quote,
        converts_quote=True,
        number=next_number("contract", "CTR"),
    )
    contract.save()
    record(actor, contract, "contract.created", converted_from=quote.pk)
    return contract


def _convertible(quote: Quote, target: type[Any]) -> Quote:
    """The quote, locked, if it is approved and has not become a `target` yet."""
    hold_contact(quote.contact_id)
    quote = lock(quote)
    if quote.status != QuoteStatus.APPROVED:
        raise DomainError(_("Only an approved quote can be converted."), field="status", code="illegal_transition")
    made = target.objects.filter(quote=quote, converts_quote=True).first()
    if made is not None:
        raise DomainError(
            _("This quote has been converted already: see %(number)s.") % {"number": made.number},
            field="status",
            code="converted",
        )
    return quote
