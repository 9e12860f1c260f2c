"""What clients see of their documents, and who is taken for a client."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from billing.models import Quote
from billing.tests.clients import FIREFOX, Visitor, page_of, sent
from billing.tests.papers import a_contract, a_payment, a_quote, an_invoice, made, now_is
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.core.web.colours import NIGHT, _luminance, _rgb, on_dark
from leadercrm.notifications.models import Notification

XSS = "<script>alert(1)</script>{{ 7|add:1 }}"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PDF_CACHE_DIR = tmp_path / "pdf"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_page_may_be_seen_by_its_reader_alone(api: Api) -> None:
    """No cache, no index, no referrer, no script of another's, nothing in the page itself; no cookie."""
    page = page_of("quotes", sent(api, "quotes", a_quote(api, title=XSS, notes=XSS, terms=XSS)))
    response = Visitor().get(page)
    assert response.headers["Cache-Control"] == "no-store, private"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not response.cookies
    text = text_of(response)
    assert text.count("<script") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:1 }}" in text
    assert 'content="noindex, nofollow, noarchive"' in text
    for inline in (" style=", "<style", " onclick", "javascript:"):
        assert inline not in text
    css = Visitor().get("/p/theme/ffee00.css")
    assert (css.status_code, css.headers["Content-Type"]) == (200, "text/css; charset=utf-8")


def test_pages_speak_spanish_or_english(api: Api) -> None:
    page = page_of("quotes", sent(api, "quotes", a_quote(api)))
    english = {"Accept-Language": "en-US,en;q=0.9"}
    for query, headers, lang, words in (
        ("", {}, "es", "Acepte esta cotización"),
        ("", english, "en", "Accept this quote"),
        ("?lang=es", english, "es", "Acepte esta cotización"),
        ("?lang=en", {}, "en", "Accept this quote"),
        ("?lang=xx", {"Accept-Language": "fr"}, "es", "Acepte esta cotización"),
    ):
        text = text_of(Visitor(**headers).get(page + query))
        assert f'<html lang="{lang}">' in text
        assert words in text
    for lang, words in (("en", "Quote COT-000001"), ("es", "Cotización COT-000001")):
        title = PdfReader(BytesIO(Visitor().get(f"{page}/pdf?lang={lang}").content)).metadata["/Title"]  # type: ignore[index]
        assert str(title).startswith(words)


QUOTE_STATES = {
    "open": ("En espera de su respuesta", 200), "expired": ("estuvo vigente hasta el 1 de enero de 2026", 200),
    "approved": ("Aceptada", 200),
    "rejected": ("Rechazada", 200), "superseded": ("Ver la versión más reciente", 200),
    "revised": ("está preparando una nueva versión", 200), "draft": ("Todavía no está listo", 404),
    "gone": ("Este documento fue retirado", 410),
}  # fmt: skip


def a_quote_that_is(api: Api, state: str) -> dict[str, Any]:
    quote = a_quote(api, valid_until="2026-01-01" if state == "expired" else None, title="Proyecto Norte")
    place = f"/quotes/{quote['id']}"
    if state != "draft":
        sent(api, "quotes", quote)
    if state in ("superseded", "revised"):
        newer = made(api.post(f"{place}/revise"))
        if state == "superseded":
            sent(api, "quotes", newer)
    elif state in ("approved", "rejected"):
        made(api.post(f"{place}/{state.replace('approved', 'approve').replace('rejected', 'reject')}", {}))
    elif state == "gone":
        assert api.delete(place).status == 200
    return quote


@pytest.mark.parametrize("state", QUOTE_STATES)
def test_a_quote_says_how_it_stands_and_takes_what_is_possible(api: Api, state: str) -> None:
    quote = a_quote_that_is(api, state)
    page = page_of("quotes", quote)
    words, status = QUOTE_STATES[state]
    response = Visitor().get(page)
    text = text_of(response)
    assert (response.status_code, words in text) == (status, True), text
    assert ("Proyecto Norte" in text) == (status == 200)
    assert (f"{page}/accept" in text) == (state == "open")
    assert (f"{page}/reject" in text) == (state in ("open", "expired"))
    assert Visitor().get(f"{page}/pdf").status_code == status
    if state != "open":
        with untouched():
            refused = Visitor().answer(page, "accept", {"face": "0" * 64, "name": "A", "email": "a@b.mx",
                                                        "typed": "A", "consent": "on"})  # fmt: skip
        assert refused.status_code == (422 if status == 200 else status)
    if state == "superseded":
        newest = Quote.objects.get(number=quote["quote_number"], revision=2)
        assert page_of("quotes", {"id": newest.pk}) in text


