"""Quotes."""

from datetime import date
from decimal import Decimal

from billing.models import Invoice, Quote
from leadercrm.mcp.evaluation.task import contact, rows, task


def item(description: str, quantity: int, price: int, **more: int) -> dict[str, object]:
    return {"description": description, "quantity": quantity, "unit_price": price, **more}


task(
    "quote-new", "es", "Haz una cotización para Lucía Fernández: 3 licencias a 2,000 pesos cada una. No la envíes.",
    contact("lucia"),
    ("leader_create_quote", {"contact_id": "{0.items.0.id}", "items": [item("Licencia", 3, 2000)]}),
    expects=[rows(Quote, contact__first_name="Lucía", total=Decimal(6960), status="draft"), rows(Quote, 4)],
)  # fmt: skip
task(
    "quote-discount", "en",
    "Draft a quote for John Smith: 10 hours of consulting at 800 each, with a 10 % discount.",
    contact("john smith"),
    ("leader_create_quote", {"contact_id": "{0.items.0.id}",
     "items": [item("Consulting", 10, 800, discount_percent=10)]}),
    expects=[rows(Quote, contact__last_name="Smith", total=Decimal(8352), status="draft")],
)  # fmt: skip
task(
    "quote-send", "es", "Envía la cotización COT-000001. Ya la revisé: estoy de acuerdo en que salga.",
    ("leader_send_quote", {"quote_id": "COT-000001", "dry_run": True}),
    ("leader_send_quote", {"quote_id": "COT-000001", "confirm": True}),
    expects=[rows(Quote, number="COT-000001", status="sent", sends=1)],
)  # fmt: skip
task(
    "quote-approved", "en", "The client approved COT-000002 on the phone, I confirm it. Note it.",
    ("leader_set_quote_status", {"quote_id": "COT-000002", "status": "approved", "confirm": True}),
    expects=[rows(Quote, number="COT-000002", status="approved")],
)  # fmt: skip
task(
    "quote-rejected", "es", "El cliente rechazó la COT-000002 por el precio, lo confirmo. Regístralo.",
    ("leader_set_quote_status", {"quote_id": "COT-000002", "status": "rejected", "reason": "Precio", "confirm": True}),
    expects=[rows(Quote, number="COT-000002", status="rejected", rejection_reason__icontains="precio")],
)  # fmt: skip
task(
    "quote-to-invoice", "en", "Make the invoice of quote COT-000003. Do not send it yet.",
    ("leader_create_invoice", {"quote_id": "COT-000003"}),
    expects=[rows(Invoice, quote__number="COT-000003", status="draft", total=Decimal(5800))],
)  # fmt: skip
task(
    "quote-total", "es", "¿De cuánto es la cotización COT-000002, con impuestos?",
    ("leader_get_record", {"type": "quote", "id": "COT-000002"}),
    says=["11,600"],
)  # fmt: skip
task(
    "quote-trial", "en",
    "What would a quote for Carlos Rivas of 5 visits at 1,200 each come to, tax included? Save nothing.",
    contact("carlos rivas"),
    ("leader_create_quote", {"contact_id": "{0.items.0.id}", "items": [item("Visit", 5, 1200)], "dry_run": True}),
    keeps=[rows(Quote, 3)],
    says=["6,960"],
)  # fmt: skip
task(
    "quote-dollars", "es", "Cotiza a John Smith un servidor a 1,000 dólares, en dólares. Déjala en borrador.",
    contact("john smith"),
    ("leader_create_quote", {"contact_id": "{0.items.0.id}", "currency": "USD", "items": [item("Servidor", 1, 1000)]}),
    expects=[rows(Quote, contact__last_name="Smith", currency="USD", total=Decimal(1160), status="draft")],
)  # fmt: skip
task(
    "quote-validity", "en",
    "Draft a quote for María Peña: one GPS unit at 3,000, valid until 31 December 2031.",
    contact("maria"),
    ("leader_create_quote", {"contact_id": "{0.items.0.id}", "items": [item("GPS unit", 1, 3000)],
     "valid_until": "2031-12-31"}),
    expects=[rows(Quote, contact__first_name="María", valid_until=date(2031, 12, 31), total=Decimal(3480))],
)  # fmt: skip
