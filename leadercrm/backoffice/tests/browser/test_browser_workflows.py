"""The five workflows of the API's reference, by the pages: clicked, typed, and read as people do."""

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from billing.actions.contracts import create_contract_template
from billing.models import Invoice, Payment, Quote
from crm.actions.contacts import create_contact
from crm.models import Activity, Contact, Deal
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk, path_of
from leadercrm.tenancy.binding import bind
from marketing.actions.forms import create_form

LINES = "[data-lines] tr[data-line]"


def save(page: Page) -> None:
    page.get_by_role("button", name="Guardar", exact=True).click()


def act(page: Page, name: str) -> None:
    page.locator(".page-acts").get_by_role("button", name=name).click()


def send(page: Page) -> None:
    """By the page where one sees what the mail says, and to whom."""
    page.locator(".page-acts").get_by_role("link", name="Enviar").click()
    page.locator(".form-acts").get_by_role("button", name="Enviar").click()


def told(page: Page, text: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(text)


def new_contact(page: Page, first: str, last: str, email: str) -> None:
    page.goto("/contacts")
    page.locator("[data-new]").click()
    page.locator("#f-first_name").fill(first)
    page.locator("#f-last_name").fill(last)
    page.locator("#f-emails").fill(email)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{first} {last}")


def new_deal(page: Page, name: str, amount: str) -> None:
    """From the page of the contact whom it is with."""
    page.locator("#page").get_by_role("link", name="Negocio", exact=True).click()
    page.locator("#f-name").fill(name)
    page.locator("#f-amount").fill(amount)
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_new_lead(live: TestTenant, desk: Desk) -> None:
    """A contact, a deal with it, and the next step."""
    page = desk.at(live, "sales")
    new_contact(page, "Nadia", "Robles", "nadia@ejemplo.mx")
    new_deal(page, "Implementación", "120000")
    page.locator("#page").get_by_role("link", name="Planear").first.click()
    page.locator("#f-subject").fill("Llamar a Nadia")
    page.locator("#f-due_at").fill("2030-01-15T10:30")
    save(page)
    expect(page.locator("#page")).to_contain_text("Llamar a Nadia")
    with bind(live.bound):
        deal = Deal.objects.get()
        assert list(deal.contacts.values_list("first_name", flat=True)) == ["Nadia"]
        assert deal.amount == Decimal(120_000)
        assert Activity.objects.get().deal_id == deal.pk


def write_quote(page: Page) -> None:
    page.locator("#page").get_by_role("link", name="Cotización").first.click()
    page.locator("#f-title").fill("Consultoría")
    line = page.locator(LINES).first
    line.get_by_label("Descripción").fill("Diagnóstico")
    line.get_by_label("Cantidad").fill("10")
    line.get_by_label("Precio unitario").fill("1000")
    expect(page.locator("#sums")).to_contain_text("$11,600.00")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("COT-[0-9]{6}"))


def test_whole_sale(live: TestTenant, desk: Desk) -> None:
    """From the contact to the payment, with quote, contract and invoice on the way."""
    with bind(live.bound):
        create_contract_template({"name": "Servicios", "body": "Texto"}, actor=live.actor())
    page = desk.at(live)
    new_contact(page, "Bruno", "Salas", "bruno@ejemplo.mx")
    contact = page.url
    new_deal(page, "Consultoría anual", "10000")
    page.goto(contact)
    write_quote(page)
    quote = page.url
    send(page)
    told(page, "La cotización va en camino.")
    act(page, "Aprobar")
    told(page, "Cotización aprobada.")
    act(page, "Hacer un contrato")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("CTR-[0-9]{6}"))
    send(page)
    act(page, "Marcar como firmado")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Firmado")
    page.goto(quote)
    act(page, "Hacer una factura")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("FAC-[0-9]{6}"))
    send(page)
    page.get_by_role("link", name="Pago", exact=True).click()
    expect(page.locator("#f-amount")).to_have_value(re.compile("^11600"))
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pagada")
    with bind(live.bound):
        assert Quote.objects.get().status == "approved"
        assert Invoice.objects.get().status == "paid"
        assert Payment.objects.get().amount == Decimal(11_600)


def test_how_the_team_is_doing(live: TestTenant, desk: Desk, demo: TestTenant) -> None:
    """The start page tells it, and each figure opens the list behind it."""
    page = desk.at(demo)
    page.goto("/")
    for figure, address in (
        ("Negocios abiertos", "/deals/list?status=open&currency=MXN"),
        ("Por hacer", "/activities?status=pending"),
    ):
        page.locator(".figure-card", has_text=figure).click()
        expect(page.locator("tr[data-row]").first).to_be_visible()
        assert path_of(page) == address
        page.go_back()
    expect(page.get_by_role("heading", name="Pipeline por etapa")).to_be_visible()
    expect(page.locator("table", has_text="Emilio Cantú Salazar").first).to_contain_text("Lucía Mendoza Treviño")
    page.locator("#bell summary").click()
    expect(page.locator("#bell .notice").first).to_be_visible()


def test_leads_that_nobody_follows_up(live: TestTenant, desk: Desk) -> None:
    """They are found by a filter, and each is given a task."""
    with bind(live.bound):
        for name in ("Uno", "Dos"):
            create_contact({"first_name": name, "lifecycle_stage": "lead"}, actor=live.actor())
    page = desk.at(live)
    for left in (2, 1):
        page.goto("/contacts?lifecycle_stage=lead&without_activity=true")
        expect(page.locator("tr[data-row]")).to_have_count(left)
        page.locator("tr[data-row] .row-link").first.click()
        page.locator("#page").get_by_role("link", name="Planear").first.click()
        page.locator("#f-subject").fill("Seguimiento")
        page.locator("#f-due_at").fill("2030-01-15T10:30")
        save(page)
        expect(page.locator("#page")).to_contain_text("Seguimiento")
    page.goto("/contacts?lifecycle_stage=lead&without_activity=true")
    expect(page.locator(".empty")).to_be_visible()
    with bind(live.bound):
        assert Activity.objects.filter(contact__isnull=False).count() == 2


def test_form_of_a_website(live: TestTenant, desk: Desk) -> None:
    """What a visitor writes makes a contact, and the staff sees whose."""
    with bind(live.bound):
        form = create_form({"name": "Sitio", "min_seconds": 0}, actor=live.actor())
    visitor = desk.window()
    visitor.goto(f"/f/{form.api_key}")
    visitor.locator("[name=first_name]").fill("Carlos")
    visitor.locator("[name=email]").fill("carlos@miempresa.mx")
    visitor.get_by_role("button").last.click()
    expect(visitor.locator("main")).to_contain_text("Gracias")
    page = desk.at(live)
    page.goto("/contacts")
    page.locator("tr[data-row] .row-link", has_text="Carlos").click()
    expect(page.locator("#timeline")).to_contain_text("Sitio")
    with bind(live.bound):
        assert Contact.objects.get().emails[0]["email"] == "carlos@miempresa.mx"
