"""Quotes (cotizaciones)."""

from typing import Any

from django.utils.translation import gettext as _

from billing.actions.quotes import approve_quote, create_quote, reject_quote, send_quote
from billing.api.serializers_documents import ItemInput, QuoteInput
from billing.api.serializers_templates import MOST_WORDS
from billing.holding import mail_address_of
from billing.models import Quote, QuoteStatus
from billing.queries_documents import QUOTES
from leadercrm.core.api.fields import Flag, ListOf, OneOf, Text
from leadercrm.mcp.inputs import Confirmed, Previewed, Reference, leaves_out
from leadercrm.mcp.registry import ROW, SENDS, SETS, WRITES, Call, Outcome, tool
from leadercrm.mcp.results import then
from leadercrm.mcp.writing import meant, wrote

MOST_LINES = 200
NUMBER_NOTE = "Id, or a number such as COT-000008."


@leaves_out("tax_factor", "sat_product_key", "sat_unit_key")
class Line(ItemInput):
    """A line without what only Mexico's tax office asks for."""


@leaves_out("owner_id", "terms")
class QuoteCreation(QuoteInput, Previewed):
    items = ListOf(child=Line(), max_length=MOST_LINES)


class QuoteSending(Confirmed):
    quote_id = Reference()
    message = Text(max_length=MOST_WORDS, required=False)
    resend = Flag(required=False, default=False)


class QuoteSettling(Confirmed):
    quote_id = Reference()
    status = OneOf((QuoteStatus.APPROVED.value, QuoteStatus.REJECTED.value))
    reason = Text(max_length=2000, required=False)


def quote_of(call: Call) -> Quote:
    quote: Quote = meant(QUOTES, call.values["quote_id"], call, "quote_id", number="number")
    return quote


def recipient(document: Any) -> dict[str, Any]:
    """To whom a document's mail goes; nothing of it goes out without an address."""
    return {"name": document.contact_name, "email": mail_address_of(document.contact_id)}


def will_send(document: Any) -> str:
    """What sending will do, in a sentence that people can agree to."""
    to = recipient(document)
    if to["email"] is None:
        return _("%(number)s will count as handed over to %(name)s, who has no e-mail address.") % {
            "number": document.number,
            "name": to["name"],
        }
    return _("%(number)s over %(total)s %(currency)s will be mailed to %(name)s <%(email)s>.") % {
        "number": document.number,
        "total": document.total,
        "currency": document.currency,
        **to,
    }


@tool(
    "leader_create_quote",
    """Create a quote (cotización) with items, as a draft with a COT- number. dry_run computes taxes and total without
    saving. It is not sent: see leader_send_quote.""",
    scope="billing:write",
    input=QuoteCreation,
    gives={"quote": ROW},
    hints=WRITES,
    notes={"contact_id": "From leader_search_contacts."},
)
def create(call: Call) -> Outcome:
    quote = create_quote(call.values, actor=call.actor)
    return wrote(call, "quote", QUOTES, quote.pk, "quotes", then("leader_send_quote", quote_id=quote.pk, dry_run=True))


@tool(
    "leader_send_quote",
    """E-mail a quote (cotización) to its contact. Leaves the house: needs confirm: true after the user agreed; dry_run
    shows the recipient. A quote that was sent is not sent again unless resend: true.""",
    scope="send",
    input=QuoteSending,
    gives={"quote": ROW, "recipient?": ROW},
    hints=SENDS,
    notes={"quote_id": NUMBER_NOTE, "message": "What the mail says beside the quote."},
    confirms=lambda call: will_send(quote_of(call)),
)
def send(call: Call) -> Outcome:
    quote, again = quote_of(call), call.values["resend"]
    if quote.status != QuoteStatus.SENT or again:
        send_quote(quote, message=call.values.get("message"), actor=call.actor)
    approval = then("leader_set_quote_status", quote_id=quote.pk, status="approved")
    return wrote(call, "quote", QUOTES, quote.pk, "quotes", approval, recipient=recipient(quote))


@tool(
    "leader_set_quote_status",
    """Note that the client approved or rejected a quote (cotización). Only upon the client's word: needs
    confirm: true.""",
    scope="billing:write",
    input=QuoteSettling,
    gives={"quote": ROW},
    hints=SETS,
    notes={"quote_id": NUMBER_NOTE},
    confirms=lambda call: _settling(call),
)
def settle(call: Call) -> Outcome:
    quote, status = quote_of(call), call.values["status"]
    if quote.status != status:
        if status == QuoteStatus.APPROVED:
            approve_quote(quote, actor=call.actor)
        else:
            reject_quote(quote, reason=call.values.get("reason"), actor=call.actor)
    approved = status == QuoteStatus.APPROVED
    following = [then("leader_create_invoice", quote_id=quote.pk, dry_run=True)] if approved else []
    return wrote(call, "quote", QUOTES, quote.pk, "quotes", *following)


def _settling(call: Call) -> str:
    quote, wanted = quote_of(call), QuoteStatus(call.values["status"])
    return _("%(number)s of %(name)s will be noted as: %(status)s.") % {
        "number": quote.number,
        "name": quote.contact_name,
        "status": wanted.label,
    }
