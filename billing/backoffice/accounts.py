"""What is owed: by age, by whom, and each account as a statement."""

from datetime import date
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from billing.api.pdf import pdf_response, wanted_language
from billing.queries_accounts import BUCKETS, Statement, ageing, bucket_days, debtors, statements
from billing.rendering import statement_of
from crm.queries import COMPANIES, CONTACTS
from leadercrm.core.actor import Actor
from leadercrm.core.api.fields import NO_MOMENT, read_moment
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import DomainError
from leadercrm.core.web.links import list_address
from leadercrm.core.web.pages import Page, json_row, row_of

AGES = {
    "not_due": _("Not due yet"), "days_1_30": _("1 to 30 days"), "days_31_60": _("31 to 60 days"),
    "days_61_90": _("61 to 90 days"), "over_90": _("Over 90 days"),
}  # fmt: skip
VIEW = "billing.view_invoice"


def aged(actor: Actor, today: date) -> list[dict[str, Any]]:
    """What is due, currency by currency: {"currency", "total", "count", "url", "cells"}.

    Each cell is {"name", "label", "sum", "url"}; an address is that of the list of invoices behind the sum.
    """
    days = list(bucket_days(today))
    return [
        {
            **row,
            "url": _outstanding(row["currency"]),
            "cells": [
                {
                    "name": name,
                    "label": AGES[name],
                    "sum": row[name],
                    "url": _outstanding(row["currency"], first, before),
                }
                for name, first, before in days
            ],
        }
        for row in ageing(actor, today=today)
    ]


def _outstanding(currency: str, first: date | None = None, before: date | None = None) -> str:
    between = {"due_from": first and first.isoformat(), "due_before": before and before.isoformat()}
    query = {"outstanding": "true", "currency": currency, **{name: day for name, day in between.items() if day}}
    return list_address("web:invoices", **query)


class ReceivablesPage(Page):
    """What is due by how long it has been overdue, and who owes it."""

    template = "billing/backoffice/receivables.html"
    title = _("Receivables")
    section = "receivables"
    required_permission = VIEW

    def context(self, **kwargs: Any) -> dict[str, Any]:
        today = tenant_today()
        return {
            "ages": aged(self.actor, today),
            "names": [AGES[name] for name, _days in BUCKETS],
            "debtors": debtors(self.actor, today),
        }


class StatementPage(Page):
    """An account: what was invoiced and paid, from one day to another, and what is owed; with `pdf`, as a file."""

    template = "billing/backoffice/statement.html"
    required_permission = VIEW
    rows: ClassVar[JsonRows]
    party: ClassVar[str]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if "pdf" not in request.GET:
            return super().get(request, **kwargs)
        row, (first, last, found) = row_of(self.rows, kwargs["pk"], self.actor), self._found(kwargs["pk"])
        paper = statement_of(row, found, first=first, last=last, language=wanted_language(request))
        return pdf_response(request, paper, f"statement-{row.pk}")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        row = json_row(self.rows, kwargs["pk"], self.actor)
        first, last, found = self._found(row["id"])
        return {
            "title": _("Statement of account"),
            "row": row,
            "name": row.get("full_name") or row["name"],
            "page": f"web:{self.party}",
            "first": first,
            "last": last,
            "accounts": found,
        }

    def _found(self, pk: int) -> tuple[date | None, date | None, list[Statement]]:
        first, last = self._day("from"), self._day("to")
        return first, last, statements(Q(**{f"{self.party}_id": pk}), self.actor, first=first, last=last)

    def _day(self, name: str) -> date | None:
        text = self.request.GET.get(name, "")
        if text and read_moment(text) is None:
            raise DomainError(NO_MOMENT, field=name)
        return date.fromisoformat(text[:10]) if text else None


class ContactStatement(StatementPage):
    rows, party, section = CONTACTS, "contact", "contacts"


class CompanyStatement(StatementPage):
    rows, party, section = COMPANIES, "company", "companies"
