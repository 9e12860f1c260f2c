"""What documents and payments are worth, and to whom they are mailed (leadercrm.core.worth)."""

from typing import Any

from billing.holding import mail_address_of
from billing.models import Contract, Invoice, Payment, Quote
from leadercrm.core.worth import Worth, is_mailed_to, is_worth


def reader(row: Any) -> str:
    """The contact and the address that a mail about the row goes to."""
    address = mail_address_of(row.contact_id)
    return f"{getattr(row, 'contact_name', '') or row.contact} <{address}>" if address else ""


is_worth(Quote, lambda quote: Worth(quote.total, quote.currency))
is_worth(Contract, lambda contract: Worth(contract.value, contract.currency))
is_worth(Invoice, lambda invoice: Worth(invoice.total, invoice.currency, invoice.exchange_rate))
is_worth(Payment, lambda payment: Worth(payment.amount, payment.currency, payment.invoice.exchange_rate))
for model in (Quote, Contract, Invoice, Payment):
    is_mailed_to(model, reader)
