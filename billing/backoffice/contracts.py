"""The pages of contracts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.actions.contracts import change_contract, create_contract, delete_contract, send_contract, sign_contract
from billing.actions.restoring import restore_contract
from billing.api.serializers_documents import ContractInput, SignatureInput
from billing.backoffice.documents import Act, DocumentPage, PdfPage, SharePage
from billing.backoffice.options import contract_states, contract_templates, contract_types
from billing.filters_documents import ContractFilter
from billing.queries_documents import CONTRACT_DETAILS, CONTRACTS, DELETED_CONTRACTS
from crm.backoffice.options import users
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage

OPEN = ("draft", "sent")


class ContractList(ListPage):
    title = _("Contracts")
    section = "contracts"
    rows = CONTRACTS
    filters = ContractFilter.base_filters
    row_url, new_url = "web:contract", "web:contract-new"
    new_label, new_permission = _("New contract"), "billing.create_contract"
    search_hint = _("Number, title, contact or company")
    empty_title = _("No contracts yet")
    empty_text = _("Make one of an approved quote or of a template; the client signs it on a page of its own.")
    columns = (
        Column("contract_number", _("Number"), "title", sort="number"),
        Column("title", _("Title"), sort="title"),
        Column("contact_name", _("Contact"), sort="contact_name"),
        Column("status", _("Status"), "badge", of="contracts"),
        Column("value", _("Value"), "money", sort="value"),
        Column("start_date", _("Begins"), "day", sort="start_date"),
        Column("end_date", _("Ends"), "day", sort="end_date"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
    )
    choices = (Choice("status", _("Any status"), contract_states),)


class ContractForm(FormPage):
    """Write a contract, or change one that is not signed."""

    section = "contracts"
    rows = CONTRACT_DETAILS
    serializer = ContractInput
    create_action, update_action = create_contract, change_contract
    place = ("web:contracts", "web:contract", _("New contract"), _("Edit contract"))
    fields = (
        Field("contact_id", _("Contact"), "lookup", find="web:contact-options", shown="contact_name"),
        Field("title", _("Title")),
        Field("type", _("Type"), "choice", options=contract_types),
        Field("value", _("Value"), "money"),
        Field("currency", _("Currency"), hint=_("Three letters: MXN, USD.")),
        Field("start_date", _("Begins"), "day"),
        Field("end_date", _("Ends"), "day"),
        Field("template_id", _("Template"), "choice", options=contract_templates),
        Field("owner_id", _("Owner"), "choice", options=users),
        Field("body", _("Text"), "area", half=False, hint=_("Empty: that of the template.")),
    )

    def preset(self) -> dict[str, Any]:
        return {"owner_id": self.actor.user_id, **super().preset()}


class ContractPage(DocumentPage):
    """One contract."""

    template = "billing/backoffice/contract.html"
    section, name = "contracts", "contract"
    rows, number = CONTRACT_DETAILS, "contract_number"
    changeable, change_permission = OPEN, "billing.change_contract"
    acts = (
        Act("send", _("Send"), "send", send_contract, OPEN, "primary", asks=True),
        Act("sign", _("Mark as signed"), "signature", sign_contract, OPEN),
        Act("delete", _("Delete"), "trash", delete_contract, ("draft",), "ghost"),
    )

    def context(self, **kwargs: Any) -> dict[str, Any]:
        context = super().context(**kwargs)
        kind = context["document"]["type"]
        return {**context, "type_word": dict(contract_types()).get(kind, kind)}


class ContractSign(ActPage):
    rows, action, done, then = CONTRACTS, sign_contract, _("Contract signed."), "web:contract"
    serializer = SignatureInput


class ContractDelete(ActPage):
    rows, action, done = CONTRACTS, delete_contract, _("Contract deleted.")
    undo, then_list = "web:contract-restore", "web:contracts"


class ContractRestore(RestorePage):
    rows, action, done, then = DELETED_CONTRACTS, restore_contract, _("Contract restored."), "web:contract"


class ContractPdf(PdfPage):
    rows = CONTRACTS


class ContractShare(SharePage):
    rows = CONTRACTS
