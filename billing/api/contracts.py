"""Contracts and their templates under /api/v1."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from billing.actions.contracts import (
    change_contract,
    change_contract_template,
    create_contract,
    create_contract_template,
    delete_contract,
    delete_contract_template,
    send_contract,
    sign_contract,
)
from billing.actions.sending import confirm_contract_mail
from billing.api.included import CONTACT_AND_DEAL
from billing.api.links import link_route
from billing.api.pdf import pdf_route
from billing.api.resources import ARRIVED, CONTRACT, TEMPLATE
from billing.api.sending import send_route
from billing.api.serializers_documents import ContractInput, SignatureInput, TemplateInput
from billing.filters_documents import ContractFilter
from billing.queries_documents import CONTRACT_DETAILS, CONTRACT_TEMPLATES, CONTRACTS
from leadercrm.core.api.chosen import with_included
from leadercrm.core.api.described import described
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import Shape, page
from leadercrm.core.api.views import TenantViewSet, action_route


def _overview() -> Shape:
    return page(with_included(row_shape(CONTRACTS, "ContractOverview"), CONTACT_AND_DEAL))


class ContractViewSet(TenantViewSet):
    resource = CONTRACT
    rows = CONTRACT_DETAILS
    filters = ContractFilter.base_filters
    includes = CONTACT_AND_DEAL
    serializer_class = ContractInput
    create_action = create_contract
    update_action = change_contract
    delete_action = delete_contract
    deleted_message = _("Contract deleted.")

    send = send_route(send_contract, "Contract", summary=_("Send a contract to be signed"))
    mail_arrived = action_route(
        confirm_contract_mail,
        path="mail-arrived",
        summary=ARRIVED,
    )
    pdf = pdf_route(_("Download a contract as PDF"), "downloadContract")
    link = link_route(_("Get the public link of a contract, or renew it"), "shareContractLink")

    @described(returns=_overview)
    def list(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Without their texts."""
        return self.listed(CONTRACTS)

    @described(_("Sign a contract"), id="signContract", act=sign_contract, body=SignatureInput)
    @drf_action(detail=True, methods=["post"])
    def sign(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sign it; the request's address and agent are part of the evidence."""
        agent = request.META.get("HTTP_USER_AGENT")
        sign_contract(self.row(pk), **self.cleaned(SignatureInput), agent=agent, actor=self.actor)
        return self.answer(pk)


class ContractTemplateViewSet(TenantViewSet):
    resource = TEMPLATE
    rows = CONTRACT_TEMPLATES
    serializer_class = TemplateInput
    create_action = create_contract_template
    update_action = change_contract_template
    delete_action = delete_contract_template
    deleted_message = _("Contract template deleted.")
