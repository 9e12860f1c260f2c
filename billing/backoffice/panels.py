"""What billing adds to the pages of contacts, companies and deals: their quotes and invoices."""

from typing import Any

from django.urls import reverse

from billing.filters_documents import InvoiceFilter, QuoteFilter
from billing.queries_documents import INVOICES, QUOTES
from leadercrm.core.actor import Actor
from leadercrm.core.web.panels import Panel, add_panel
from leadercrm.core.web.reading import first_rows

MOST = 8
STATEMENTS = {"contact_id": "contact-statement", "company_id": "company-statement"}


def documents_of(name: str) -> Any:
    """For the pages of one kind of row: the filter of documents that has its id."""

    def context(row: dict[str, Any], actor: Actor) -> dict[str, Any] | None:
        query = {name: str(row["id"])}
        invoices = first_rows(INVOICES, actor, InvoiceFilter.base_filters, query, MOST)
        quotes = [] if name == "company_id" else first_rows(QUOTES, actor, QuoteFilter.base_filters, query, MOST)
        return {
            "invoices": invoices,
            "quotes": quotes,
            "query": f"{name}={row['id']}",
            "statement": reverse(f"web:{STATEMENTS[name]}", args=(row["id"],)) if name in STATEMENTS else "",
            "quotable": name != "company_id",
        }

    return context


for page, name in (("contact", "contact_id"), ("company", "company_id"), ("deal", "deal_id")):
    add_panel(page, 10, Panel("billing/backoffice/_documents.html", documents_of(name)))
