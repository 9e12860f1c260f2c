"""Invoices and payments."""

from datetime import date
from decimal import Decimal

from billing.models import Invoice, Payment
from leadercrm.mcp.evaluation.task import contact, rows, task
from leadercrm.mcp.evaluation.tasks_quotes import item

task(
    "invoice-new", "es", "Factura a Carlos Rivas 2 visitas a 2,500 pesos cada una. Déjala en borrador.",
    contact("carlos rivas"),
    ("leader_create_invoice", {"contact_id": "{0.items.0.id}", "items": [item("Visita", 2, 2500)]}),
    expects=[rows(Invoice, contact__last_name="Rivas", total=Decimal(5800), status="draft"), rows(Invoice, 5)],
)  # fmt: skip
task(
    "invoice-send", "en", "Issue and send invoice FAC-000002. I have checked it and agree.",
    ("leader_send_invoice", {"invoice_id": "FAC-000002", "confirm": True}),
    expects=[rows(Invoice, number="FAC-000002", status="sent", sends=1)],
)  # fmt: skip
task(
    "payment-whole", "es", "Nos depositaron por transferencia los 3,480 de la factura FAC-000001. Registra el pago.",
    ("leader_record_payment", {"invoice_id": "FAC-000001", "amount": 3480, "method": "transfer",
     "idempotency_key": "pago-1"}),
    expects=[rows(Invoice, number="FAC-000001", status="paid"),
             rows(Payment, invoice__number="FAC-000001", amount=Decimal(3480), method="transfer")],
)  # fmt: skip
task(
    "payment-part", "en", "María Peña paid 1,000 in cash towards FAC-000003. Record it.",
    ("leader_record_payment", {"invoice_id": "FAC-000003", "amount": 1000, "method": "cash", "idempotency_key": "p"}),
    expects=[rows(Invoice, number="FAC-000003", amount_paid=Decimal(1000)),
             rows(Payment, invoice__number="FAC-000003", method="cash")],
)  # fmt: skip
task(
    "payment-too-much", "es",
    "Registra un pago de exactamente 5,000 a la FAC-000001. Si no se puede, no registres nada y dime por qué.",
    ("leader_record_payment", {"invoice_id": "FAC-000001", "amount": 5000}, "overpayment"),
    keeps=[rows(Payment, 0, invoice__number="FAC-000001")],
    says=["3480"],
)  # fmt: skip
task(
    "invoices-overdue", "en", "Which invoices are overdue?",
    ("leader_list_invoices", {"status": "overdue"}),
    says=["FAC-000003"],
)  # fmt: skip
task(
    "invoice-due", "es", "¿Cuánto nos debe todavía John Smith?",
    contact("john smith"), ("leader_list_invoices", {"contact_id": "{0.items.0.id}"}),
    says=["3,800"],
)  # fmt: skip
task(
    "payment-rest", "en", "John Smith has paid all that was left of FAC-000004 by card. Record it.",
    ("leader_get_record", {"type": "invoice", "id": "FAC-000004"}),
    ("leader_record_payment", {"invoice_id": "FAC-000004", "amount": "{0.record.amount_due}", "method": "card",
     "idempotency_key": "rest"}),
    expects=[rows(Invoice, number="FAC-000004", status="paid"),
             rows(Payment, invoice__number="FAC-000004", amount=Decimal(3800), method="card")],
)  # fmt: skip
task(
    "invoice-of-quote-sent", "es",
    "Factura la COT-000003 y envíasela al cliente: estoy de acuerdo, ya lo hablé con ella.",
    ("leader_create_invoice", {"quote_id": "COT-000003"}),
    ("leader_send_invoice", {"invoice_id": "{0.invoice.id}", "confirm": True}),
    expects=[rows(Invoice, quote__number="COT-000003", status="sent", sends=1)],
)  # fmt: skip
task(
    "invoice-due-date", "en", "Draft an invoice for John Smith: support, 750, due on 15 January 2031.",
    contact("john smith"),
    ("leader_create_invoice", {"contact_id": "{0.items.0.id}", "items": [item("Support", 1, 750)],
     "due_at": "2031-01-15"}),
    expects=[rows(Invoice, contact__last_name="Smith", due_on=date(2031, 1, 15), total=Decimal(870), status="draft")],
)  # fmt: skip
