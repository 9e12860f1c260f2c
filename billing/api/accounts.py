"""Statements of account and ageing under /api/v1."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from billing.api.resources import ACCOUNT
from billing.queries_accounts import BUCKETS, Entry, Statement, ageing, statements
from crm.queries import COMPANIES, CONTACTS
from leadercrm.core.api.described import described
from leadercrm.core.api.fields import NO_MOMENT, read_moment
from leadercrm.core.api.filter_fields import DIGITS
from leadercrm.core.api.responses import json_number, json_response
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import (
    DATE,
    INTEGER,
    NUMBER,
    TEXT,
    Shape,
    data,
    explained,
    list_of,
    nullable,
    one_of,
    record,
)
from leadercrm.core.api.views import ApiView
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.ids import MAX_ID

PARTIES: dict[str, JsonRows] = {"contact": CONTACTS, "company": COMPANIES}
FROM = explained(DATE, _("The first day; what came before is in the opening balance."))
UNTIL = explained(DATE, _("The last day."))
ENTRY = record(
    {
        "on": DATE, "kind": one_of(["invoice", "payment"]), "number": TEXT, "invoice_id": INTEGER, "charge": NUMBER,
        "payment": NUMBER, "payment_id": nullable(INTEGER), "due_on": nullable(DATE), "balance": NUMBER,
    },
    "StatementEntry",
)  # fmt: skip
STATEMENT: Shape = record(
    {"currency": TEXT, "opening": NUMBER, "closing": NUMBER, "entries": list_of(ENTRY)}, "AccountStatement"
)
AGES: Shape = record(
    {"currency": TEXT, "total": NUMBER, "count": INTEGER, **{name: NUMBER for name, _days in BUCKETS}}, "Ageing"
)
OF_CONTACT = explained(INTEGER, _("Of this contact only."))
OF_COMPANY = explained(INTEGER, _("Of this company only."))
STATEMENTS: dict[str, Any] = {
    "returns": data(list_of(STATEMENT)),
    "meta": {"from": nullable(DATE), "to": nullable(DATE)},
    "query": {"from": FROM, "to": UNTIL},
    "errors": (422,),
}


class StatementView(ApiView):
    """`party`: whose statement, a contact's or a company's."""

    resource = ACCOUNT
    party: ClassVar[str]

    def found(self, request: HttpRequest, pk: int) -> tuple[date | None, date | None, list[Statement]]:
        """First and last day, and the accounts."""
        if pk > MAX_ID or not PARTIES[self.party].visible(self.actor).filter(pk=pk).exists():
            raise NotFound()
        first, last = _day(request, "from"), _day(request, "to")
        return first, last, statements(Q(**{f"{self.party}_id": pk}), self.actor, first=first, last=last)

    def statement(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a contact or company was invoiced and paid, from one day to another, and what they owe."""
        first, last, found = self.found(request, pk)
        return json_response({"data": [_account(one) for one in found], "meta": {"from": first, "to": last}})


class ContactStatementView(StatementView):
    party = "contact"

    @described(_("Show a contact's statement of account"), id="getContactStatement", **STATEMENTS)
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.statement(request, pk)


class CompanyStatementView(StatementView):
    party = "company"

    @described(_("Show a company's statement of account"), id="getCompanyStatement", **STATEMENTS)
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.statement(request, pk)


class AgeingView(ApiView):
    resource = ACCOUNT

    @described(
        _("Show what is due, by how long it has been overdue"),
        id="getAgeing",
        returns=data(list_of(AGES)),
        meta={"as_of": DATE},
        query={"contact_id": OF_CONTACT, "company_id": OF_COMPANY},
        errors=(422,),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        """What is due, by how long it has been overdue; of one contact or company if one is named."""
        today = tenant_today()
        wanted = {f"{name}_id": pk for name in PARTIES if (pk := _id(request, f"{name}_id")) is not None}
        rows = ageing(self.actor, today=today, party=Q(**wanted))
        return json_response({"data": [_plain(row) for row in rows], "meta": {"as_of": today}})


def _account(account: Statement) -> dict[str, Any]:
    entries = [_plain({each.name: getattr(entry, each.name) for each in fields(Entry)}) for entry in account.entries]
    sums = {"currency": account.currency, "opening": account.opening, "closing": account.closing}
    return {**_plain(sums), "entries": entries}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: json_number(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name)
    if not text:
        return None
    if read_moment(text) is None:
        raise DomainError(NO_MOMENT, field=name)
    return date.fromisoformat(text[:10])


def _id(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if not text:
        return None
    if not DIGITS.fullmatch(text):
        raise DomainError(_("Must be a whole number."), field=name)
    return int(text)
