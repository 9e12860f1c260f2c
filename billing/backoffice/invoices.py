"""The pages of invoices and payments."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.actions.invoices import change_invoice, create_invoice, delete_invoice, send_invoice
from billing.actions.payments import create_payment, delete_payment
from billing.actions.restoring import restore_invoice, restore_payment
from billing.api.serializers_documents import InvoiceInput, PaymentInput
from billing.backoffice.documents import Act, DocumentPage, PdfPage, SharePage
from billing.backoffice.lines import LinesForm
from billing.backoffice.options import invoice_states, payment_methods
from billing.filters_documents import InvoiceFilter, PaymentFilter
from billing.models import Payment
from billing.queries_documents import DELETED_INVOICES, DELETED_PAYMENTS, INVOICE_DETAILS, INVOICES, PAYMENTS
from crm.backoffice.options import users
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import json_row


class InvoiceList(ListPage):
    title = _("Invoices")
    section = "invoices"
    rows = INVOICES
    filters = InvoiceFilter.base_filters
    row_url, new_url = "web:invoice", "web:invoice-new"
    new_label, new_permission = _("New invoice"), "billing.create_invoice"
    search_hint = _("Number, contact or company")
    empty_title = _("No invoices yet")
    empty_text = _("Make one of an approved quote, or write it here.")
    columns = (
        Column("invoice_number", _("Number"), "title", sort="number"),
        Column("contact_name", _("Contact"), sort="contact_name"),
        Column("company_name", _("Company"), sort="company_name"),
        Column("status", _("Status"), "badge"),
        Column("total", _("Total"), "money", sort="total"),
        Column("amount_due", _("Balance"), "money"),
        Column("due_at", _("Due on"), "due_day", sort="due_at"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
    )
    choices = (Choice("status", _("Any status"), invoice_states), Choice("owner_id", _("Anybody's"), users))


class InvoiceForm(LinesForm):
    """Write an invoice, or change one."""

    section = "invoices"
    rows = INVOICE_DETAILS
    serializer = InvoiceInput
    create_action, update_action = create_invoice, change_invoice
    place = ("web:invoices", "web:invoice", _("New invoice"), _("Edit invoice"))
    fields = (
        Field("contact_id", _("Contact"), "lookup", find="web:contact-options", shown="contact_name"),
        Field("due_at", _("Due on"), "moment"),
        Field("currency", _("Currency"), hint=_("Three letters: MXN, USD.")),
        Field("owner_id", _("Owner"), "choice", options=users),
        Field("deal_id", "", "hidden"),
        Field("notes", _("Notes"), "area", half=False),
    )

    def preset(self) -> dict[str, Any]:
        return {"owner_id": self.actor.user_id, **super().preset()}

    def beside(self) -> dict[str, Any]:
        return {"preview": reverse("web:invoice-preview")}


class InvoicePage(DocumentPage):
    """One invoice, and what was paid of it."""

    template = "billing/backoffice/invoice.html"
    section, name = "invoices", "invoice"
    rows, number = INVOICE_DETAILS, "invoice_number"
    changeable, change_permission = ("draft", "sent", "overdue"), "billing.change_invoice"
    acts = (
        Act("send", _("Send"), "send", send_invoice, ("draft", "sent", "overdue"), "primary", asks=True),
        Act("delete", _("Delete"), "trash", delete_invoice, ("draft", "sent", "overdue"), "ghost"),
    )

    def context(self, **kwargs: Any) -> dict[str, Any]:
        context = super().context(**kwargs)
        invoice = context["document"]
        owed = invoice["status"] in ("sent", "overdue")
        return {
            **context,
            "may_pay": owed and self.actor.may("billing.create_payment"),
            "deletable": self._deletable([payment["id"] for payment in invoice["payments"]]),
        }

    def _deletable(self, ids: list[int]) -> list[int]:
        """Of these payments those that the actor may take back."""
        if not ids or not self.actor.may("billing.delete_payment"):
            return []
        rows = list(Payment.objects.filter(pk__in=ids))
        allowed = {row.owner_id: self.actor.may("billing.delete_payment", row) for row in rows}
        return [row.pk for row in rows if allowed[row.owner_id]]


class InvoiceDelete(ActPage):
    rows, action, done = INVOICES, delete_invoice, _("Invoice deleted.")
    undo, then_list = "web:invoice-restore", "web:invoices"


class InvoiceRestore(RestorePage):
    rows, action, done, then = DELETED_INVOICES, restore_invoice, _("Invoice restored."), "web:invoice"


class InvoicePdf(PdfPage):
    rows = INVOICES


class InvoiceShare(SharePage):
    rows = INVOICES


class PaymentList(ListPage):
    title = _("Payments")
    section = "payments"
    rows = PAYMENTS
    filters = PaymentFilter.base_filters
    empty_title = _("No payments yet")
    empty_text = _("Payments are entered on the invoice that they are for.")
    columns = (
        Column("paid_at", _("Paid on"), "due_day", sort="paid_at"),
        Column("invoice_number", _("Invoice"), "invoice_link"),
        Column("amount", _("Amount"), "money", sort="amount"),
        Column("method", _("Method"), "badge", sort="method"),
        Column("reference", _("Reference"), sort="reference"),
        Column("status", _("Status"), "badge", sort="status", of="payments"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
    )
    choices = (Choice("method", _("Any method"), payment_methods),)


class PaymentForm(FormPage):
    """Enter what came in for an invoice."""

    section = "invoices"
    rows = PAYMENTS
    serializer = PaymentInput
    create_action = create_payment
    place = ("web:payments", "web:payments", _("Enter a payment"), "")
    done = _("Payment entered.")
    fields = (
        Field("invoice_id", "", "hidden"),
        Field("amount", _("Amount"), "money"),
        Field("method", _("Method"), "choice", options=payment_methods),
        Field("paid_at", _("Paid on"), "moment"),
        Field("reference", _("Reference"), hint=_("Of a SPEI transfer: its tracking key.")),
    )

    def preset(self) -> dict[str, Any]:
        given = super().preset()
        invoice = str(given.get("invoice_id", ""))
        if not invoice.isascii() or not invoice.isdigit():
            return given
        row = json_row(INVOICES, int(invoice), self.actor)
        return {"amount": row["amount_due"], "method": "transfer", **given}

    def after(self, saved: Any) -> str:
        return reverse("web:invoice", args=(saved.invoice_id,))


class PaymentDelete(ActPage):
    """Take a payment back; one stays on the invoice's page."""

    rows, action, done = PAYMENTS, delete_payment, _("Payment deleted.")
    undo = "web:payment-restore"


class PaymentRestore(RestorePage):
    rows, action, done = DELETED_PAYMENTS, restore_payment, _("Payment restored.")
