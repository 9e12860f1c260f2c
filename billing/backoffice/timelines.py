"""What of billing stands on the timelines of contacts, companies and deals."""

from typing import Any

from django.db.models import QuerySet

from billing.queries_documents import CONTRACTS, INVOICES, PAYMENTS, QUOTES
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.web.timeline import Trace, trace


def _of(rows: JsonRows, column: str) -> Any:
    def found(pk: int, actor: Actor) -> QuerySet[Any]:
        return rows.visible(actor).filter(**{column: pk})

    return found


for page, column in (("contact", "contact_id"), ("company", "company_id"), ("deal", "deal_id")):
    trace(
        page,
        Trace("billing.quote", "documents", "file-text", _of(QUOTES, column), "number", "web:quote"),
        Trace("billing.invoice", "documents", "file-invoice", _of(INVOICES, column), "number", "web:invoice"),
        Trace("billing.contract", "documents", "writing-sign", _of(CONTRACTS, column), "number", "web:contract"),
        Trace("billing.payment", "documents", "cash", _of(PAYMENTS, f"invoice__{column}"), "amount"),
    )
