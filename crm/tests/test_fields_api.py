"""Each field's limits (contract, section 11), over HTTP. What is refused leaves everything as it was."""

from typing import Any

import pytest

from leadercrm.api.tests.crm_operations import COMPANY, CONTACT, NOTE
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched

BODIES: dict[str, dict[str, Any]] = {"/contacts": CONTACT, "/companies": COMPANY, "/notes": NOTE}
LENGTHS = [
    *(("/contacts", name, 255) for name in ("first_name", "last_name", "job_title", "source", "city", "country")),
    *(("/companies", name, 255) for name in ("name", "domain", "industry")),
    ("/companies", "tax_id", 100), ("/companies", "employee_range", 50), ("/companies", "phone", 50),
]  # fmt: skip
TEXTS = [(path, name) for path, name, _most in LENGTHS] + [("/notes", "body"), ("/contacts", "lifecycle_stage")]
REQUIRED = [("/contacts", "first_name"), ("/companies", "name"), ("/notes", "body")]
IDS = [("/contacts", "owner_id"), ("/contacts", "company_id"), ("/companies", "owner_id")]
NO_TEXTS: tuple[Any, ...] = (5, 1.5, True, [], ["a"], {}, {"a": 1})
NO_IDS: tuple[Any, ...] = (0, -1, 1.5, -1.0, 1e19, 1e300, "abc", "١", "1.0", "1e3", "", True, [], {}, 2**63, "9" * 30)
NO_FIGURES: tuple[Any, ...] = (
    -1,
    -0.01,
    "abc",
    "١",
    "1e5",
    "NaN",
    "1,000",
    True,
    [],
    {},
    10**17,
    0.001,
    "0.001",
    "1" * 40,
)
NO_FLAGS: tuple[Any, ...] = (2, "yes", "", [], {}, None, "TRUE ", 1.5)
NO_EMAILS = ("a", "a@", "@b.mx", "a b@c.mx", "a@b", "a@b..mx", "a@@b.mx", "<a@b.mx>", "a@b.mx,c@d.mx", "a\n@b.mx",
             "a@localhost")  # fmt: skip
EMAILS = ("ana@oficina.local", "ana@alfa.test", "ana@sub.alfa.invalid", "ana+crm@alfa.example", "josé@ñandú.mx")


def send(api: Api, path: str, **values: Any) -> Answer:
    """A create with these values in an otherwise good body."""
    body = {**BODIES[path], **values}
    return api.post(_place(api) if path == "/notes" else path, body)


def _place(api: Api) -> str:
    known = api.get("/contacts").data
    contact = known[0]["id"] if known else api.post("/contacts", {"first_name": "Ana"}).data["id"]
    return f"/contacts/{contact}/notes"


def refused(api: Api, path: str, field: str | None = None, **values: Any) -> Answer:
    """The same, refused on create and on update alike, without a trace."""
    made = send(api, path).data["id"]
    place = _place(api) if path == "/notes" else path
    with untouched():
        answer = send(api, path, **values)
        changed = api.put(f"{place}/{made}", values)
    for one in (answer, changed):
        assert (one.status, set(one.errors)) == (422, {field or next(iter(values))}), (values, one)
        assert one.json["message"] == next(iter(one.errors.values()))[0]
    return answer


@pytest.mark.parametrize(("path", "name", "most"), LENGTHS)
def test_longest_text(api: Api, path: str, name: str, most: int) -> None:
    for letter in ("a", "ñ", "😀"):
        assert send(api, path, **{name: letter * most}).data[name] == letter * most
        refused(api, path, **{name: letter * (most + 1)})


@pytest.mark.parametrize(("path", "name"), REQUIRED)
def test_required(api: Api, path: str, name: str) -> None:
    for nothing in (None, "", "   "):
        refused(api, path, **{name: nothing})
    body = {key: value for key, value in BODIES[path].items() if key != name}
    place = _place(api) if path == "/notes" else path
    with untouched():
        assert set(api.post(place, body).errors) == {name}
        assert set(api.post(place, {}).errors) == {name}
        assert set(api.post(place).errors) == {name}


@pytest.mark.parametrize(("path", "name"), TEXTS)
def test_texts_are_texts(api: Api, path: str, name: str) -> None:
    for value in NO_TEXTS:
        refused(api, path, **{name: value})


@pytest.mark.parametrize(("path", "name"), IDS)
def test_ids_are_ids_of_rows_that_exist(api: Api, stranger: Api, path: str, name: str) -> None:
    for value in NO_IDS:
        refused(api, path, **{name: value})
    unknown: tuple[Any, ...] = (999999999, 2**63 - 1, "999999999")
    for value in unknown:
        assert refused(api, path, **{name: value}).json["code"] == "unknown_reference"


def test_owner_is_an_active_user_of_this_tenant(api: Api, alfa: Any, beta: Any) -> None:
    for path in ("/contacts", "/companies"):
        for written in (str, float):  # 3.0 is an integer to JSON Schema, and to whoever exports a column with gaps
            owner_id = send(api, path, owner_id=written(alfa.users["viewer"])).data["owner_id"]
            assert (owner_id, type(owner_id)) == (alfa.users["viewer"], int)
        refused(api, path, owner_id=beta.users["admin"])


