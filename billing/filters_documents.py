"""Filters of quotes, invoices, payments and contracts, for the API and the pages."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from billing.columns import ENDED, OVERDUE, SIGNED
from billing.models import (
    Contract,
    ContractStatus,
    Invoice,
    InvoiceStatus,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Quote,
    QuoteStatus,
)
from billing.models.invoice import OPEN, UNSETTLED
from leadercrm.core.api.filters import (
    ChoiceFilter,
    DayFilter,
    ExactFilter,
    FlagFilter,
    IdFilter,
    SearchFilter,
    WrittenFilterSet,
)


class InvoiceStatusFilter(ChoiceFilter):
    """The status as of today: `sent` leaves out what is overdue. Each status is a shape of its own."""

    shaping = True

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == InvoiceStatus.OVERDUE:
            return queryset.filter(OVERDUE)
        if value == InvoiceStatus.SENT:
            return queryset.filter(~OVERDUE, status__in=OPEN)
        return queryset.filter(status=value)


class ContractStatusFilter(ChoiceFilter):
    """The status as of today: `signed` leaves out what has expired."""

    shaping = True

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == ContractStatus.EXPIRED:
            return queryset.filter(ENDED)
        if value == ContractStatus.SIGNED:
            return queryset.filter(~ENDED, status__in=SIGNED)
        return queryset.filter(status=value)


class OutstandingFilter(FlagFilter):
    """Yes: invoices that were sent and not paid in full. No: drafts, and paid ones."""

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        outstanding = UNSETTLED & Q(amount_paid__lt=F("total"))
        return queryset.filter(outstanding if value else ~outstanding)


class QuoteFilter(WrittenFilterSet):
    search = SearchFilter(field_name="search", label=_("Words of numbers, titles, and names of contacts or companies."))
    contact_id = IdFilter(field_name="contact_id", label=_("Of this contact."))
    deal_id = IdFilter(field_name="deal_id", label=_("Of this deal."))
    owner_id = IdFilter(field_name="owner_id", label=_("Of this owner."))
    status = ChoiceFilter(choices=QuoteStatus.values, label=_("In this status."))

    class Meta:
        model = Quote
        fields: list[Any] = []


class InvoiceFilter(WrittenFilterSet):
    search = SearchFilter(field_name="search", label=_("Words of numbers, and names of contacts or companies."))
    contact_id = IdFilter(field_name="contact_id", label=_("Of this contact."))
    company_id = IdFilter(field_name="company_id", label=_("Of this company."))
    deal_id = IdFilter(field_name="deal_id", label=_("Of this deal."))
    owner_id = IdFilter(field_name="owner_id", label=_("Of this owner."))
    status = InvoiceStatusFilter(
        choices=InvoiceStatus.public(), label=_("In this status, as of today: `sent` leaves out what is overdue.")
    )

    outstanding = OutstandingFilter(label=_("true: claims of which something is due. false: all others."))
    currency = ExactFilter(field_name="currency", label=_("In this currency."))
    due_from = DayFilter(field_name="due_on", lookup_expr="gte", label=_("Due on this day or later."))
    due_before = DayFilter(field_name="due_on", lookup_expr="lt", label=_("Due before this day."))

    class Meta:
        model = Invoice
        fields: list[Any] = []


class PaymentFilter(WrittenFilterSet):
    invoice_id = IdFilter(field_name="invoice_id", label=_("Of this invoice."))
    contact_id = IdFilter(field_name="contact_id", label=_("Of this contact."))
    method = ChoiceFilter(choices=PaymentMethod.values, label=_("Paid in this way."))
    status = ChoiceFilter(choices=PaymentStatus.values, label=_("In this status."))

    class Meta:
        model = Payment
        fields: list[Any] = []


class ContractFilter(WrittenFilterSet):
    search = SearchFilter(field_name="search", label=_("Words of numbers, titles, and names of contacts or companies."))
    contact_id = IdFilter(field_name="contact_id", label=_("Of this contact."))
    deal_id = IdFilter(field_name="deal_id", label=_("Of this deal."))
    quote_id = IdFilter(field_name="quote_id", label=_("Made of this quote."))
    status = ContractStatusFilter(
        choices=ContractStatus.public(), label=_("In this status, as of today: `signed` leaves out what has expired.")
    )

    class Meta:
        model = Contract
        fields: list[Any] = []
