"""Invoices, what repeats them, and payments under /api/v1."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from billing.actions.invoices import change_invoice, create_invoice, delete_invoice, send_invoice
from billing.actions.payments import change_payment, create_payment, delete_payment
from billing.actions.recurring import (
    change_recurring_invoice,
    create_recurring_invoice,
    delete_recurring_invoice,
)
from billing.actions.sending import confirm_invoice_mail, confirm_receipt_mail, send_receipt
from billing.api.included import CONTACT_AND_DEAL
from billing.api.links import link_route
from billing.api.pdf import pdf_route
from billing.api.resources import ARRIVED, INVOICE, PAYMENT, RECURRING
from billing.api.sending import send_route
from billing.api.serializers_documents import InvoiceInput, PaymentInput, RecurringInput
from billing.filters_documents import InvoiceFilter, PaymentFilter
from billing.holding import payments_with_reference
from billing.models import Payment
from billing.queries_documents import INVOICE_DETAILS, INVOICES, PAYMENTS, RECURRING_INVOICES
from leadercrm.core.api.chosen import with_included
from leadercrm.core.api.described import described
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import INTEGER, TEXT, Shape, component, explained, list_of, page, record
from leadercrm.core.api.views import TenantViewSet, action_route

WARNINGS = list_of(record({"code": TEXT, "message": TEXT, "payment_ids": list_of(INTEGER)}, "PaymentWarning"))
REPEATED = explained(WARNINGS, _("There when another payment has the same reference."))


def _overview() -> Shape:
    return page(with_included(row_shape(INVOICES, "InvoiceOverview"), CONTACT_AND_DEAL))


def _with_warnings() -> Shape:
    """`meta` is there only if there is something to warn of."""
    return record({"data": component("Payment"), "meta?": record({"warnings": REPEATED})})


class InvoiceViewSet(TenantViewSet):
    resource = INVOICE
    rows = INVOICE_DETAILS
    filters = InvoiceFilter.base_filters
    includes = CONTACT_AND_DEAL
    serializer_class = InvoiceInput
    create_action = create_invoice
    update_action = change_invoice
    delete_action = delete_invoice
    deleted_message = _("Invoice deleted.")

    send = send_route(send_invoice, "Invoice", summary=_("Issue and send an invoice, or send it again"))
    mail_arrived = action_route(confirm_invoice_mail, path="mail-arrived", summary=ARRIVED)
    pdf = pdf_route(_("Download an invoice as PDF"), "downloadInvoice")
    link = link_route(_("Get the public link of an invoice, or renew it"), "shareInvoiceLink")

    @described(returns=_overview)
    def list(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Without items and payments (A-26)."""
        return self.listed(INVOICES)


class PaymentViewSet(TenantViewSet):
    resource = PAYMENT
    rows = PAYMENTS
    filters = PaymentFilter.base_filters
    serializer_class = PaymentInput
    create_action = create_payment
    update_action = change_payment
    delete_action = delete_payment
    deleted_message = _("Payment deleted.")

    pdf = pdf_route(_("Download a payment's receipt as PDF"), "downloadReceipt")
    send_receipt = action_route(send_receipt, path="send-receipt", summary=_("Mail a payment's receipt to its payer"))
    mail_arrived = action_route(confirm_receipt_mail, path="mail-arrived", summary=ARRIVED)

    @described(returns=_with_warnings)
    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """As every resource, and `meta.warnings` when the reference has been seen before."""
        payment = create_payment(self.cleaned(PaymentInput), actor=self.actor)
        return self.answer(payment.pk, 201, self._warnings(payment))

    @described(returns=_with_warnings)
    def update(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        """As every resource, with the same warnings."""
        row, values = self.row(pk), self.cleaned(PaymentInput, partial=True)
        payment = change_payment(row, values, actor=self.actor)
        return self.answer(pk, meta=self._warnings(payment) if "reference" in values else None)

    def _warnings(self, payment: Payment) -> Mapping[str, Any] | None:
        same = payments_with_reference(payment, self.actor)
        if not same:
            return None
        message = _("Another payment has the same reference.")
        return {"warnings": [{"code": "reference_repeated", "message": message, "payment_ids": same}]}


class RecurringInvoiceViewSet(TenantViewSet):
    resource = RECURRING
    rows = RECURRING_INVOICES
    serializer_class = RecurringInput
    create_action = create_recurring_invoice
    update_action = change_recurring_invoice
    delete_action = delete_recurring_invoice
    deleted_message = _("Recurring invoice deleted.")
