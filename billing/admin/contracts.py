"""Contracts and their templates in a tenant's admin site."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

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
from billing.admin.papers import DEALING, KEPT, PAGE, PaperAdmin, has_mail_trouble
from billing.api.serializers_documents import ContractInput, TemplateInput
from billing.models import Contract, ContractStatus, ContractTemplate
from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.figures import money
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Contract, _("contract"), _("contracts"), **DEALING, **PAGE, title=_("title"), type=_("type"), value=_("value"),
    start_date=_("start"), end_date=_("end"), body=_("text"), template=_("template"), quote=_("quote"),
    sent_at=_("sent"), signed_at=_("signed"), signer_name=_("signed by"), signer_company=_("for"),
    signer_ip=_("from the address"), signer_agent=_("with"), document_hash=_("hash of what was signed"),
)  # fmt: skip
call(
    ContractTemplate, _("contract template"), _("contract templates"), name=_("name"), body=_("text"),
    created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip


def _unsigned(contract: Contract) -> bool:
    return contract.status in (ContractStatus.DRAFT, ContractStatus.SENT) and not in_bin(contract)


class SignatureQuestion(Question):
    """Who signed; the contact, where nothing is said."""

    client_name = forms.CharField(
        label=_("Signed by"), max_length=255, required=False, widget=UnfoldAdminTextInputWidget
    )
    company_name = forms.CharField(label=_("For"), max_length=255, required=False, widget=UnfoldAdminTextInputWidget)


@admin.register(Contract, site=tenant_site)
class ContractAdmin(PaperAdmin):
    icon = "contract"
    create_action, update_action, delete_action = create_contract, change_contract, delete_contract
    serializer = ContractInput
    list_display = ("number", "title", "contact_name", "status", money("value", _("value")), "end_date", "owner")
    list_filter = ("status", "owner")
    autocomplete_fields = ("contact", "deal", "owner", "quote", "template")
    readonly_fields = (
        *KEPT, "sent_at", "signed_at", "signer_name", "signer_company", "signer_ip", "signer_agent", "document_hash",
        "viewed_at", "page",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("number", "status", "title", "type", ("start_date", "end_date"))}),
        (_("Who"), {"fields": ("contact", "contact_name", "company", "company_name", "deal", "owner")}),
        (_("Content"), {"fields": (("value", "currency"), "quote", "template", "body")}),
        (_("Signature"), {"fields": ("sent_at", "signed_at", "signer_name", "signer_company", "signer_ip",
                                     "signer_agent", "document_hash")}),
        (_("More"), {"fields": (("viewed_at", "page"), ("created_at", "updated_at"))}),
    )  # fmt: skip
    buttons = (
        Button("send", _("Send"), send_contract, icon="send", shown=_unsigned),
        Button(
            "mail-arrived",
            _("The mail has arrived"),
            confirm_contract_mail,
            explanation=_("Or it is not needed any more. Nothing is sent."),
            icon="mark_email_read",
            shown=has_mail_trouble,
        ),
        Button("sign", _("Sign"), sign_contract, icon="draw", shown=_unsigned, question=SignatureQuestion),
    )


@admin.register(ContractTemplate, site=tenant_site)
class ContractTemplateAdmin(ActionAdmin):
    section, icon, counted = "billing", "description", True
    create_action, update_action = create_contract_template, change_contract_template
    delete_action = delete_contract_template
    serializer = TemplateInput
    list_display = ("name", "updated_at")
    search_fields = ("name",)
    readonly_fields = ("created_at", "updated_at")
    fields: ClassVar[Any] = ("name", "body", ("created_at", "updated_at"))
