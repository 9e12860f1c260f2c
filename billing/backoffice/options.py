"""What filters and forms let people choose from."""

from collections.abc import Iterable
from typing import Any

from billing.models import ContractTemplate, InvoiceStatus, PaymentMethod, ProductCategory, QuoteStatus
from billing.models.contract import ContractStatus
from billing.models.documents import TaxFactor
from billing.pdf.pages import CONTRACT_TYPES
from leadercrm.core.web.wording import called

Options = Iterable[tuple[Any, Any]]


def quote_states() -> Options:
    return [(value, called(value)) for value in QuoteStatus.values]


def invoice_states() -> Options:
    return [(value, called(value)) for value in InvoiceStatus.public()]


def contract_states() -> Options:
    return [(value, called(value, "contracts")) for value in ContractStatus.public()]


def payment_methods() -> Options:
    return PaymentMethod.choices


def tax_factors() -> Options:
    return [(value, called(value)) for value in TaxFactor.values]


def categories() -> Options:
    return ProductCategory.objects.order_by("name").values_list("pk", "name")


def contract_templates() -> Options:
    return ContractTemplate.objects.order_by("name").values_list("pk", "name")


def contract_types() -> Iterable[tuple[Any, Any]]:
    """Those that have words; a contract may say another over the API."""
    return [(name, word()) for name, word in CONTRACT_TYPES.items() if name != "services"]
