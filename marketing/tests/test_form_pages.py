"""A form's own page, without JavaScript: filling it in, what is wrong, spam, frames, and consent by mail."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from crm.models import Contact
from leadercrm.core import outbox
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import unbound
from marketing.models import ContactConsent, FormSubmission
from marketing.stamps import SIGNER

CONSENT = {"consent_text": "Acepto <b>recibir</b> noticias.", "consent_version": "1"}


@pytest.fixture
def form(api: Api) -> dict[str, Any]:
    made: dict[str, Any] = api.post("/forms", {"name": "Sitio", "title": "¿Hablamos? <i>", "min_seconds": 1}).data
    return made


@pytest.fixture
def visitor() -> Client:
    """Somebody at a browser, who has no token against forgery: nothing but the address stands for them."""
    return Client(headers={"Accept-Language": "es"}, enforce_csrf_checks=True)


def get(visitor: Client, path: str, **kwargs: Any) -> Any:
    with unbound():
        return visitor.get(path, **kwargs)


def send(visitor: Client, path: str, fields: dict[str, Any], **kwargs: Any) -> Any:
    with unbound():
        return visitor.post(path, fields, **kwargs)


def stamped(page: Any, age: float = 60) -> dict[str, str]:
    """The hidden fields of a page, as if it had been made a while ago."""
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()))
    form_id, _dot, made = SIGNER.unsign(hidden["_stamp"]).partition(".")
    return {**hidden, "_stamp": SIGNER.sign(f"{form_id}.{int(made) - int(age)}")}


def test_the_page_is_filled_in_without_a_script(form: dict[str, Any], visitor: Client) -> None:
    place = f"/f/{form['api_key']}"
    page = get(visitor, f"{place}?utm_source=google&email=ana@uno.mx", headers={"Referer": "https://uno.mx/a"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "¿Hablamos? &lt;i&gt;" in text
    assert 'value="ana@uno.mx"' in text
    assert "<script>" not in text
    assert " style=" not in text
    for _ in range(2):
        wrong = send(visitor, place, {**stamped(page), "first_name": "Ana", "email": "no", "phone": ""})
        assert wrong.status_code == 422
        assert 'aria-describedby="error-email"' in wrong.content.decode()
        assert 'value="Ana"' in wrong.content.decode()
        page = wrong
    sent = send(visitor, place, {**stamped(wrong), "first_name": "Ana", "email": "ana@uno.mx"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{place}/thanks?lang=es")
    assert "Gracias" in get(visitor, sent.headers["Location"]).content.decode()
    row = FormSubmission.objects.get()
    assert row.origin == {"utm_source": "google", "referrer": "https://uno.mx/a"}
    assert (row.contact is not None, row.language, row.payload) == (
        True, "es-mx", {"first_name": "Ana", "email": "ana@uno.mx"},
    )  # fmt: skip


def test_only_these_pages_may_be_framed(form: dict[str, Any], visitor: Client) -> None:
    place = f"/f/{form['api_key']}"
    for path in (place, f"{place}/thanks", "/f/nobody"):
        page = get(visitor, path)
        assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in page.headers
    for path in ("/login", "/verify", "/f/confirm/x", "/p/x"):
        page = get(visitor, path)
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"], path
    framed = get(visitor, place, headers={"Sec-Fetch-Dest": "iframe", "Referer": "https://uno.mx/b"}).content.decode()
    assert 'name="page_url" value="https://uno.mx/b"' in framed
    assert "<header" not in framed
    sent = send(visitor, f"{place}?framed=1", {"email": "ana@uno.mx"})
    assert "<header" not in get(visitor, sent.headers["Location"]).content.decode()
    english = get(visitor, f"{place}?lang=en").content.decode()
    assert "Send</button>" in english
    assert 'lang="en"' in english


def test_machines_are_told_by_trap_stamp_and_haste(form: dict[str, Any], visitor: Client, api: Api) -> None:
    place = f"/f/{form['api_key']}"
    page = get(visitor, place)
    hidden, other = stamped(page), api.post("/forms", {"name": "Otro"}).data
    person = {"email": "ana@uno.mx"}
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({**hidden, "_homepage": "x"}, "honeypot"),
        ({**hidden, "_stamp": ""}, "stamp"),
        ({**hidden, "_stamp": hidden["_stamp"][:-1] + "!"}, "stamp"),
        (stamped(get(visitor, f"/f/{other['api_key']}")), "stamp"),
        ({**hidden, "_stamp": SIGNER.sign(f"{form['id']}.{int(time.time()) + 600}")}, "too_fast"),
        (hidden, None),
    ]
    for fields, why in cases:
        assert send(visitor, place, {**fields, **person}).status_code == 303
        last = FormSubmission.objects.order_by("-pk").first()
        assert last is not None
        assert (last.suspicion, last.contact is None) == (why, why is not None)
    html = api.get(f"/forms/{form['id']}/embed").data["html"]
    plain = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
    assert send(visitor, place, {**plain, **person}).status_code == 303
    assert FormSubmission.objects.filter(status="accepted").count() == 2
    assert Contact.objects.count() == 1


def test_nothing_breaks_the_page(form: dict[str, Any], visitor: Client, api: Api) -> None:
    place = f"/f/{form['api_key']}"
    for path in ("/f/x", "/f/%00", "/f/" + "x" * 3000, "/f/ñ/thanks", "/f/confirm/" + "A" * 43, "/f/confirm/%00"):
        assert get(visitor, path).status_code == 404
    with untouched():
        for raw, kind in (
            (b"x" * 40_000, "application/x-www-form-urlencoded"),
            (b"--x", "multipart/form-data"),
            (b"email=%00", "application/x-www-form-urlencoded"),
            (b"{}", "application/json"),
            (b"email=" + b"&a=1" * 3000, "application/x-www-form-urlencoded"),
        ):
            answer = send(visitor, place, raw, content_type=kind)  # type: ignore[arg-type]
            assert 400 <= answer.status_code < 500, (raw[:20], answer.status_code)
    for path in (f"{place}?lang[]=x&email=" + "x" * 4000, f"{place}?utm_source=%ff%00"):
        assert get(visitor, path).status_code == 200


def test_where_the_owner_wants_them_next(api: Api, visitor: Client) -> None:
    values = {"name": "A", "redirect_url": "https://uno.mx/gracias?a=1&b=2", "thanks_text": "¡Listo!"}
    form = api.post("/forms", values).data
    page = get(visitor, f"/f/{form['api_key']}/thanks").content.decode()
    assert 'data-redirect="https://uno.mx/gracias?a=1&amp;b=2"' in page
    assert 'content="0; url=https://uno.mx/gracias?a=1&amp;b=2"' in page
    assert "¡Listo!" in page


def test_consent_holds_once_the_mail_is_answered(api: Api, visitor: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://crm.example"
    form = api.post("/forms", {"name": "Boletín", "double_opt_in": True, **CONSENT}).data
    place = f"/f/{form['api_key']}"
    page = get(visitor, place)
    assert "Acepto &lt;b&gt;recibir&lt;/b&gt;" in page.content.decode()
    sent = send(visitor, place, {**stamped(page), "email": "ana@uno.mx", "first_name": "Ana", "consent": "1"})
    assert sent.headers["Location"].endswith("&confirm=1")
    assert not ContactConsent.objects.exists()
    work = WorkItem.objects.get(task="marketing.ask_confirmation")
    assert outbox.run(work.pk)
    (told,) = mail.outbox
    assert told.to == ["ana@uno.mx"]
    link = re.search(r"https://crm.example(/f/confirm/\S+)", str(told.body))
    assert link is not None
    with untouched():
        assert "¿" in get(visitor, link[1]).content.decode()
    for _ in range(2):
        assert send(visitor, link[1], {}).status_code == 200
    consent = ContactConsent.objects.get()
    assert (consent.status, consent.text) == ("granted", CONSENT["consent_text"])
    row = FormSubmission.objects.get()
    assert row.confirmed_at is not None
    FormSubmission.objects.update(confirmed_at=None, created_at=row.created_at - timedelta(days=31))
    with untouched():
        assert send(visitor, link[1], {}).status_code == 404
