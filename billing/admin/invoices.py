"""Invoices, their reminders, and what makes them again and again, in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from billing.actions.invoices import change_invoice, delete_invoice, send_invoice
from billing.actions.recurring import change_recurring_invoice, delete_recurring_invoice
from billing.actions.sending import confirm_invoice_mail
from billing.admin.papers import ALL_SUMS, DEALING, FIGURES, KEPT, PAGE, SUMS, TOTAL, PaperAdmin, has_mail_trouble
from billing.api.serializers_documents import InvoiceInput, RecurringInput
from billing.models import Invoice, InvoiceReminder, InvoiceStatus, RecurringInvoice
from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.figures import money
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call

call(
    Invoice, _("invoice"), _("invoices"), **DEALING, **FIGURES, **PAGE, amount_paid=_("paid"), issued_at=_("issued"),
    due_at=_("due"), paid_at=_("paid on"), quote=_("quote"), contract=_("contract"), recurrence=_("made by"),
    payment_method=_("payment method"), payment_form=_("form of payment"), exchange_rate=_("rate of exchange"),
)  # fmt: skip
call(
    InvoiceReminder, _("reminder"), _("reminders"), invoice=_("invoice"), due_on=_("due"), days=_("days after"),
    created_at=_("sent"),
)  # fmt: skip
call(
    RecurringInvoice, _("recurring invoice"), _("recurring invoices"),
    **{name: DEALING[name] for name in ("contact", "deal", "owner", "currency", "created_at", "updated_at")},
    title=_("title"), notes=_("notes"), every_months=_("every so many months"), next_on=_("next on"),
    ends_on=_("ends on"), auto_send=_("sent by itself"), is_active=_("active"),
)  # fmt: skip

PAID = money("amount_paid", _("paid"))


@admin.register(Invoice, site=tenant_site)
class InvoiceAdmin(PaperAdmin):
    icon = "receipt_long"
    update_action, delete_action = change_invoice, delete_invoice
    serializer = InvoiceInput
    list_display = (
        "number", "contact_name", "status", TOTAL, PAID, "due_at", "owner", "created_at",
    )  # fmt: skip
    list_filter = ("status", "owner")
    readonly_fields = (
        *KEPT, *ALL_SUMS, PAID, "issued_at", "paid_at", "quote",
        "contract", "recurrence", "lines", "viewed_at", "page",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": (("number", "status"), "due_at", ("issued_at", "paid_at"))}),
        (_("Who"), {"fields": ("contact", "contact_name", "company", "company_name", "deal", "owner")}),
        (_("Figures"), {"fields": (("currency", "exchange_rate"), "lines", *SUMS, PAID)}),
        (_("Payment"), {"fields": (("payment_method", "payment_form"),)}),
        (
            _("More"),
            {
                "fields": (
                    "notes",
                    ("quote", "contract", "recurrence"),
                    ("viewed_at", "page"),
                    ("created_at", "updated_at"),
                )
            },
        ),
    )
    buttons = (
        Button(
            "send",
            _("Send"),
            send_invoice,
            explanation=_("A draft is issued by it."),
            icon="send",
            shown=lambda row: row.status not in (InvoiceStatus.PAID, InvoiceStatus.CANCELLED) and not in_bin(row),
        ),
        Button(
            "mail-arrived",
            _("The mail has arrived"),
            confirm_invoice_mail,
            explanation=_("Or it is not needed any more. Nothing is sent."),
            icon="mark_email_read",
            shown=has_mail_trouble,
        ),
    )


@admin.register(InvoiceReminder, site=tenant_site)
class InvoiceReminderAdmin(ActionAdmin):
    section, icon = "billing", "notifications_active"
    list_display = ("invoice", "due_on", "days", "created_at")
    list_select_related = ("invoice",)
    fields: ClassVar[Any] = ("invoice", ("due_on", "days"), "created_at")


@admin.register(RecurringInvoice, site=tenant_site)
class RecurringInvoiceAdmin(ActionAdmin):
    section, icon, counted = "billing", "autorenew", True
    update_action, delete_action = change_recurring_invoice, delete_recurring_invoice
    serializer = RecurringInput
    list_display = ("title", "contact_name", "next_on", "every_months", "is_active", "auto_send", "owner")
    list_select_related = ("owner",)
    list_filter = ("is_active", "owner")
    search_fields = ("title", "contact_name")
    autocomplete_fields = ("contact", "deal", "owner")
    readonly_fields = ("created_at", "updated_at")
    fields: ClassVar[Any] = (
        "title", ("contact", "deal", "owner"), "currency", ("every_months", "next_on", "ends_on"),
        ("auto_send", "is_active"), "notes", ("created_at", "updated_at"),
    )  # fmt: skip