def test_an_invoice_tells_what_is_due_and_where_to_pay(api: Api) -> None:
    made(api.put("/billing/settings", {"bank_clabe": "002010077777777771", "bank_name": "Banamex"}))
    invoice = sent(api, "invoices", an_invoice(api))
    page, visitor = page_of("invoices", invoice), Visitor()
    payment = a_payment(api, invoice, 1000, reference="SPEI-7")
    text = text_of(visitor.get(page))
    for words in (
        "$207,800.00 MXN", 'data-copy="207800.00"', 'data-copy="002010077777777771"', "Banamex", "SPEI-7", "Por pagar",
        f'data-copy="{invoice["invoice_number"]}"', f"{page}/receipts/{payment['id']}",
    ):  # fmt: skip
        assert words in text, words
    assert visitor.get(f"{page}/receipts/{payment['id']}").content.startswith(b"%PDF-")
    other = a_payment(api, sent(api, "invoices", an_invoice(api)), 1000)
    with untouched():
        for path in (f"{page}/receipts/{other['id']}", f"{page}/receipts/999999", f"{page}/receipts/{10**30}"):
            assert visitor.get(path).status_code == 404, path
        for how in ("accept", "reject", "sign"):
            assert visitor.post(f"{page}/{how}").status_code == 404
    made(api.put(f"/invoices/{invoice['id']}", {"due_at": "2026-01-05"}))
    assert "Venció el 5 de enero de 2026" in text_of(visitor.get(page))
    a_payment(api, invoice, 207800)
    text = text_of(visitor.get(page))
    assert "pagada por completo" in text
    assert "002010077777777771" not in text


def test_a_contract_is_read_and_asks_for_a_signature(api: Api) -> None:
    contract = a_contract(api, body="Primera cláusula.\n\nSegunda cláusula.", value=1000)
    page = page_of("contracts", contract)
    assert Visitor().get(page).status_code == 404
    text = text_of(Visitor().get(page_of("contracts", sent(api, "contracts", contract))))
    for words in ("<p>Segunda cláusula.</p>", "MIL PESOS 00/100 M.N.", f"{page}/sign", "lo firmo electrónicamente"):
        assert words in text
    made(api.put(f"/contracts/{contract['id']}", {"start_date": "2025-01-01", "end_date": "2025-12-31"}))
    made(api.post(f"/contracts/{contract['id']}/sign"))
    assert "terminó el 31 de diciembre de 2025" in text_of(Visitor().get(page))
    gone = sent(api, "contracts", a_contract(api))
    api.delete(f"/contracts/{gone['id']}")
    assert Visitor().get(page_of("contracts", gone)).status_code == 410


def viewed(quote: dict[str, Any]) -> bool:
    return Quote.objects.get(pk=quote["id"]).viewed_at is not None


def test_the_first_view_is_told_once(api: Api, alfa: TestTenant) -> None:
    quote = sent(api, "quotes", a_quote(api, owner_id=alfa.users["sales"]))
    page = page_of("quotes", quote)
    for _view in range(2):
        assert Visitor().get(page).status_code == 200
    told = Notification.objects.filter(type="quote_viewed")
    assert {note.user_id for note in told} == {alfa.users["sales"], alfa.users["admin"]}
    assert told.count() == 2
    assert told[0].title == "Cotización vista"
    assert "María García López abrió la cotización COT-000001." in told[0].body
    entry = AuditEntry.objects.get(action="quote.viewed")
    assert (entry.actor_kind, entry.via, entry.ip, entry.user_id) == ("client", "link", "127.0.0.1", None)


