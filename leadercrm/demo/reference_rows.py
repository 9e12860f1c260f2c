"""The rows that the API reference prints, under its ids and with its values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

TENANT_NAME = "Zamarron Consulting"
EMAIL = "jorge@leadercrm.mx"
PASSWORD = "secreto123"  # noqa: S105 - printed in the reference
USER_NAME = "Jorge Zamarron"
AVATAR = "avatars/1.jpg"

COMPANY: dict[str, Any] = {
    "id": 3,
    "name": "Soluciones Integrales SA de CV",
    "domain": "soluciones-integrales.mx",
    "industry": "Tecnologia",
    "employee_range": "51-200",
    "annual_revenue": Decimal(15_000_000),
    "phone": "+52 55 5555 1234",
    "email": "contacto@soluciones-integrales.mx",
    "tax_id": "SIN850101ABC",
}
# Its `contacts_count`.
COMPANY_CONTACTS = 12

CONTACT: dict[str, Any] = {
    "id": 1,
    "first_name": "Maria",
    "last_name": "Garcia Lopez",
    "emails": [{"email": "mgarcia@ejemplo.mx"}],
    "phones": [{"phone": "+52 55 1234 5678", "type": "mobile"}],
    "job_title": "Directora Comercial",
    "company_id": COMPANY["id"],
    "lifecycle_stage": "lead",
    "source": "referral",
    "city": "Monterrey",
    "country": "Mexico",
    "custom_fields": {"rfc": "GALM850101ABC"},
    "created_at": datetime(2025, 3, 15, 10, 30, tzinfo=UTC),
}
# `meta.total` of /contacts?search=garcia&lifecycle_stage=lead
GARCIA_LEADS = 3

NOTE: dict[str, Any] = {
    "id": 10,
    "contact_id": CONTACT["id"],
    "body": "Llamada de seguimiento: interesado en plan empresarial.",
    "created_at": datetime(2025, 4, 1, 9, 15, tzinfo=UTC),
}

NOTIFICATION: dict[str, Any] = {
    "id": 22,
    "type": "deal_won",
    "title": "Negocio ganado",
    "body": "El negocio 'Implementacion ERP' fue marcado como ganado.",
    "url": "/deals/5",
    "created_at": datetime(2025, 4, 12, 15, 30, tzinfo=UTC),
}
DEAL: dict[str, Any] = {
    "id": 5,
    "name": "Implementacion ERP - Distribuidora del Norte",
    "amount": Decimal(450_000),
    "currency": "MXN",
    "expected_close_date": date(2025, 6, 30),
}
# Its stages by their place, when it came into each, and by whose hand. It was won, as the reference's
# notification says, and two days later a proposal again, as its deal says.
DEAL_WAY = (
    (0, datetime(2025, 3, 20, 16, 10, tzinfo=UTC), "admin"),
    (1, datetime(2025, 3, 25, 17, 45, tzinfo=UTC), "admin"),
    (2, datetime(2025, 4, 2, 19, 20, tzinfo=UTC), "admin"),
    (4, datetime(2025, 4, 12, 15, 30, tzinfo=UTC), "manager"),
    (2, datetime(2025, 4, 14, 16, 5, tzinfo=UTC), "admin"),
)

ACTIVITY: dict[str, Any] = {
    "id": 12,
    "subject": "Llamada de seguimiento con Maria Garcia",
    "type": "call",
    "priority": "high",
    "due_at": datetime(2025, 4, 15, 10, tzinfo=UTC),
    "notes": "Preguntar por la decision sobre la propuesta.",
    "contact_id": CONTACT["id"],
}

PRODUCT: dict[str, Any] = {
    "id": 3,
    "name": "Consultoria Fiscal Especializada",
    "sku": "CONS-FISC-001",
    "description": "Hora de consultoria fiscal con especialista certificado.",
    "unit_price": Decimal(1500),
    "tax_rate": Decimal(16),
    "sat_product_key": "84111500",
    "sat_unit_key": "HUR",
}
QUOTE: dict[str, Any] = {
    "id": 8,
    "number": "COT-000008",
    "title": "Propuesta Consultoria Fiscal Q3",
    "status": "sent",
    "currency": "MXN",
    "valid_until": date(2025, 5, 15),
    "deal_id": DEAL["id"],
    "created_at": datetime(2025, 4, 15, 16, 20, tzinfo=UTC),
    "sent_at": datetime(2025, 4, 15, 16, 30, tzinfo=UTC),
}
QUOTE_ITEM: dict[str, Any] = {
    "description": "Consultoria fiscal especializada",
    "quantity": Decimal(120),
    "unit_price": Decimal(1500),
    "tax_rate": Decimal(16),
}
INVOICE: dict[str, Any] = {
    "id": 4,
    "number": "FAC-000004",
    "status": "sent",
    "currency": "MXN",
    "issued_at": datetime(2025, 4, 5, tzinfo=UTC),
    "due_at": datetime(2025, 5, 5, tzinfo=UTC),
    "due_on": date(2025, 5, 5),
    "deal_id": DEAL["id"],
    "created_at": datetime(2025, 4, 5, tzinfo=UTC),
    "amount_paid": Decimal(104_400),
    "payment_method": "PPD",
    "payment_form": "99",
}
INVOICE_ITEM: dict[str, Any] = {**QUOTE_ITEM, "description": "Consultoria fiscal especializada - 120 hrs"}
PAYMENT: dict[str, Any] = {
    "id": 3,
    "invoice_id": INVOICE["id"],
    "contact_id": CONTACT["id"],
    "amount": Decimal(104_400),
    "currency": "MXN",
    "method": "transfer",
    "reference": "SPEI-20250410-001",
    "status": "completed",
    "paid_at": datetime(2025, 4, 10, 12, tzinfo=UTC),
    "created_at": datetime(2025, 4, 10, 12, tzinfo=UTC),
}
CONTRACT: dict[str, Any] = {
    "id": 2,
    "number": "CTR-000002",
    "title": "Contrato de Servicios de Consultoria",
    "type": "service",
    "status": "draft",
    "value": Decimal(450_000),
    "currency": "MXN",
    "start_date": date(2025, 5, 1),
    "end_date": date(2025, 12, 31),
    "deal_id": DEAL["id"],
    "created_at": datetime(2025, 4, 16, 17, tzinfo=UTC),
}
SEGMENT: dict[str, Any] = {
    "id": 1,
    "name": "Clientes Activos Monterrey",
    "type": "dynamic",
    "conditions": [
        {"field": "lifecycle_stage", "operator": "=", "value": "customer"},
        {"field": "city", "operator": "=", "value": "Monterrey"},
    ],
    "created_at": datetime(2025, 3, 28, 16, tzinfo=UTC),
}
SEGMENT_MEMBERS = 87
CAMPAIGN: dict[str, Any] = {
    "id": 2,
    "name": "Promocion Servicios Fiscales Q2",
    "status": "draft",
    "segment_id": SEGMENT["id"],
    "created_at": datetime(2025, 4, 16, 18, tzinfo=UTC),
}
FORM_KEY = "abc123def456"
# Whoever sends the reference's form is known already, and is the hundred and forty-second.
SUBMITTER: dict[str, Any] = {
    "id": 89,
    "first_name": "Carlos",
    "last_name": "Martínez Díaz",
    "emails": [{"email": "cmartinez@miempresa.mx", "type": "work"}],
    "phones": [{"phone": "+52 33 1234 5678", "type": "mobile"}],
    "lifecycle_stage": "lead",
    "source": "sitio web",
}
SUBMISSIONS_BEFORE = 141
EVENT: dict[str, Any] = {
    "id": 3,
    "title": "Webinar: Tendencias Fiscales 2025",
    "type": "webinar",
    "start_at": datetime(2025, 4, 20, 17, tzinfo=UTC),
    "end_at": datetime(2025, 4, 20, 18, 30, tzinfo=UTC),
    "location": "En línea",
    "created_at": datetime(2025, 3, 20, 16, tzinfo=UTC),
}
EVENT_SEATS_TAKEN = 45
