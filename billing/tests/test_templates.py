"""Templates of mails and quotes; the words that a document is sent with; and a look at it on paper beforehand."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.actions.contracts import create_contract
from billing.actions.invoices import create_invoice
from billing.actions.quotes import create_quote, send_quote
from billing.actions.templates import create_mail_template, create_quote_template
from billing.letters import letter
from billing.models import Invoice, MailTemplate, Quote, QuoteTemplate
from billing.pdf.render import pdf_of_view
from billing.rendering import paper_of
from crm.actions.contacts import create_contact
from crm.models import Contact
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import DomainError
from leadercrm.core.models import Counter, WorkItem
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

LINE = {"description": "Consultoría", "quantity": Decimal(2), "unit_price": Decimal(100)}


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    return browser


@pytest.fixture
def contact(alfa: TestTenant) -> Contact:
    return create_contact({"first_name": "Ana", "emails": [{"email": "ana@ejemplo.mx"}]}, actor=alfa.actor())


def test_fields_are_put_in_as_they_are(alfa: TestTenant, contact: Contact) -> None:
    contact.first_name = "[[total]] {{ x }} %s"
    contact.save()
    quote = create_quote({"contact_id": contact.pk, "items": [LINE]}, actor=alfa.actor())
    text = letter("Hola [[ contact_name ]]: [[number]], [[total]], [[nada]] {% x %} %(y)s", quote, "Alfa")
    assert text == f"Hola [[total]] {{{{ x }}}} %s: {quote.number}, $232.00 MXN, [[nada]] {{% x %}} %(y)s"
    with untouched(), pytest.raises(DomainError) as refused:
        create_mail_template({"name": "X", "kind": "quote", "body": "[[nada]]"}, actor=alfa.actor())
    assert list(refused.value.errors) == ["body"]


def test_a_quote_goes_out_with_the_words_that_were_chosen(browser: Browser, alfa: TestTenant, contact: Contact) -> None:
    quote = create_quote({"contact_id": contact.pk, "items": [LINE]}, actor=alfa.actor())
    values = {"name": "Breve", "kind": "quote", "subject": "Su [[number]]", "body": "Hola [[contact_name]]"}
    browser.fill("/settings/mails/new", **values)
    template = MailTemplate.objects.get()
    page = browser.get(f"/quotes/{quote.pk}/send?template={template.pk}").content.decode()
    assert "Hola [[contact_name]]</textarea>" in page
    assert "ana@ejemplo.mx" in page
    with untouched():
        assert browser.fill(f"/quotes/{quote.pk}/send", message="[[nada]]").status_code == 422
    assert browser.fill(f"/quotes/{quote.pk}/send?template={template.pk}").status_code == 303
    sent = WorkItem.objects.get(task="billing.send_quote")
    assert sent.arguments["message"] == "Hola [[contact_name]]"
    assert sent.arguments["subject"] == "Su [[number]]"
    quote.refresh_from_db()
    assert quote.status == "sent"


def test_without_words_it_is_the_mail_that_it_always_was(alfa: TestTenant, contact: Contact) -> None:
    quote = create_quote({"contact_id": contact.pk, "items": [LINE]}, actor=alfa.actor())
    send_quote(quote, actor=alfa.actor())
    assert WorkItem.objects.get(task="billing.send_quote").arguments.keys() == {"document_id", "sending"}


def test_invoices_and_contracts_have_the_same_page(browser: Browser, alfa: TestTenant, contact: Contact) -> None:
    invoice = create_invoice({"contact_id": contact.pk, "items": [LINE]}, actor=alfa.actor())
    contract = create_contract({"contact_id": contact.pk, "title": "C", "type": "service"}, actor=alfa.actor())
    assert browser.fill(f"/invoices/{invoice.pk}/send", message="Va su factura [[number]]").status_code == 303
    assert browser.fill(f"/contracts/{contract.pk}/send").status_code == 303
    assert Invoice.objects.get().status == "sent"
    assert "Servicios" in browser.get(f"/contracts/{contract.pk}").content.decode()


def test_a_quote_begins_with_a_template(browser: Browser, alfa: TestTenant, contact: Contact) -> None:
    path = "/settings/quotes/new"
    lines = {"items.description": "Consultoría", "items.quantity": "2", "items.unit_price": "100"}
    made = browser.fill(path, name="Anual", title="Plan anual", valid_days="15", terms="30 días", **lines)
    assert made.status_code == 303, made.content.decode()
    template = QuoteTemplate.objects.get()
    assert template.items[0]["unit_price"] == "100"
    page = browser.get(f"/quotes/new?template={template.pk}&contact_id={contact.pk}").content.decode()
    assert 'value="Plan anual"' in page
    assert 'value="Consultoría"' in page
    assert (tenant_today() + timedelta(days=15)).isoformat() in page
    browser.fill(f"/quotes/new?template={template.pk}&contact_id={contact.pk}", **lines)
    quote = Quote.objects.get()
    assert (quote.title, quote.terms, quote.total) == ("Plan anual", "30 días", Decimal("232.00"))
    browser.get(f"/settings/quotes/{template.pk}")
    browser.post(f"/settings/quotes/{template.pk}/delete")
    assert not QuoteTemplate.objects.exists()


def test_a_document_is_seen_on_paper_while_it_is_written(browser: Browser, contact: Contact) -> None:
    values = {"contact_id": str(contact.pk), "items.description": "Consultoría", "items.unit_price": "100"}
    browser.get("/quotes/new")
    with untouched():
        seen = browser.post("/quotes/preview", {**values, "items.quantity": "2"})
        wrong = browser.post("/invoices/preview", {"contact_id": "9999", "items.description": "x"})
    assert seen.content.startswith(b"%PDF")
    assert wrong.status_code == 422
    assert not Counter.objects.filter(kind="quote", last__gt=0).exists()


def test_what_is_owed_and_statements(browser: Browser, alfa: TestTenant, contact: Contact) -> None:
    invoice = create_invoice({"contact_id": contact.pk, "items": [LINE]}, actor=alfa.actor())
    browser.fill(f"/invoices/{invoice.pk}/send")
    owed = browser.get("/receivables").content.decode()
    assert "$232.00" in owed
    assert f"/contacts/{contact.pk}/statement" in owed
    statement = browser.get(f"/contacts/{contact.pk}/statement?from=2020-01-01").content.decode()
    assert invoice.number in statement
    assert browser.get(f"/contacts/{contact.pk}/statement?pdf=1").content.startswith(b"%PDF")
    assert browser.get(f"/contacts/{contact.pk}/statement?from=x").status_code == 422
    assert browser.get("/contacts/99999/statement").status_code == 404


def test_a_contracts_type_has_words_on_paper(alfa: TestTenant, contact: Contact) -> None:
    contract = create_contract({"contact_id": contact.pk, "title": "C", "type": "service"}, actor=alfa.actor())
    assert pdf_of_view(paper_of(contract)) != pdf_of_view(paper_of(contract, "en"))


def test_templates_are_managers_to_write(alfa: TestTenant) -> None:
    with untouched(), pytest.raises(DomainError):
        create_quote_template({"name": "X", "items": []}, actor=alfa.actor("sales"))
