"""A tenant's own terms under /api/v1."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from billing.actions.settings import change_terms
from billing.api.resources import TERMS
from billing.api.serializers_documents import TermsInput
from billing.terms import Terms, terms
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import json_number, json_response
from leadercrm.core.api.shapes import INTEGER, NUMBER, TEXT, data, list_of, nullable, record
from leadercrm.core.api.views import ApiView

SHAPE = record(
    {
        "currency": TEXT, "tax_rate": NUMBER, "payment_days": INTEGER, "reminder_days": list_of(INTEGER),
        "contract_notice_days": INTEGER, "approved_stage_id": nullable(INTEGER), "bank_name": nullable(TEXT),
        "bank_holder": nullable(TEXT), "bank_clabe": nullable(TEXT),
    },
    "BillingTerms",
)  # fmt: skip


class TermsView(ApiView):
    resource = TERMS
    required_permission = "billing.view_settings"

    @described(_("Read the terms of documents"), id="getBillingTerms", returns=data(SHAPE))
    def get(self, request: HttpRequest) -> HttpResponse:
        """The terms that documents have where nobody says otherwise."""
        return _answer(terms())

    @described(
        _("Change the terms of documents"),
        id="changeBillingTerms",
        act=change_terms,
        body=TermsInput,
        partial=True,
        returns=data(SHAPE),
    )
    def put(self, request: HttpRequest) -> HttpResponse:
        """Change some of them."""
        return _answer(change_terms(self.cleaned(TermsInput, partial=True), actor=self.actor))

    patch = put


def _answer(chosen: Terms) -> HttpResponse:
    values = asdict(chosen)
    return json_response({"data": {**values, "tax_rate": json_number(values["tax_rate"])}})