NOBODY: dict[str, dict[str, str]] = {
    "prefetch": {"Sec-Purpose": "prefetch;prerender"}, "old prefetch": {"Purpose": "prefetch"},
    "mozilla's": {"X-Moz": "prefetch"}, "safari's": {"X-Purpose": "preview"}, "a frame": {"Sec-Fetch-Dest": "image"},
    "whatsapp": {"User-Agent": "WhatsApp/2.23.20.0"}, "google": {"User-Agent": "Googlebot/2.1"},
    "none": {"User-Agent": ""},
    "slack": {"User-Agent": "Slackbot-LinkExpanding 1.0"}, "facebook": {"User-Agent": "facebookexternalhit/1.1"},
    "outlook": {"User-Agent": "Mozilla/5.0 (compatible; Microsoft Outlook 16.0)"}, "curl": {"User-Agent": "curl/8.5"},
}  # fmt: skip


def test_machines_and_staff_are_no_view(api: Api, alfa: TestTenant, beta: TestTenant) -> None:
    quote = sent(api, "quotes", a_quote(api))
    page = page_of("quotes", quote)
    browser = Browser()
    with untouched():
        for name, headers in NOBODY.items():
            assert Visitor().get(page, headers=headers).status_code == 200, name
        with unbound():
            assert Visitor().client.head(page, headers={"User-Agent": FIREFOX}).status_code == 200
    browser.log_in("sales@alfa.example.com")
    response = browser.get(page, headers={"User-Agent": FIREFOX})
    assert "Inició sesión como parte del equipo" in response.content.decode()
    assert not viewed(quote)
    stranger = Browser()
    stranger.log_in("admin@beta.example.com")
    response = stranger.get(page, headers={"User-Agent": FIREFOX})
    assert "Inició sesión" not in response.content.decode()
    assert viewed(quote)


def test_staff_see_a_draft_before_it_is_sent(api: Api, alfa: TestTenant) -> None:
    quote = a_quote(api, title="Proyecto Norte")
    page, browser = page_of("quotes", quote), Browser()
    browser.log_in("sales@alfa.example.com")
    response = browser.get(page)
    assert response.status_code == 200
    assert "Proyecto Norte" in response.content.decode()
    assert f"{page}/accept" not in response.content.decode()
    assert browser.get(f"{page}/pdf").status_code == 200


def test_a_page_costs_as_much_with_many_payments(api: Api) -> None:
    invoice = sent(api, "invoices", an_invoice(api))
    page, visitor = page_of("invoices", invoice), Visitor()
    a_payment(api, invoice, 1)
    visitor.get(page)
    few = statements_of(lambda: visitor.get(page))
    for _number in range(20):
        a_payment(api, invoice, 1)
    many = statements_of(lambda: visitor.get(page))
    assert len(few) == len(many) <= 16


@pytest.mark.limits
def test_pages_are_limited(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    from leadercrm.core.api.throttling import Limit
    from leadercrm.core.web.public import PublicView

    page = page_of("quotes", sent(api, "quotes", a_quote(api)))
    monkeypatch.setattr(PublicView, "limit", Limit("public-test", 2, 60))
    statuses = [Visitor().get(page, REMOTE_ADDR="203.0.113.77").status_code for _request in range(3)]
    assert statuses == [200, 200, 429]
    limited = Visitor().get(page, REMOTE_ADDR="203.0.113.77")
    assert int(limited.headers["Retry-After"]) > 0
    assert Visitor().get(page, REMOTE_ADDR="203.0.113.78").status_code == 200


def test_colours_are_readable_at_night() -> None:
    for colour in ("#000000", "#ffee00", "#1f4e79", "#ff0000", "#0000ff", "#ffffff", "nonsense"):
        light, dark = _luminance(_rgb(on_dark(colour))), _luminance(_rgb(NIGHT))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


def test_quotes_are_valid_to_the_end_of_their_day(api: Api) -> None:
    today = date.today()
    page = page_of("quotes", sent(api, "quotes", a_quote(api, valid_until=(today + timedelta(days=1)).isoformat())))
    assert "Vigente hasta" in text_of(Visitor().get(page))
    assert now_is(api, "quotes", {"id": Quote.objects.get().pk})["is_expired"] is False
