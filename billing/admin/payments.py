"""Payments in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.actions.payments import change_payment, create_payment, delete_payment
from billing.actions.sending import confirm_receipt_mail, send_receipt
from billing.admin.papers import has_mail_trouble
from billing.api.serializers_documents import PaymentInput
from billing.models import Payment, PaymentStatus
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.figures import money
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Payment, _("payment"), _("payments"), invoice=_("invoice"), contact=_("contact"), owner=_("owner"),
    amount=_("amount"), currency=_("currency"), method=_("method"), reference=_("reference"), status=_("status"),
    paid_at=_("paid on"), created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip


@admin.register(Payment, site=tenant_site)
class PaymentAdmin(ActionAdmin):
    section, icon, counted = "billing", "payments", True
    create_action, update_action, delete_action = create_payment, change_payment, delete_payment
    serializer = PaymentInput
    list_display = ("invoice", money("amount", _("amount")), "method", "reference", "status", "paid_at", "owner")
    list_select_related = ("invoice", "owner")
    list_filter = ("status", "method")
    search_fields = ("reference", "invoice__number")
    autocomplete_fields = ("invoice", "contact")
    readonly_fields = ("owner", "created_at", "updated_at")
    fields: ClassVar[Any] = (
        "invoice", "contact", ("amount", "currency"), ("method", "reference"), ("status", "paid_at"), "owner",
        ("created_at", "updated_at"),
    )  # fmt: skip
    buttons = (
        Button(
            "send-receipt",
            _("Mail the receipt"),
            send_receipt,
            icon="send",
            shown=lambda row: row.status == PaymentStatus.COMPLETED and not in_bin(row),
        ),
        Button(
            "mail-arrived",
            _("The mail has arrived"),
            confirm_receipt_mail,
            explanation=_("Or it is not needed any more. Nothing is sent."),
            icon="mark_email_read",
            shown=has_mail_trouble,
        ),
    )
