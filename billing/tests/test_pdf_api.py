"""PDFs of documents over HTTP and with their mails: the figures of the API, for whoever sees the document."""

from contextlib import ExitStack
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from billing import rendering
from billing.models import Invoice, Quote
from billing.pdf import render, views
from billing.tests.papers import M1, a_contact, a_contract, a_payment, a_quote, an_invoice, made
from leadercrm.core.money import money_text
from leadercrm.core.pdf.renderer import MOST_WAITING, RENDERER, html_to_pdf
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant

LINES: list[dict[str, Any]] = [
    M1,
    {"description": "Licencias", "quantity": "1.125", "unit_price": "333.333333", "discount_percent": 12.5},
    {"description": "Libros", "quantity": 3, "unit_price": 100, "tax_rate": 0},
]


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PDF_CACHE_DIR = tmp_path / "pdf"


def text_of(answer: Answer) -> str:
    assert answer.status == 200, answer
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body)).pages).split())


def shown(value: Any, currency: str = "MXN") -> str:
    return money_text(Decimal(str(value)), currency)


def test_a_quote_s_pdf_shows_the_figures_of_the_api(api: Api) -> None:
    quote = a_quote(api, items=LINES, title="Proyecto", terms="50 % de anticipo", valid_until="2026-05-30")
    answer = api.get(f"/quotes/{quote['id']}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="{quote["quote_number"]}.pdf"'
    text = text_of(answer)
    for name in ("subtotal", "total"):
        assert shown(quote[name]) in text
    assert shown(-quote["discount_total"]) in text
    for item in quote["items"]:
        assert item["description"] in text
        assert money_text(Decimal(str(item["net"])), "MXN", code=False) in text
    for words in (quote["quote_number"], "Proyecto", "50 % de anticipo", "30 de mayo de 2026", "María García López"):
        assert words in text


@pytest.mark.parametrize("server", ["https://crm.example.com", ""])
def test_every_document_says_where_its_pdf_is(api: Api, settings: Any, server: str) -> None:
    settings.PUBLIC_URL = server
    for kind, document in (("quotes", a_quote(api)), ("invoices", an_invoice(api)), ("contracts", a_contract(api))):
        assert document["pdf_url"] == f"{server}/api/v1/{kind}/{document['id']}/pdf"
        assert [row["pdf_url"] for row in api.get(f"/{kind}").data] == [document["pdf_url"]]
        assert (
            api.get(document["pdf_url"].removeprefix(f"{server}/api/v1")).headers["content-type"] == "application/pdf"
        )


def test_an_invoice_s_pdf_follows_its_payments(api: Api, alfa: TestTenant) -> None:
    made(api.put("/billing/settings", {"bank_clabe": "002010077777777771", "bank_name": "Banamex"}))
    invoice = an_invoice(api, items=LINES)
    before = text_of(api.get(f"/invoices/{invoice['id']}/pdf"))
    assert "Saldo por pagar" not in before
    assert "CLABE 002 010 07777777777 1" in before
    payment = a_payment(api, invoice, 1000, reference="SPEI-1")
    text = text_of(api.get(f"/invoices/{invoice['id']}/pdf"))
    assert f"Saldo por pagar {shown(invoice['total'] - 1000)}" in text
    receipt = text_of(api.get(f"/payments/{payment['id']}/pdf"))
    assert "MIL PESOS 00/100 M.N." in receipt
    assert "SPEI-1" in receipt
    assert invoice["invoice_number"] in receipt
    assert f"Saldo pendiente {shown(invoice['total'] - 1000)}" in receipt


def test_a_receipt_tells_what_was_due_when_it_was_paid(api: Api) -> None:
    invoice = an_invoice(api)
    first = a_payment(api, invoice, 1000, paid_at="2026-04-01T12:00:00Z")
    a_payment(api, invoice, 500, paid_at="2026-04-02T12:00:00Z")
    text = text_of(api.get(f"/payments/{first['id']}/pdf"))
    assert f"Saldo pendiente {shown(invoice['total'] - 1000)}" in text


def test_a_contract_s_pdf_shows_who_signed(api: Api) -> None:
    contract = a_contract(api, body="PRIMERA. [[no_field]] <b>objeto</b>", value=208800)
    api.post(f"/contracts/{contract['id']}/send")
    made(api.post(f"/contracts/{contract['id']}/sign", {"client_name": "Ana Firma", "company_name": "Firmas"}))
    text = text_of(api.get(f"/contracts/{contract['id']}/pdf"))
    assert "PRIMERA. [[no_field]] <b>objeto</b>" in text
    assert "Firmado por Ana Firma" in text
    assert "DOSCIENTOS OCHO MIL OCHOCIENTOS PESOS 00/100 M.N." in text


@pytest.mark.parametrize("party", ["contact", "company"])
def test_a_statement_s_pdf_shows_the_balances_of_the_api(api: Api, party: str) -> None:
    company = made(api.post("/companies", {"name": "Norte"}))["id"]
    contact = a_contact(api, company_id=company)
    invoice = an_invoice(api, contact_id=contact)
    made(api.post(f"/invoices/{invoice['id']}/send"))
    a_payment(api, invoice, 500)
    row = {"contact": f"/contacts/{contact}", "company": f"/companies/{company}"}[party]
    [account] = api.get(f"{row}/statement").data
    text = text_of(api.get(f"{row}/statement/pdf"))
    assert f"Saldo por pagar {shown(account['closing'])}" in text
    assert invoice["invoice_number"] in text
    assert f"Balance due {shown(account['closing'])}" in text_of(api.get(f"{row}/statement/pdf", lang="en"))
    assert set(api.get(f"{row}/statement/pdf", **{"from": "x"}).errors) == {"from"}


def test_the_language_is_the_reader_s_choice(api: Api) -> None:
    quote = a_quote(api, currency="USD")
    assert "DÓLARES" in text_of(api.get(f"/quotes/{quote['id']}/pdf", lang="es"))
    assert "DOLLARS" in text_of(api.get(f"/quotes/{quote['id']}/pdf", lang="en"))
    assert set(api.get(f"/quotes/{quote['id']}/pdf", lang="fr").errors) == {"lang"}


def test_who_does_not_see_a_document_gets_no_pdf(api: Api, stranger: Api, anonymous: Api) -> None:
    rows = [
        f"/quotes/{a_quote(api)['id']}",
        f"/invoices/{an_invoice(api)['id']}",
        f"/contracts/{a_contract(api)['id']}",
    ]
    for row in rows:
        assert stranger.get(f"{row}/pdf").status == 404
        assert anonymous.get(f"{row}/pdf").status == 401
        api.delete(row)
        assert api.get(f"{row}/pdf").status == 404


def test_a_pdf_is_made_once_and_again_after_a_change(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    quote, made_of = a_quote(api), []
    real = html_to_pdf
    monkeypatch.setattr(render, "html_to_pdf", lambda html: made_of.append(html) or real(html))  # type: ignore[func-returns-value]
    row = f"/quotes/{quote['id']}"
    first = api.get(f"{row}/pdf").body
    assert api.get(f"{row}/pdf").body == first
    assert len(made_of) == 1
    made(api.put(row, {"notes": "otra cosa"}))
    assert "otra cosa" in text_of(api.get(f"{row}/pdf"))
    assert len(made_of) == 2


def test_who_has_the_file_is_told_so_and_nothing_is_made(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    row = f"/quotes/{a_quote(api)['id']}"
    first = api.get(f"{row}/pdf")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    monkeypatch.setattr(render, "html_to_pdf", lambda html: b"made again")
    known = api.get(f"{row}/pdf", headers={"If-None-Match": tag})
    assert (known.status, known.body, known.headers["etag"]) == (304, b"", tag)
    assert "content-disposition" not in known.headers
    for other in ('"another"', f"{tag[:-2]}0"):
        assert api.get(f"{row}/pdf", headers={"If-None-Match": other, "If-Match": other}).body == first.body
    assert api.get(f"{row}/pdf", lang="en", headers={"If-None-Match": tag}).body == b"made again"
    made(api.put(row, {"notes": "otra cosa"}))
    assert api.get(f"{row}/pdf", headers={"If-None-Match": tag}).body == b"made again"


def test_when_too_many_are_being_made_the_next_waits_and_asks_again(api: Api) -> None:
    row = f"/quotes/{a_quote(api)['id']}"
    places = [RENDERER.waiting.acquire(blocking=False) for _place in range(MOST_WAITING + 1)]
    refused = api.get(f"{row}/pdf")
    for _place in places:
        RENDERER.waiting.release()
    assert (all(places), refused.status, refused.headers["retry-after"]) == (True, 503, "2")
    kept = api.get(f"{row}/pdf").body
    with ExitStack() as held:
        for _place in places:
            held.callback(RENDERER.waiting.release)
            RENDERER.waiting.acquire()
        assert api.get(f"{row}/pdf").body == kept


def test_what_is_too_long_for_paper_is_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    contact = a_contact(api)
    for item, field in (({**M1, "description": "x" * 2001}, "items.0.description"), (None, "items")):
        items = [item] if item else [M1] * 201
        answer = api.post("/quotes", {"contact_id": contact, "items": items})
        assert (answer.status, set(answer.errors)) == (422, {field})
    for _number in range(2):
        made(api.post(f"/invoices/{an_invoice(api, contact_id=contact)['id']}/send"))
    monkeypatch.setattr(views, "MOST_ENTRIES", 1)
    answer = api.get(f"/contacts/{contact}/statement/pdf")
    assert (answer.status, answer.json["code"]) == (422, "too_large_for_pdf")
    assert answer.errors == {"body": [answer.json["message"]]}, "what is at nobody's field is at the whole"


def test_a_pdf_costs_the_same_statements_for_any_number_of_lines(api: Api) -> None:
    few, many = a_quote(api), a_quote(api, items=[M1] * 100)
    counts = []
    for quote in (few, many):
        path = f"/quotes/{quote['id']}/pdf"
        api.get(path)
        counts.append(len(statements_of(lambda path=path: api.get(path))))  # type: ignore[misc]
    assert counts[0] == counts[1]


def test_the_brand_of_the_tenant_is_on_it(alfa: TestTenant, api: Api, settings: Any, tmp_path: Path) -> None:
    quote = a_quote(api)
    alfa.row.settings = {"branding": {"legal_name": "Alfa, S.A. de C.V.", "tax_id": "ALF850101AB3", "logo": "x.png"}}
    alfa.row.save()
    text = text_of(api.get(f"/quotes/{quote['id']}/pdf"))
    alfa.row.settings = {}
    assert "Alfa, S.A. de C.V. RFC ALF850101AB3" in text


def test_a_mail_has_the_same_file(api: Api) -> None:
    quote = a_quote(api)
    body = api.get(f"/quotes/{quote['id']}/pdf").body
    assert rendering.pdf_of(Quote.objects.get(pk=quote["id"])) == body


def test_documents_show_what_is_stored(api: Api) -> None:
    """PDF, API and database tell the same: figures are printed, never calculated again."""
    items = [
        {"description": f"L{n}", "quantity": f"{n}.137", "unit_price": f"{n * 7}.955", "tax_rate": 8} for n in (1, 2)
    ]
    for number in range(5):
        invoice = an_invoice(api, items=items * (number + 1))
        stored = Invoice.objects.get(pk=invoice["id"])
        text = text_of(api.get(f"/invoices/{invoice['id']}/pdf"))
        for value in (stored.subtotal, stored.tax_total, stored.total):
            assert money_text(value, "MXN") in text
        assert Decimal(str(invoice["total"])) == stored.total
