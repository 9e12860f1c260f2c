"""What stands on a public page: the document as its PDF has it, its state, and its forms."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.evidence import code_of
from billing.models import Contract, Invoice, Payment, PaymentStatus
from billing.pdf.branding import brand
from billing.pdf.of_models import bank
from billing.pdf.pages import CONTEXTS, PAID_BY
from billing.pdf.priced import account_facts
from billing.pdf.render import key_of
from billing.pdf.shown import Context, Fact, day
from billing.public.states import State, state_of
from billing.rendering import VIEWS
from leadercrm.core.clock import day_of
from leadercrm.core.money import money_text
from leadercrm.core.web.colours import accent


def page_context(document: Any, language: str) -> Context:
    """All but the forms. The language has to be active."""
    state, seen = state_of(document), brand()
    return {
        "document": document,
        "state": state,
        "declared": declared(state),
        "brand": seen,
        "theme": accent(seen.colour)[1:],
        "seller": seller(document, seen.email),
    }


def content_context(document: Any, language: str) -> Context:
    """The document itself."""
    view: Any = VIEWS[type(document)](document, language)
    shown = CONTEXTS[type(view)](view)
    labels = [column.label for column in shown.get("columns", ())]
    for row in shown.get("rows", ()):
        row["cells"] = list(zip(labels, row["cells"], strict=True))
    return {
        "shown": shown,
        "face": key_of(view),
        "client": view.client,
        **own_context(document, view),
        "consent": consent(document, view, shown),
    }


def seller(document: Any, house: str) -> dict[str, str]:
    """Whom the client can ask."""
    owner = document.owner if document.owner is not None and document.owner.is_active else None
    return {"name": owner.name if owner else "", "email": owner.email if owner else house}


def consent(document: Any, view: Any, shown: Context) -> str:
    """What a client agrees to, as it is kept."""
    values = {"number": document.number, "tenant": view.brand.legal_name or view.brand.name}
    if isinstance(document, Contract):
        return (
            _(
                "I have read contract %(number)s of %(tenant)s, agree to it and sign it electronically. My name, e-mail"
                " address, IP address, browser and signature, the time, and the digest of the document are kept as"
                " evidence."
            )
            % values
        )
    return _(
        "I accept quote %(number)s of %(tenant)s for %(total)s. My name, e-mail address, IP address, browser and"
        " signature, the time, and the digest of the document are kept as evidence."
    ) % {**values, "total": shown.get("total", "")}


def declared(state: State) -> Context | None:
    """What the client declared, for themselves to keep."""
    entry = state.evidence
    if entry is None:
        return None
    return {
        "name": entry.name,
        "at": moment(entry.at),
        "code": code_of(entry.pdf_sha256),
        "sha256": entry.pdf_sha256,
        "reason": entry.reason,
    }


def moment(at: Any) -> str:
    """In UTC, as evidence has it."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def own_context(document: Any, view: Any) -> Context:
    """What one kind has: an invoice what is due, where to pay to and what came in, a contract its signature."""
    if isinstance(document, Invoice):
        return {"after": {"payments": payments_of(document), "due": due_facts(document)}, "pay": pay_facts(document)}
    if isinstance(document, Contract):
        return {"hand": view.signature, "ended_on": day(document.end_date)}
    return {"expired_on": day(document.valid_until)}


def pay_facts(invoice: Invoice) -> list[Context]:
    """Where to pay to; `copied` is what a bank's form takes."""
    account = bank()
    if account is None:
        return []
    due = due_facts(invoice)
    copied = {_("CLABE"): account.clabe, _("Reference"): invoice.number, _("Amount due"): due["plain"]}
    found = [*account_facts(account, invoice.number), Fact(_("Amount due"), due["amount"])]
    return [{"label": fact.label, "text": fact.text, "copied": copied.get(fact.label, "")} for fact in found]


def due_facts(invoice: Invoice) -> Context:
    due = invoice.total - invoice.amount_paid
    return {
        "amount": money_text(due, invoice.currency),
        "plain": f"{due:.2f}",
        "on": day(invoice.due_on),
        "paid": money_text(invoice.amount_paid, invoice.currency) if invoice.amount_paid else "",
    }


def payments_of(invoice: Invoice) -> list[Context]:
    """Those that count, the first one first."""
    found = Payment.objects.filter(invoice=invoice, status=PaymentStatus.COMPLETED).order_by("paid_at", "pk")
    return [
        {
            "pk": payment.pk,
            "on": date_format(day_of(payment.paid_at), "SHORT_DATE_FORMAT"),
            "method": PAID_BY[payment.method]() if payment.method in PAID_BY else payment.method,
            "reference": payment.reference or "",
            "amount": money_text(payment.amount, payment.currency),
        }
        for payment in found
    ]
