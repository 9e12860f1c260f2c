"""The shapes of what clients send for quotes, invoices, payments and contracts."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from billing.actions.lines import MOST_LINES
from billing.models import PaymentMethod, PaymentStatus
from billing.models.documents import TaxFactor
from billing.models.invoice import PAYMENT_FORMS, PaymentTerms
from leadercrm.core.api.fields import CurrencyCode, Day, Figure, Flag, ListOf, Moment, OneOf, RowId, Text, Whole


def optional(field: type[Any], *args: Any, **options: Any) -> Any:
    """A field that may be absent, or null."""
    return field(*args, required=False, allow_null=True, **options)


def figure(**options: Any) -> Any:
    """A quantity, price or rate: twelve digits, and six after the point."""
    return Figure(max_digits=18, decimal_places=6, **options)


class ItemInput(serializers.Serializer[Any]):
    """A line. What is missing here its product may say: the action judges."""

    product_id = optional(RowId)
    description = optional(Text, max_length=2000)
    quantity = figure(required=False, allow_null=True)
    unit_price = figure(required=False, allow_null=True)
    discount_percent = optional(Figure, max_digits=9, decimal_places=6)
    tax_rate = optional(Figure, max_digits=9, decimal_places=6)
    tax_factor = optional(OneOf, TaxFactor.values)
    sat_product_key = optional(Text, max_length=8)
    sat_unit_key = optional(Text, max_length=3)


class DealingInput(serializers.Serializer[Any]):
    contact_id = RowId()
    deal_id = optional(RowId)
    owner_id = optional(RowId)
    currency = CurrencyCode(required=False)


class QuoteInput(DealingInput):
    title = optional(Text, max_length=255)
    valid_until = optional(Day)
    notes = optional(Text, max_length=5000)
    terms = optional(Text, max_length=5000)
    items = ListOf(child=ItemInput(), max_length=MOST_LINES)


class RejectionInput(serializers.Serializer[Any]):
    reason = optional(Text, max_length=2000)


class InvoiceInput(DealingInput):
    due_at = optional(Moment)
    notes = optional(Text, max_length=5000)
    quote_id = optional(RowId)
    contract_id = optional(RowId)
    payment_method = optional(OneOf, PaymentTerms.values)
    payment_form = optional(OneOf, PAYMENT_FORMS)
    exchange_rate = figure(required=False, allow_null=True)
    items = ListOf(child=ItemInput(), max_length=MOST_LINES)


class PaymentInput(serializers.Serializer[Any]):
    invoice_id = RowId()
    contact_id = RowId(required=False)
    amount = Figure(max_digits=15, decimal_places=2, min_value=Decimal("0.01"))
    currency = CurrencyCode(required=False)
    method = OneOf(PaymentMethod.values, required=False)
    reference = optional(Text, max_length=255)
    status = OneOf(PaymentStatus.values, required=False)
    paid_at = Moment(required=False)


class ContractInput(DealingInput):
    title = Text(max_length=255)
    type = optional(Text, max_length=50)
    value = Figure(max_digits=15, decimal_places=2, min_value=0, required=False)
    start_date = optional(Day)
    end_date = optional(Day)
    quote_id = optional(RowId)
    template_id = optional(RowId)
    body = optional(Text, max_length=100_000)


class SignatureInput(serializers.Serializer[Any]):
    client_name = optional(Text, max_length=255)
    company_name = optional(Text, max_length=255)


class TemplateInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    body = Text(max_length=100_000)


class RecurringInput(DealingInput):
    title = Text(max_length=255)
    notes = optional(Text, max_length=5000)
    every_months = Whole(min_value=1, max_value=60, required=False)
    next_on = Day()
    ends_on = optional(Day)
    auto_send = Flag(required=False)
    is_active = Flag(required=False)
    items = ListOf(child=ItemInput(), max_length=MOST_LINES)


class TermsInput(serializers.Serializer[Any]):
    currency = CurrencyCode(required=False)
    tax_rate = Figure(max_digits=9, decimal_places=6, min_value=0, max_value=100, required=False)
    payment_days = Whole(min_value=0, max_value=365, required=False)
    reminder_days = ListOf(child=Whole(min_value=-60, max_value=365), max_length=10, required=False)
    contract_notice_days = Whole(min_value=0, max_value=365, required=False)
    approved_stage_id = optional(RowId)
    bank_name = optional(Text, max_length=100)
    bank_holder = optional(Text, max_length=255)
    bank_clabe = optional(Text, max_length=18)


class ShareInput(serializers.Serializer[Any]):
    renew = Flag(required=False)
