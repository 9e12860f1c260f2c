"""Quotes in a tenant's admin site."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from billing.actions.conversion import convert_to_contract, convert_to_invoice
from billing.actions.quotes import approve_quote, change_quote, delete_quote, reject_quote, revise_quote, send_quote
from billing.actions.sending import confirm_quote_mail
from billing.admin.papers import ALL_SUMS, DEALING, FIGURES, KEPT, PAGE, SUMS, TOTAL, PaperAdmin, has_mail_trouble
from billing.api.serializers_documents import QuoteInput
from billing.models import Quote, QuoteStatus
from leadercrm.core.admin_kit.buttons import Button, Question
from leadercrm.core.admin_kit.options import in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Quote, _("quote"), _("quotes"), **DEALING, **FIGURES, **PAGE, title=_("title"), revision=_("revision"),
    revises=_("revision of"), valid_until=_("valid until"), terms=_("terms"), sent_at=_("sent"),
    approved_at=_("approved"), rejected_at=_("rejected"), rejection_reason=_("reason of rejection"),
)  # fmt: skip
OPEN = (QuoteStatus.DRAFT, QuoteStatus.SENT)


def _is(*statuses: QuoteStatus) -> Any:
    return lambda quote: quote.status in statuses and not in_bin(quote)


class ReasonQuestion(Question):
    """Why the client does not want it."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, required=False, widget=UnfoldAdminTextareaWidget)

    def arguments(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"] or None}


@admin.register(Quote, site=tenant_site)
class QuoteAdmin(PaperAdmin):
    icon = "request_quote"
    update_action, delete_action = change_quote, delete_quote
    serializer = QuoteInput
    list_display = ("number", "revision", "title", "contact_name", "status", TOTAL, "owner", "created_at")
    list_filter = ("status", "owner")
    readonly_fields = (
        *KEPT, "revision", "revises", "sent_at", "approved_at", "rejected_at", "rejection_reason",
        *ALL_SUMS, "lines", "viewed_at", "page",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("number", "revision"), "status", "title", "valid_until")}),
        (_("Who"), {"fields": ("contact", "contact_name", "company", "company_name", "deal", "owner")}),
        (_("Figures"), {"fields": ("currency", "lines", *SUMS)}),
        (_("More"), {"fields": ("notes", "terms", "revises", ("sent_at", "approved_at", "rejected_at"),
                                "rejection_reason", "viewed_at", "page", ("created_at", "updated_at"))}),
    )  # fmt: skip
    buttons = (
        Button("send", _("Send"), send_quote, icon="send", shown=_is(*OPEN)),
        Button(
            "mail-arrived",
            _("The mail has arrived"),
            confirm_quote_mail,
            explanation=_("Or it is not needed any more. Nothing is sent."),
            icon="mark_email_read",
            shown=has_mail_trouble,
        ),
        Button("approve", _("Approve"), approve_quote, icon="check", shown=_is(*OPEN)),
        Button("reject", _("Reject"), reject_quote, icon="close", shown=_is(*OPEN), question=ReasonQuestion),
        Button(
            "revise",
            _("Make the next revision"),
            revise_quote,
            explanation=_("This quote becomes read-only, and a draft takes its place."),
            icon="edit_document",
            shown=_is(QuoteStatus.SENT, QuoteStatus.REJECTED),
        ),
        Button("invoice", _("Make an invoice"), convert_to_invoice, icon="receipt", shown=_is(QuoteStatus.APPROVED)),
        Button("contract", _("Make a contract"), convert_to_contract, icon="draw", shown=_is(QuoteStatus.APPROVED)),
    )
