"""The operations of billing as a client calls them, on rows that are made for it."""

from typing import Any

from django.utils import timezone

from leadercrm.api.tests.operation import PIXEL, Operation
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api

ITEM: dict[str, Any] = {
    "product_id": None, "description": "A", "quantity": 1, "unit_price": 1, "discount_percent": 0, "tax_rate": 16,
    "tax_factor": "tasa", "sat_product_key": "84111500", "sat_unit_key": "E48",
}  # fmt: skip
QUOTE: dict[str, Any] = {
    "deal_id": None, "owner_id": None, "title": "A", "currency": "MXN", "valid_until": "2025-05-30", "notes": "A",
    "terms": "A", "items": [ITEM],
}  # fmt: skip
INVOICE: dict[str, Any] = {
    "deal_id": None, "owner_id": None, "currency": "MXN", "due_at": "2025-05-05", "notes": "A", "quote_id": None,
    "contract_id": None, "payment_method": None, "payment_form": None, "exchange_rate": None, "items": [ITEM],
}  # fmt: skip
CONTRACT: dict[str, Any] = {
    "deal_id": None, "owner_id": None, "title": "A", "type": "service", "value": 1, "currency": "MXN",
    "start_date": "2025-05-01", "end_date": "2025-12-31", "quote_id": None, "template_id": None, "body": "A",
}  # fmt: skip
PAYMENT: dict[str, Any] = {
    "amount": 0.01, "currency": "MXN", "method": "transfer", "reference": "A", "status": "completed",
    "paid_at": "2025-04-10T12:00:00Z",
}  # fmt: skip
RECURRING: dict[str, Any] = {
    "title": "A", "currency": "MXN", "notes": "A", "every_months": 1, "next_on": "2999-01-31", "ends_on": None,
    "auto_send": False, "is_active": True, "items": [ITEM],
}  # fmt: skip
PRODUCT: dict[str, Any] = {
    "name": "A", "description": "B", "unit_price": 1, "tax_rate": 16, "tax_factor": "tasa", "currency": "MXN",
    "is_active": True, "category_id": None, "sat_product_key": "84111500", "sat_unit_key": "E48",
}  # fmt: skip
TEMPLATE = {"name": "A", "body": "[[contact_name]]"}
TERMS: dict[str, Any] = {
    "currency": "MXN", "tax_rate": 16, "payment_days": 30, "reminder_days": [-3, 1], "contract_notice_days": 30,
    "approved_stage_id": None, "bank_name": "A", "bank_holder": "A", "bank_clabe": None,
}  # fmt: skip
BRANDING: dict[str, Any] = {
    "colour": "#1F4E79", "legal_name": "A", "tax_id": "B", "tax_regime": "601", "address": "C", "email": "d@e.mx",
    "phone": "F", "website": "G",
}  # fmt: skip
SIGNATURE = {"client_name": "A", "company_name": "B"}


def billing_operations(api: Api) -> list[Operation]:
    """All of them; each can be carried out without another."""
    contact = api.post("/contacts", {"first_name": "A"}).data["id"]
    bodies = {
        "quote": {**QUOTE, "contact_id": contact},
        "invoice": {**INVOICE, "contact_id": contact},
        "contract": {**CONTRACT, "contact_id": contact},
        "recurring-invoice": {**RECURRING, "contact_id": contact},
        "contract-template": TEMPLATE,
        "product": PRODUCT,
    }
    invoice = api.post("/invoices", bodies["invoice"]).data["id"]
    bodies["payment"] = {**PAYMENT, "invoice_id": invoice, "contact_id": contact}
    found = [operation for kind, body in bodies.items() for operation in _of_resource(api, kind, body)]
    receipt = f"/payments/{api.post('/payments', bodies['payment']).data['id']}/pdf"
    return [
        *found,
        *_moves(api, bodies),
        *_figures(api, contact),
        *_catalogue(api),
        Operation("payment-pdf", "GET", receipt),
        *_mails(api, bodies),
    ]


def _catalogue(api: Api) -> list[Operation]:
    """What belongs to products."""
    product = f"/products/{api.post('/products', PRODUCT).data['id']}"
    image = api.post(f"{product}/images", {"image": PIXEL}).data["images"][0]["id"]
    category = f"/product-categories/{api.post('/product-categories', {'name': 'Categoría 1'}).data['id']}"
    return [
        Operation("product-images", "GET", f"{product}/images"),
        Operation("product-images", "POST", f"{product}/images", {"image": PIXEL}),
        Operation("product-image", "PUT", f"{product}/images/{image}", {"position": 0}),
        Operation("product-image", "DELETE", f"{product}/images/{image}"),
        Operation("product-category-list", "GET", "/product-categories"),
        Operation("product-category-list", "POST", "/product-categories", {"name": "Categoría 3"}),
        Operation("product-category-detail", "GET", category),
        Operation("product-category-detail", "PUT", category, {"name": "Categoría 4"}),
        Operation("product-category-detail", "DELETE", category),
    ]


