"""What a PDF shows: plain, frozen values. Two equal views are the same document.

Texts are as users wrote them and are only ever text. Figures are Decimals that were calculated
elsewhere: nothing here or behind it rounds or adds, but for the sums of lines by tax rate.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from leadercrm.core.pdf.renderer import TooLargeForPdf

MOST_LINES = 200
MOST_ENTRIES = 1000
MOST_DESCRIPTION = 5_000
MOST_TEXT = 50_000
MOST_BODY = 300_000
# A picture that we wrote ourselves.
PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/]+={0,2}")
SPANISH, ENGLISH = "es-mx", "en"


@dataclass(frozen=True)
class Brand:
    """The tenant on its papers. `logo` is a data: URI of a picture that we wrote ourselves."""

    name: str
    colour: str = ""
    logo: str = ""
    legal_name: str = ""
    tax_id: str = ""
    tax_regime: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""

    def __post_init__(self) -> None:
        if self.logo and not PICTURE.fullmatch(self.logo):
            raise ValueError("a logo is a data: URI")


@dataclass(frozen=True)
class Client:
    name: str
    company: str = ""
    tax_id: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Line:
    """`net` is after the discount and before tax."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    tax_rate: Decimal
    tax_factor: str
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Bank:
    clabe: str
    name: str = ""
    holder: str = ""


@dataclass(frozen=True)
class Paper:
    """What every document has. `link` is its public page; the QR code leads there."""

    brand: Brand
    client: Client
    number: str
    currency: str
    language: str = SPANISH
    issued_on: date | None = None
    seller: str = ""
    link: str = ""

    template: ClassVar[str]

    def __post_init__(self) -> None:
        """Refuses what would take too long, whatever became of the limits on the way in."""
        bounds = {"lines": MOST_LINES, "notes": MOST_TEXT, "terms": MOST_TEXT, "body": MOST_BODY}
        lines, accounts = getattr(self, "lines", ()), getattr(self, "accounts", ())
        if (
            any(len(getattr(self, name, "")) > most for name, most in bounds.items())
            or any(len(line.description) > MOST_DESCRIPTION for line in lines)
            or sum(len(account.entries) for account in accounts) > MOST_ENTRIES
        ):
            raise TooLargeForPdf


@dataclass(frozen=True, kw_only=True)
class Priced(Paper):
    """With lines and their totals."""

    title: str = ""
    lines: tuple[Line, ...]
    subtotal: Decimal
    discount_total: Decimal
    tax_total: Decimal
    total: Decimal
    notes: str = ""
    terms: str = ""
    bank: Bank | None = None


@dataclass(frozen=True, kw_only=True)
class QuoteView(Priced):
    template = "billing/pdf/quote.html"

    revision: int = 1
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceView(Priced):
    """`fiscal_folio` is the CFDI's UUID; without one the document has no fiscal validity, and says so."""

    template = "billing/pdf/invoice.html"

    due_on: date | None = None
    amount_paid: Decimal
    amount_due: Decimal
    payment_method: str = ""
    payment_form: str = ""
    exchange_rate: Decimal | None = None
    fiscal_folio: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptView(Paper):
    """For money that came in."""

    template = "billing/pdf/receipt.html"

    amount: Decimal
    paid_on: date
    method: str
    reference: str = ""
    invoice_number: str
    invoice_total: Decimal
    invoice_paid: Decimal
    invoice_due: Decimal


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signed, and how it can be told: `at` is UTC. `drawn` is a data: URI of a picture that we wrote ourselves."""

    name: str
    at: datetime
    company: str = ""
    address: str = ""
    document_hash: str = ""
    email: str = ""
    typed: str = ""
    drawn: str = ""

    def __post_init__(self) -> None:
        if self.drawn and not PICTURE.fullmatch(self.drawn):
            raise ValueError("a drawn signature is a data: URI")


@dataclass(frozen=True, kw_only=True)
class ContractView(Paper):
    template = "billing/pdf/contract.html"

    title: str
    type: str = ""
    value: Decimal
    start_date: date | None = None
    end_date: date | None = None
    body: str = ""
    signature: Signature | None = None


@dataclass(frozen=True)
class Entry:
    """A line of a statement. `kind` is "invoice" or "payment"."""

    on: date
    kind: str
    number: str
    charge: Decimal
    payment: Decimal
    balance: Decimal
    due_on: date | None = None


@dataclass(frozen=True)
class Account:
    """What was owed in one currency before, what happened, and what is owed at the end."""

    currency: str
    opening: Decimal
    charged: Decimal
    paid: Decimal
    closing: Decimal
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StatementView(Paper):
    """The accounts of one client, from `first` to `last`. A statement has no number and no one currency."""

    template = "billing/pdf/statement.html"

    first: date | None = None
    last: date | None = None
    accounts: tuple[Account, ...]
    bank: Bank | None = None
