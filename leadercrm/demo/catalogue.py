"""What the demo's tenant sells: consulting, training, software and equipment, with the keys that SAT has for them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from billing.models import Product, ProductCategory
from billing.models.documents import TaxFactor
from leadercrm.demo.reference_rows import PRODUCT, QUOTE

CATEGORIES = ("Consultoría", "Capacitación", "Software", "Equipo")
HOUR, MONTH, PIECE, SERVICE, LICENCE = "HUR", "MON", "H87", "E48", "E48"
# Category, name, SKU, price without tax, SAT product key, SAT unit key. The reference's product is the third.
SOLD: tuple[tuple[int, str, str, str, str, str], ...] = (
    (0, "Diagnóstico de procesos", "CONS-PROC-001", "1200", "80101500", HOUR),
    (0, "Consultoría en costos", "CONS-COST-001", "1400", "84111600", HOUR),
    (0, "Auditoría de inventarios", "AUD-INV-001", "1100", "84111600", HOUR),
    (0, "Planeación fiscal anual", "CONS-PLAN-001", "48000", "84111500", SERVICE),
    (0, "Acompañamiento comercial", "CONS-COM-001", "18500", "80101600", MONTH),
    (0, "Estudio de mercado regional", "CONS-MER-001", "64000", "80141500", SERVICE),
    (1, "Curso de ventas consultivas", "CAP-VEN-001", "9500", "86101700", SERVICE),
    (1, "Capacitación en CRM", "CAP-CRM-001", "950", "86101700", HOUR),
    (1, "Taller de negociación", "CAP-NEG-001", "12000", "86101700", SERVICE),
    (1, "Certificación interna de vendedores", "CAP-CER-001", "4800", "86101700", SERVICE),
    (2, "Licencia CRM por usuario", "LIC-CRM-001", "499", "43232300", LICENCE),
    (2, "Licencia ERP por usuario", "LIC-ERP-001", "1250", "43232300", LICENCE),
    (2, "Timbrado de CFDI, mil folios", "TIM-CFDI-1000", "1150", "81112100", SERVICE),
    (2, "Migración de datos", "SRV-MIG-001", "1250", "81112000", HOUR),
    (2, "Integración de facturación", "SRV-INT-001", "1350", "81111500", HOUR),
    (2, "Póliza de soporte anual", "POL-SOP-001", "28800", "81112200", SERVICE),
    (2, "Respaldo en la nube, 1 TB", "NUB-RES-001", "890", "81112000", MONTH),
    (3, "Lector de código de barras", "EQ-LEC-001", "1899.90", "43211700", PIECE),
    (3, "Impresora de etiquetas", "EQ-IMP-001", "7450", "43212100", PIECE),
    (3, "Terminal punto de venta", "EQ-TPV-001", "12990", "43211500", PIECE),
    (3, "Tableta para vendedores", "EQ-TAB-001", "6790.50", "43211500", PIECE),
    (3, "Cajón de dinero", "EQ-CAJ-001", "1590", "56101700", PIECE),
)
# By their SKU: what is no longer sold, and books, on which there is no tax.
GONE = {"EQ-CAJ-001"}
BOOK = (1, "Manual del vendedor (libro)", "LIB-VEN-001", "420", "55101500", PIECE)
BEFORE = timedelta(days=60)


def categories() -> list[ProductCategory]:
    """What products are sorted by."""
    return [ProductCategory(id=number, name=name) for number, name in enumerate(CATEGORIES, 1)]


def products() -> list[Product]:
    """All of them, the reference's under its id."""
    made = [_product(row) for row in (*SOLD, BOOK)]
    made[-1].tax_rate, made[-1].tax_factor = Decimal(0), TaxFactor.EXEMPT
    made.insert(PRODUCT["id"] - 1, Product(**PRODUCT, category_id=1, created_at=QUOTE["created_at"] - BEFORE))
    for number, product in enumerate(made, 1):
        product.id = number
        product.derive()
    return made


def _product(row: tuple[int, str, str, str, str, str]) -> Product:
    category, name, sku, price, product_key, unit_key = row
    values: dict[str, Any] = {"sat_product_key": product_key, "sat_unit_key": unit_key}
    return Product(
        name=name,
        sku=sku,
        unit_price=Decimal(price),
        tax_rate=Decimal(16),
        category_id=category + 1,
        is_active=sku not in GONE,
        created_at=QUOTE["created_at"] - BEFORE,
        **values,
    )