def _of_resource(api: Api, kind: str, body: dict[str, Any]) -> list[Operation]:
    row = f"/{kind}s/{api.post(f'/{kind}s', body).data['id']}"
    return [
        Operation(f"{kind}-list", "GET", f"/{kind}s"),
        Operation(f"{kind}-list", "POST", f"/{kind}s", body),
        Operation(f"{kind}-detail", "GET", row),
        Operation(f"{kind}-detail", "PUT", row, body),
        Operation(f"{kind}-detail", "DELETE", row),
    ]


def _moves(api: Api, bodies: dict[str, dict[str, Any]]) -> list[Operation]:
    """What changes a document's status."""
    quote, invoice, contract = (
        f"/{kind}s/{api.post(f'/{kind}s', bodies[kind]).data['id']}" for kind in ("quote", "invoice", "contract")
    )
    sent, approved = (f"/quotes/{api.post('/quotes', bodies['quote']).data['id']}" for _number in range(2))
    api.post(f"{sent}/send")
    api.post(f"{approved}/approve")
    return [
        Operation("quote-send", "POST", f"{quote}/send"),
        Operation("quote-approve", "POST", f"{quote}/approve"),
        Operation("quote-reject", "POST", f"{quote}/reject", {"reason": "A"}),
        Operation("quote-revise", "POST", f"{sent}/revise"),
        Operation("quote-convert-to-invoice", "POST", f"{approved}/convert-to-invoice"),
        Operation("quote-convert-to-contract", "POST", f"{approved}/convert-to-contract"),
        Operation("invoice-send", "POST", f"{invoice}/send"),
        Operation("contract-send", "POST", f"{contract}/send"),
        Operation("quote-link", "POST", f"{quote}/link", {"renew": False}),
        Operation("invoice-link", "POST", f"{invoice}/link", {"renew": False}),
        Operation("contract-link", "POST", f"{contract}/link", {"renew": False}),
        Operation("quote-pdf", "GET", f"{quote}/pdf"),
        Operation("invoice-pdf", "GET", f"{invoice}/pdf"),
        Operation("contract-pdf", "GET", f"{contract}/pdf"),
        Operation("contract-sign", "POST", f"{contract}/sign", SIGNATURE),
    ]


def _mails(api: Api, bodies: dict[str, dict[str, Any]]) -> list[Operation]:
    """What concerns the mails of documents; each row has one that nobody knows to have arrived."""
    payer = api.post("/contacts", {"first_name": "A", "emails": [{"email": "a@x.mx"}]}).data["id"]
    payment = {**bodies["payment"], "contact_id": payer}
    rows = {kind: api.post(f"/{kind}s", bodies[kind]).data["id"] for kind in ("quote", "invoice", "contract")}
    rows["payment"] = api.post("/payments", payment).data["id"]
    for kind, pk in rows.items():
        task = f"billing.send_{kind.replace('payment', 'receipt')}"
        WorkItem.objects.create(task=task, about=f"billing.{kind}/{pk}", state="in_doubt", finished_at=timezone.now())
    found = [Operation(f"{kind}-mail-arrived", "POST", f"/{kind}s/{pk}/mail-arrived") for kind, pk in rows.items()]
    receipt = api.post("/payments", payment).data["id"]
    return [*found, Operation("payment-send-receipt", "POST", f"/payments/{receipt}/send-receipt")]


def _figures(api: Api, contact: int) -> list[Operation]:
    company = api.post("/companies", {"name": "A"}).data["id"]
    return [
        Operation("invoice-ageing", "GET", "/invoices/ageing"),
        Operation("contact-statement", "GET", f"/contacts/{contact}/statement"),
        Operation("company-statement", "GET", f"/companies/{company}/statement"),
        Operation("contact-statement-pdf", "GET", f"/contacts/{contact}/statement/pdf"),
        Operation("company-statement-pdf", "GET", f"/companies/{company}/statement/pdf"),
        Operation("billing-branding", "GET", "/billing/branding"),
        Operation("billing-branding", "PUT", "/billing/branding", BRANDING),
        Operation("billing-branding", "PATCH", "/billing/branding", BRANDING),
        Operation("billing-logo", "PUT", "/billing/branding/logo", {"image": PIXEL}),
        Operation("billing-logo", "DELETE", "/billing/branding/logo"),
        Operation("billing-settings", "GET", "/billing/settings"),
        Operation("billing-settings", "PUT", "/billing/settings", TERMS),
    ]
