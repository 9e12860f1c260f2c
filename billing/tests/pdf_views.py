"""Documents to draw."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing.pdf.views import (
    Account,
    Bank,
    Brand,
    Client,
    ContractView,
    Entry,
    InvoiceView,
    Line,
    QuoteView,
    ReceiptView,
    StatementView,
)
from leadercrm.core.money import LineTotals, document_totals, line_totals

BRAND = Brand(
    name="Soluciones Nova",
    colour="#0f766e",
    legal_name="Soluciones Integrales Nova, S.A. de C.V.",
    tax_id="SIN850101AB3",
    tax_regime="601 General de Ley Personas Morales",
    address="Av. Insurgentes Sur 1234, piso 5\nCol. Del Valle, 03100 Ciudad de México",
    email="ventas@nova.mx",
    phone="+52 55 1234 5678",
    website="nova.mx",
)
CLIENT = Client(
    name="María González Ruiz",
    company="Comercializadora del Bajío, S.A. de C.V.",
    tax_id="CBA970312KX1",
    address="Blvd. López Mateos 550, León, Gto., 37000",
    email="maria@bajio.mx",
)
BANK = Bank(clabe="002010077777777771", name="Banamex", holder="Soluciones Integrales Nova, S.A. de C.V.")
LINK = "https://crm.nova.mx/p/q/7hK2mQ9tXw4vRb1nZc8sLd3fGy6jPa5e"


def line(
    description: str, quantity: str, price: str, discount: str = "0", rate: str = "16", factor: str = "tasa"
) -> tuple[Line, LineTotals]:
    amount, unit, less, tax = (Decimal(text) for text in (quantity, price, discount, rate))
    sums = line_totals(amount, unit, discount_percent=less, tax_rate=tax)
    return Line(description, amount, unit, less, tax, factor, sums.net, sums.tax), sums


def figures(*pairs: tuple[Line, LineTotals]) -> dict[str, Any]:
    totals = document_totals(sums for _, sums in pairs)
    return {
        "lines": tuple(shown for shown, _ in pairs),
        "subtotal": totals.subtotal,
        "discount_total": totals.discount_total,
        "tax_total": totals.tax_total,
        "total": totals.total,
    }


def mixed(count: int) -> list[tuple[Line, LineTotals]]:
    """Lines with and without discount, with three rates of tax."""
    names = ("Licencia anual de CRM, por usuario", "Implementación y migración de datos", "Capacitación en sitio")
    return [
        line(
            f"{names[number % 3]} ({number + 1})",
            str(number % 7 + 1),
            f"{1250 + number * 37}.50",
            "10" if number % 4 == 1 else "0",
            ("16", "8", "0")[number % 3],
        )
        for number in range(count)
    ]


def quote(*pairs: tuple[Line, LineTotals], **changes: Any) -> QuoteView:
    pairs = pairs or (line("Licencia anual de CRM para 25 usuarios", "25", "7200"),)
    view = QuoteView(
        BRAND, CLIENT, "COT-000008", "MXN", issued_on=date(2026, 4, 5), seller="Ana Torres", link=LINK,
        title="Licencias y puesta en marcha", valid_until=date(2026, 5, 5),
        notes="Precios en pesos mexicanos.\nEntrega en 10 días hábiles.",
        terms="50 % de anticipo y 50 % contra entrega. Precios sujetos a cambio después de la vigencia.",
        **figures(*pairs),
    )  # fmt: skip
    return replace(view, **changes)


def invoice(*pairs: tuple[Line, LineTotals], **changes: Any) -> InvoiceView:
    sums = figures(*(pairs or (line("Licencia anual de CRM para 25 usuarios", "25", "7200"),)))
    view = InvoiceView(
        BRAND, CLIENT, "FAC-000004", "MXN", issued_on=date(2026, 4, 10), seller="Ana Torres", link=LINK,
        due_on=date(2026, 5, 10), amount_paid=Decimal("100000.00"), amount_due=sums["total"] - Decimal("100000.00"),
        payment_method="PPD", payment_form="99", bank=BANK, notes="Gracias por su preferencia.", **sums,
    )  # fmt: skip
    return replace(view, **changes)


def receipt(**changes: Any) -> ReceiptView:
    view = ReceiptView(
        BRAND, CLIENT, "PAGO-3", "MXN", link=LINK, seller="Ana Torres", amount=Decimal("104400.00"),
        paid_on=date(2026, 4, 20), method="transfer", reference="SPEI-20260420-001", invoice_number="FAC-000004",
        invoice_total=Decimal("208800.00"), invoice_paid=Decimal("104400.00"), invoice_due=Decimal("104400.00"),
    )  # fmt: skip
    return replace(view, **changes)


def contract(**changes: Any) -> ContractView:
    clause = (
        "{}. EL PROVEEDOR prestará a EL CLIENTE los servicios que se describen en la cotización COT-000008, con la"
        " diligencia y los niveles de servicio que ahí se establecen, y EL CLIENTE los pagará en los plazos pactados."
    )
    names = ("PRIMERA", "SEGUNDA", "TERCERA", "CUARTA", "QUINTA", "SEXTA", "SÉPTIMA", "OCTAVA")
    view = ContractView(
        BRAND, CLIENT, "CTR-000002", "MXN", issued_on=date(2026, 4, 12), seller="Ana Torres", link=LINK,
        title="Contrato de prestación de servicios", type="Servicios", value=Decimal("208800.00"),
        start_date=date(2026, 5, 1), end_date=date(2027, 4, 30),
        body="\n\n".join(clause.format(name) for name in names),
    )  # fmt: skip
    return replace(view, **changes)


def statement(count: int = 6, **changes: Any) -> StatementView:
    balance, entries = Decimal("1500.00"), []
    for number in range(count):
        charge = Decimal(10000 + number * 111) if number % 2 == 0 else Decimal(0)
        payment = Decimal(0) if charge else Decimal("8000.50")
        balance += charge - payment
        kind, paper = ("invoice", f"FAC-{number:06d}") if charge else ("payment", f"FAC-{number - 1:06d}")
        on = date(2026, 1 + number % 12, 3)
        due_on = on + timedelta(days=30) if charge else None
        entries.append(Entry(on, kind, paper, charge, payment, balance, due_on))
    charged, paid = (sum((getattr(one, name) for one in entries), Decimal(0)) for name in ("charge", "payment"))
    account = Account("MXN", Decimal("1500.00"), charged, paid, balance, tuple(entries))
    view = StatementView(
        BRAND, CLIENT, "", "", issued_on=date(2026, 4, 30), first=date(2026, 1, 1), last=date(2026, 12, 31),
        accounts=(account,), bank=BANK,
    )  # fmt: skip
    return replace(view, **changes)