def test_company_of_another_tenant(api: Api, stranger: Api) -> None:
    for _number in range(3):
        foreign = stranger.post("/companies", {"name": "Theirs"}).data["id"]
    if api.get(f"/companies/{foreign}").status == 404:
        refused(api, "/contacts", company_id=foreign)


def test_stage_is_one_of_a_set(api: Api) -> None:
    for stage in ("lead", "prospect", "opportunity", "customer", "churned", "other"):
        assert send(api, "/contacts", lifecycle_stage=stage).data["lifecycle_stage"] == stage
    for stage in ("Lead", "leads", "", "cliente", "App\\Models\\Contact"):
        refused(api, "/contacts", lifecycle_stage=stage)
    text = refused(api, "/contacts", lifecycle_stage="nope").errors["lifecycle_stage"][0]
    assert all(stage in text for stage in ("lead", "prospect", "customer", "other"))


def test_revenue_is_a_figure(api: Api) -> None:
    for value in NO_FIGURES:
        refused(api, "/companies", annual_revenue=value)
    assert send(api, "/companies", annual_revenue="12.50").data["annual_revenue"] == 12.5


def test_pin_is_a_flag(api: Api) -> None:
    for value in NO_FLAGS:
        refused(api, "/notes", is_pinned=value)
    for value, shown in ((True, True), ("1", True), (0, False), ("false", False)):
        assert send(api, "/notes", is_pinned=value).data["is_pinned"] is shown


@pytest.mark.parametrize("value", EMAILS)
def test_addresses_need_no_public_mail_server(api: Api, value: str) -> None:
    assert send(api, "/contacts", emails=[{"email": value.upper()}]).data["primary_email"] == value


@pytest.mark.parametrize("value", NO_EMAILS)
def test_addresses_are_addresses(api: Api, value: str) -> None:
    refused(api, "/companies", email=value)
    refused(api, "/contacts", "emails.1.email", emails=[{"email": "a@b.mx"}, {"email": value}])


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("emails", "a@b.mx", "emails"), ("emails", {"email": "a@b.mx"}, "emails"), ("emails", None, "emails"),
        ("emails", ["a@b.mx"], "emails.0"), ("emails", [{}], "emails.0.email"), ("emails", [None], "emails.0"),
        ("emails", [{"email": None}], "emails.0.email"), ("emails", [{"email": 5}], "emails.0.email"),
        ("emails", [{"email": "a@b.mx", "type": 5}], "emails.0.type"),
        ("emails", [{"email": "a@b.mx", "type": "x" * 31}], "emails.0.type"),
        ("emails", [{"email": f"a{number}@b.mx"} for number in range(21)], "emails"),
        ("phones", "5512345678", "phones"), ("phones", ["5512345678"], "phones.0"), ("phones", [{}], "phones.0.phone"),
        ("phones", [{"phone": "1" * 51}], "phones.0.phone"), ("phones", [{"phone": ""}], "phones.0.phone"),
        ("phones", [{"phone": 5512345678}], "phones.0.phone"), ("phones", [{"phone": "1"}] * 21, "phones"),
        ("custom_fields", [], "custom_fields"), ("custom_fields", "a", "custom_fields"),
        ("custom_fields", None, "custom_fields"), ("custom_fields", {"k" * 101: 1}, "custom_fields"),
        ("custom_fields", {str(number): 1 for number in range(101)}, "custom_fields"),
        ("custom_fields", {"a": "x" * 20_000}, "custom_fields"),
    ],
)  # fmt: skip
def test_nested_errors_have_dotted_names(api: Api, name: str, value: Any, error: str) -> None:
    refused(api, "/contacts", error, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("emails", "a@b.mx", "Debe ser una lista."), ("custom_fields", [], "Debe ser un objeto."),
        ("emails", ["a@b.mx"], "Debe ser un objeto con las claves: email, type."),
        ("phones", ["5512345678"], "Debe ser un objeto con las claves: phone, type."),
    ],
)  # fmt: skip
def test_wrong_shapes_are_told_in_words_of_json(api: Api, name: str, value: Any, text: str) -> None:
    answer = api.post("/contacts", {"first_name": "A", name: value})
    assert [*answer.errors.values()] == [[text]]


def test_custom_fields_stay_within_their_limit_when_merged(api: Api) -> None:
    made = api.post("/contacts", {"first_name": "A", "custom_fields": {str(number): 1 for number in range(100)}}).data
    with untouched():
        answer = api.put(f"/contacts/{made['id']}", {"custom_fields": {"one more": 1}})
    assert (answer.status, set(answer.errors)) == (422, {"custom_fields"})


def test_several_errors_come_together(api: Api) -> None:
    with untouched():
        answer = api.post("/contacts", {"first_name": "", "emails": [{"email": "x"}], "owner_id": "abc"})
    assert set(answer.errors) == {"first_name", "emails.0.email", "owner_id"}


def test_spaces_around_texts_are_taken_off(api: Api) -> None:
    made = send(api, "/contacts", first_name="  Ana ", city="  ").data
    assert (made["first_name"], made["city"]) == ("Ana", None)
