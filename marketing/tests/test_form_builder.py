"""The back office's pages of forms: the builder, the code for websites, and what was sent."""

import re
from typing import Any

import pytest

from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from marketing.actions.forms import create_form
from marketing.models import Form, FormSubmission

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


@pytest.fixture
def form(alfa: TestTenant) -> Form:
    return create_form({"name": "Sitio", "source": "web"}, actor=alfa.actor())


def lines(*fields: dict[str, Any]) -> dict[str, Any]:
    """A builder's inputs for these lines, in place of those that are there."""
    inputs: dict[str, Any] = {"field": [f"n{number}" for number in range(len(fields))]}
    for number, line in enumerate(fields):
        inputs.update({f"field.n{number}.{name}": value for name, value in line.items()})
    return inputs


def submit(form: Form, body: dict[str, Any]) -> Any:
    return Api().post(f"/api/forms/{form.api_key}/submit", body).json


@pytest.mark.parametrize("path", ["/forms", "/forms/new"])
def test_a_page_is_whole_for_the_browser_and_a_part_for_htmx(browser: Browser, path: str) -> None:
    whole = browser.get(path)
    assert (whole.status_code, b"<html" in whole.content) == (200, True)
    assert b" style=" not in whole.content
    assert b"<html" not in browser.get(path, headers=PART).content


def test_a_form_is_built_of_lines_in_the_order_of_their_places(browser: Browser) -> None:
    built = lines(
        {"label": "¿Qué día?", "kind": "date", "place": "3"},
        {"label": "Correo", "kind": "email", "maps_to": "email", "required": "on", "place": "1"},
        {"label": "Talla", "kind": "select", "choices": "S\r\n M \r\n\r\n", "place": "2"},
        {"label": "RFC", "maps_to": "custom_fields.", "custom": "rfc", "place": "x"},
        {"label": "¿Qué día?", "place": "99999999999999999999"},
        {"label": "Consent", "place": "4"},
        {"label": "", "place": "5"},
    )
    made = browser.fill("/forms/new", name="Feria", title="Hola", is_active="on", **built)
    assert made.status_code == 303, made.content.decode()
    form = Form.objects.get()
    assert made["Location"] == f"/forms/{form.pk}"
    assert [(field["key"], field["maps_to"], field["required"]) for field in form.fields] == [
        ("email", "email", True), ("talla", None, False), ("que_dia", None, False), ("consent_2", None, False),
        ("rfc", "custom_fields.rfc", False), ("que_dia_2", None, False),
    ]  # fmt: skip
    assert form.fields[1]["choices"] == ["S", "M"]
    assert (form.assignment, form.min_seconds, form.is_active) == ("round_robin", 2, True)
    edit = browser.get(f"/forms/{form.pk}/edit").content.decode()
    assert 'value="¿Qué día?"' in edit
    assert 'value="rfc"' in edit
    again = browser.fill(f"/forms/{form.pk}/edit", title="", field=[str(place) for place in range(1, 8)])
    assert again.status_code == 303
    before = form.fields
    form.refresh_from_db()
    assert (form.title, form.fields) == ("", before)


def test_what_a_line_lacks_is_told_where_it_stands(browser: Browser) -> None:
    wrong = lines(
        {"label": "Correo", "kind": "email", "maps_to": "email"},
        {"label": "Talla", "kind": "select", "choices": ""},
        {"label": "Otra", "key": "Mayúscula"},
        {"label": "Rara", "kind": "nope", "maps_to": "pk"},
        {"label": "Sin nombre", "maps_to": "custom_fields.", "custom": ""},
    )
    with untouched():
        refused = browser.fill("/forms/new", name="Mala", redirect_url="javascript:alert(1)", **wrong)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert text.count('class="ff is-wrong"') == 4
    assert "Indique entre qué se puede elegir." in text
    assert 'value="Mayúscula"' in text
    for hostile in (lines(*[{"label": "x"}] * 300), lines({"label": "x" * 5000}), lines({"label": "Solo texto"})):
        with untouched():
            assert browser.fill("/forms/new", name="Mala", **hostile).status_code == 422
    assert not Form.objects.exists()


