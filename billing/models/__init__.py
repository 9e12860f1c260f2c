"""Tables of billing."""

from billing.models.contract import Contract, ContractStatus, ContractTemplate
from billing.models.evidence import Evidence, EvidenceFile, EvidenceKind
from billing.models.invoice import Invoice, InvoiceItem, InvoiceReminder, InvoiceStatus
from billing.models.payment import Payment, PaymentMethod, PaymentStatus
from billing.models.product import Product, ProductCategory, ProductImage
from billing.models.quote import Quote, QuoteItem, QuoteStatus
from billing.models.recurrence import RecurringInvoice
from billing.models.template import MailKind, MailTemplate, QuoteTemplate

__all__ = [
    "Contract",
    "ContractStatus",
    "ContractTemplate",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "Invoice",
    "InvoiceItem",
    "InvoiceReminder",
    "InvoiceStatus",
    "MailKind",
    "MailTemplate",
    "Payment",
    "PaymentMethod",
    "PaymentStatus",
    "Product",
    "ProductCategory",
    "ProductImage",
    "Quote",
    "QuoteItem",
    "QuoteStatus",
    "QuoteTemplate",
    "RecurringInvoice",
]
