"""Quotes under /api/v1."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from billing.actions.conversion import convert_to_contract, convert_to_invoice
from billing.actions.quotes import (
    approve_quote,
    change_quote,
    create_quote,
    delete_quote,
    reject_quote,
    revise_quote,
    send_quote,
)
from billing.actions.sending import confirm_quote_mail
from billing.api.included import CONTACT_AND_DEAL
from billing.api.links import link_route
from billing.api.pdf import pdf_route
from billing.api.resources import ARRIVED, QUOTE
from billing.api.sending import send_route
from billing.api.serializers_documents import QuoteInput, RejectionInput
from billing.filters_documents import QuoteFilter
from billing.queries_documents import CONTRACT_DETAILS, INVOICE_DETAILS, QUOTES
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import row_response
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import component, data
from leadercrm.core.api.views import TenantViewSet, action_route


class QuoteViewSet(TenantViewSet):
    resource = QUOTE
    rows = QUOTES
    filters = QuoteFilter.base_filters
    includes = CONTACT_AND_DEAL
    serializer_class = QuoteInput
    create_action = create_quote
    update_action = change_quote
    delete_action = delete_quote
    deleted_message = _("Quote deleted.")

    send = send_route(send_quote, "Quote", summary=_("Send a quote, or send it again"))
    mail_arrived = action_route(confirm_quote_mail, path="mail-arrived", summary=ARRIVED)
    approve = action_route(approve_quote, path="approve", summary=_("Approve a quote"))
    pdf = pdf_route(_("Download a quote as PDF"), "downloadQuote")
    link = link_route(_("Get the public link of a quote, or renew it"), "shareQuoteLink")
    reject = action_route(reject_quote, path="reject", serializer=RejectionInput, summary=_("Reject a quote"))

    @described(_("Make the next revision of a quote"), id="reviseQuote", act=revise_quote, status=201)
    @drf_action(detail=True, methods=["post"])
    def revise(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next revision, a draft."""
        return self.answer(revise_quote(self.row(pk), actor=self.actor).pk, 201)

    @described(
        _("Make an invoice of an approved quote"),
        id="convertQuoteToInvoice",
        act=convert_to_invoice,
        returns=data(component("Invoice")),
        status=201,
    )
    @drf_action(detail=True, methods=["post"], url_path="convert-to-invoice")
    def convert_to_invoice(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The invoice made of it."""
        return _made(INVOICE_DETAILS, convert_to_invoice(self.row(pk), actor=self.actor))

    @described(
        _("Make a contract of an approved quote"),
        id="convertQuoteToContract",
        act=convert_to_contract,
        returns=data(component("Contract")),
        status=201,
    )
    @drf_action(detail=True, methods=["post"], url_path="convert-to-contract")
    def convert_to_contract(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The contract made of it."""
        return _made(CONTRACT_DETAILS, convert_to_contract(self.row(pk), actor=self.actor))


def _made(rows: JsonRows, document: Any) -> HttpResponse:
    row = rows.one(document.pk)
    assert row is not None  # noqa: S101 - it was made just now
    return row_response(row, 201)