def test_the_form_is_seen_while_it_is_written(browser: Browser) -> None:
    built = lines(
        {"label": HOSTILE, "kind": "email"}, {"label": "Talla", "kind": "nope"}, {"label": "Foto", "kind": ""}
    )
    with untouched():
        seen = browser.fill("/forms/new", to="/forms/draft", name="Feria", title=HOSTILE, consent_text=HOSTILE, **built)
    text = seen.content.decode()
    assert "<script>" not in text
    assert text.count("&lt;script&gt;") >= 3
    assert "Foto" in text
    assert "Talla" not in text
    assert seen["X-Frame-Options"] == "SAMEORIGIN"
    assert seen["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_code_for_websites_and_what_was_sent(browser: Browser, form: Form) -> None:
    page = f"/forms/{form.pk}"
    sent = submit(form, {"first_name": "Ana", "email": "ana@uno.mx", "utm_source": "google", "extra": {"a": [HOSTILE]}})
    submit(form, {"email": "robot@uno.mx", "_homepage": "x"})
    text = browser.get(page).content.decode()
    assert f"data-form=&quot;{form.api_key}&quot;" in text
    assert f"/api/forms/{form.api_key}/submit" in text
    assert "ana@uno.mx" in text
    assert "Nuevo contacto" in text
    assert browser.get(f"{page}?status=spam", headers={**PART, "HX-Target": "div#list"}).content.count(b"data-row") == 1
    one = browser.get(f"/forms/submissions/{sent['submission_id']}").content.decode()
    assert "google" in one
    assert "<script>alert" not in one
    assert f'href="/contacts/{sent["contact_id"]}"' in one
    spam = FormSubmission.objects.get(status="spam")
    assert "No se creó ningún contacto" in browser.get(f"/forms/submissions/{spam.pk}").content.decode()


def test_it_is_closed_opened_given_another_key_and_deleted(browser: Browser, form: Form) -> None:
    page, key = f"/forms/{form.pk}", form.api_key
    for is_active in ("0", "1"):
        assert browser.fill(page, to=f"{page}/switch", is_active=is_active).status_code == 303
        form.refresh_from_db()
        assert form.is_active == (is_active == "1")
    assert browser.fill(page, to=f"{page}/rotate").status_code == 303
    form.refresh_from_db()
    assert form.api_key != key
    assert form.api_key in browser.get(page).content.decode()
    assert browser.fill(page, to=f"{page}/delete").status_code == 303
    assert browser.get(page).status_code == 404


def test_pages_cost_the_same_for_one_row_and_for_many(browser: Browser, form: Form, alfa: TestTenant) -> None:
    def cost(path: str) -> int:
        return len(statements_of(lambda: browser.get(path)))

    paths = ("/forms", f"/forms/{form.pk}")
    submit(form, {"email": "uno@uno.mx"})
    few = [cost(path) and cost(path) for path in paths]
    for number in range(15):
        create_form({"name": f"F{number}"}, actor=alfa.actor())
        submit(form, {"email": f"p{number}@uno.mx"})
    assert [cost(path) and cost(path) for path in paths] == few


def test_each_tenant_and_each_role_sees_its_own(browser: Browser, form: Form, beta: TestTenant) -> None:
    sent = submit(form, {"email": "ana@uno.mx"})["submission_id"]
    paths = (f"/forms/{form.pk}", f"/forms/{form.pk}/edit", f"/forms/submissions/{sent}", "/forms/99999999999999999999")
    other = Browser()
    other.log_in("admin@beta.example.com", site="/")
    assert {other.get(path).status_code for path in paths} == {404}
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    text = viewer.get(paths[0]).content.decode()
    assert not re.search(r"/forms/\d+/(edit|rotate|delete|switch)", text)
    with untouched():
        for act in ("switch", "rotate", "delete"):
            assert viewer.post(f"{paths[0]}/{act}", {"is_active": "0"}).status_code == 403
        assert [viewer.get(path).status_code for path in ("/forms/new", paths[1])] == [403, 403]
