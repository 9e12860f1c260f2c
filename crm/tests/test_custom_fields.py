"""Fields that a tenant defines for its contacts: what may stand in them, at every door, and where they are seen."""

from collections.abc import Callable
from typing import Any

import pytest

from crm.actions.contacts import change_contact, create_contact
from crm.actions.custom_fields import (
    change_custom_field,
    create_custom_field,
    delete_custom_field,
    order_custom_fields,
)
from crm.actions.leads import Newcomer, take_in
from crm.models import Contact, CustomField
from leadercrm.core.errors import DomainError, Forbidden
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

KINDS: dict[str, dict[str, Any]] = {
    "talla": {"label": "Talla", "type": "choice", "choices": ["S", "M", "L"]},
    "edad": {"label": "Edad", "type": "number"},
    "cumple": {"label": "Cumpleaños", "type": "date", "key": "cumple"},
    "rfc": {"label": "RFC", "type": "rfc"},
    "apodo": {"label": "Apodo", "type": "text", "required": True},
}


@pytest.fixture
def fields(alfa: TestTenant) -> dict[str, CustomField]:
    return {key: create_custom_field(values, actor=alfa.actor()) for key, values in KINDS.items()}


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    return browser


def make(alfa: TestTenant, **custom: Any) -> Contact:
    return create_contact({"first_name": "Ana", "custom_fields": custom}, actor=alfa.actor())


def test_values_are_kept_in_one_form_and_unknown_keys_as_they_are(alfa: TestTenant, fields: Any) -> None:
    contact = make(alfa, talla="M", edad="1,234.50", cumple="2001-02-28", rfc="galm-850101 abc", otra={"a": [1]})
    assert contact.custom_fields == {
        "talla": "M", "edad": 1234.5, "cumple": "2001-02-28", "rfc": "GALM850101ABC", "otra": {"a": [1]},
    }  # fmt: skip
    change_contact(contact, {"custom_fields": {"edad": 40, "talla": None}}, actor=alfa.actor())
    contact.refresh_from_db()
    assert contact.custom_fields["edad"] == 40
    assert "talla" not in contact.custom_fields


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("talla", "XL"), ("talla", 1), ("edad", "many"), ("edad", True), ("edad", [1]), ("cumple", "28/02/2001"),
        ("cumple", "2001-02-30"), ("rfc", "ABC"), ("rfc", 5), ("apodo", 7), ("apodo", "x" * 1001), ("apodo", ""),
        ("apodo", None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_at_its_key(alfa: TestTenant, fields: Any, key: str, value: Any) -> None:
    contact = make(alfa, apodo="Nita")
    with untouched(), pytest.raises(DomainError) as refused:
        make(alfa, **{key: value})
    with untouched(), pytest.raises(DomainError) as refused_again:
        change_contact(contact, {"custom_fields": {key: value}}, actor=alfa.actor())
    assert list(refused.value.errors) == list(refused_again.value.errors) == [f"custom_fields.{key}"]


def test_without_definitions_the_api_takes_what_it_took(alfa: TestTenant) -> None:
    made = Api(alfa.tokens["admin"]).post("/contacts", {"first_name": "Ana", "custom_fields": {"talla": 5, "x": None}})
    assert made.status == 201
    assert made.data["custom_fields"] == {"talla": 5}


def test_the_api_refuses_by_the_definition_and_needs_no_field(alfa: TestTenant, fields: Any) -> None:
    api = Api(alfa.tokens["admin"])
    assert api.post("/contacts", {"first_name": "Ana"}).status == 201
    with untouched():
        refused = api.post("/contacts", {"first_name": "Ana", "custom_fields": {"talla": "XL"}})
    assert refused.status == 422
    assert list(refused.errors) == ["custom_fields.talla"]


def test_a_lead_is_not_lost_by_what_does_not_fit(alfa: TestTenant, fields: Any) -> None:
    columns = {"first_name": "Eva", "custom_fields": {"talla": "XL", "edad": "41", "libre": "sí"}}
    newcomer = Newcomer("eva@ejemplo.mx", "", columns)
    lead = take_in(newcomer, source="web", choose=lambda: None, actor=alfa.actor())
    assert lead.contact.custom_fields == {"edad": 41, "libre": "sí"}


def test_forms_and_pages_have_them_with_their_inputs(browser: Browser, alfa: TestTenant, fields: Any) -> None:
    form = browser.get("/contacts/new").content.decode()
    assert 'name="custom_fields.talla"' in form
    assert 'name="custom_fields.cumple" value="" type="date"' in form
    with untouched():
        lacking = browser.fill("/contacts/new", first_name="Luz")
    assert lacking.status_code == 422
    assert "f-custom_fields.apodo-error" in lacking.content.decode()
    browser.fill("/contacts/new", first_name="Luz", **{"custom_fields.apodo": "Lu", "custom_fields.talla": "L"})
    contact = Contact.objects.get(first_name="Luz")
    assert contact.custom_fields == {"apodo": "Lu", "talla": "L"}
    change_contact(contact, {"custom_fields": {"viejo": "sí"}}, actor=alfa.actor())
    browser.fill(f"/contacts/{contact.pk}/fields/custom_fields.edad", **{"custom_fields.edad": "33"})
    contact.refresh_from_db()
    assert contact.custom_fields == {"apodo": "Lu", "talla": "L", "edad": 33, "viejo": "sí"}
    page = browser.get(f"/contacts/{contact.pk}").content.decode()
    assert "<dt>viejo</dt><dd>sí</dd>" in page
    assert "fact-custom_fields-talla" in page


def test_definitions_are_made_ordered_changed_and_deleted_on_pages(browser: Browser, alfa: TestTenant) -> None:
    browser.fill("/settings/fields/new", label="Número de cliente", type="number")
    browser.fill("/settings/fields/new", label="Talla", type="choice", choices="S\n\n M \nL")
    first, second = CustomField.objects.order_by("position")
    assert (first.key, second.key, second.choices) == ("numero_de_cliente", "talla", ["S", "M", "L"])
    browser.get("/settings/fields")
    browser.post("/settings/fields", {"up": str(second.pk)})
    assert list(CustomField.objects.order_by("position").values_list("key", flat=True)) == [
        "talla",
        "numero_de_cliente",
    ]
    browser.fill(f"/settings/fields/{second.pk}", label="Tamaño", required="on")
    second.refresh_from_db()
    assert (second.label, second.key, second.required) == ("Tamaño", "talla", True)
    with untouched():
        assert browser.fill("/settings/fields/new", label="Otra", type="choice").status_code == 422
        assert browser.fill("/settings/fields/new", label="Otra", key="talla").status_code == 422
        assert browser.fill("/settings/fields/new", label="123").status_code == 422
    contact = make(alfa, talla="S")
    browser.post(f"/settings/fields/{second.pk}/delete")
    contact.refresh_from_db()
    assert contact.custom_fields == {"talla": "S"}


@pytest.mark.parametrize("role", ["manager", "sales", "viewer"])
def test_only_administrators_define_them(alfa: TestTenant, fields: dict[str, CustomField], role: str) -> None:
    field, actor = fields["talla"], alfa.actor(role)
    refusals: list[Callable[[], object]] = [
        lambda: create_custom_field({"label": "X"}, actor=actor),
        lambda: change_custom_field(field, {"label": "X"}, actor=actor),
        lambda: delete_custom_field(field, actor=actor),
        lambda: order_custom_fields([], actor=actor),
    ]
    for refused in refusals:
        with untouched(), pytest.raises(Forbidden):
            refused()
    with untouched(), pytest.raises(DomainError):
        order_custom_fields([field.pk], actor=alfa.actor())
