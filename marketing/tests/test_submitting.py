"""What forms on websites send: the published answer, whom it makes and finds, and what it refuses."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import Activity, Contact, Note
from leadercrm.accounts.models import User
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound, visiting
from leadercrm.core.workdays import is_working_day
from leadercrm.notifications.models import Notification
from marketing.models import ConsentStatus, ContactConsent, Form, FormSubmission

CARLOS = {
    "first_name": "Carlos",
    "last_name": "Martinez Diaz",
    "email": "cmartinez@miempresa.mx",
    "phone": "+52 33 1234 5678",
    "message": "Me interesa conocer sus servicios de consultoria.",
}


@pytest.fixture
def form(api: Api) -> dict[str, Any]:
    made: dict[str, Any] = api.post("/forms", {"name": "Sitio"}).data
    return made


def submit(form: dict[str, Any], body: Any, **kwargs: Any) -> Answer:
    return Api().call("POST", f"/api/forms/{form['api_key']}/submit", body, **kwargs)


def test_the_published_example_makes_a_contact_that_is_not_forgotten(
    form: dict[str, Any], api: Api, alfa: TestTenant
) -> None:
    answer = submit(form, CARLOS)
    assert answer.status == 201
    assert set(answer.json) == {"success", "submission_id", "contact_id", "assigned_to"}
    assert answer.json["success"] is True
    contact = api.get("/contacts", search="cmartinez@miempresa.mx").data[0]
    assert (contact["id"], contact["source"], contact["lifecycle_stage"]) == (answer.json["contact_id"], "form", "lead")
    assert contact["owner_name"] == answer.json["assigned_to"]
    assert [note["body"] for note in api.get(f"/contacts/{contact['id']}/notes").data] == [CARLOS["message"]]
    task = Activity.objects.get(contact_id=contact["id"])
    assert (task.type, task.user_id, task.status) == ("call", contact["owner_id"], "pending")
    assert task.due_at is not None
    assert task.due_at > timezone.now()
    told = Notification.objects.filter(user_id=contact["owner_id"]).values_list("type", "url")
    assert sorted(told) == [(kind, f"/contacts/{contact['id']}") for kind in ("form_submission", "lead_assigned")]
    kept = api.get(f"/forms/{form['id']}/submissions").data[0]
    assert (kept["id"], kept["payload"], kept["made_contact"]) == (answer.json["submission_id"], CARLOS, True)


def test_who_is_known_is_found_by_email_then_by_phone_and_not_overwritten(form: dict[str, Any], api: Api) -> None:
    owner = api.get("/auth/me").data["id"]
    known = {"first_name": "Ana", "emails": [{"email": "ana@uno.mx"}], "phones": [{"phone": "55 1234 5678"}]}
    ana = api.post("/contacts", {**known, "owner_id": owner}).data
    other = api.post("/contacts", {"first_name": "Eva", "phones": [{"phone": "81 8888 0000"}], "owner_id": None}).data
    before = api.get(f"/contacts/{ana['id']}").data
    told = {"first_name": "Otra", "email": "ANA@uno.mx", "phone": "81 8888 0000"}
    first, second = submit(form, told), submit(form, {**told, "email": "nueva@uno.mx", "phone": "044 55 1234 5678"})
    assert first.json["contact_id"] == second.json["contact_id"] == ana["id"]
    assert api.get(f"/contacts/{ana['id']}").data == before
    assert submit(form, {"phone": "+52 81 8888 0000"}).json["contact_id"] == other["id"]
    assert api.get(f"/contacts/{other['id']}").data["owner_id"] is not None
    assert [row["contact_id"] for row in api.get(f"/forms/{form['id']}/submissions").data] == [
        other["id"], ana["id"], ana["id"],
    ]  # fmt: skip
    assert Contact.objects.count() == 2
    assert Activity.objects.filter(contact_id=ana["id"]).count() == 1  # who has been told to call calls once
    api.delete(f"/contacts/{ana['id']}")
    assert submit(form, told).json["contact_id"] == other["id"]


def test_turns_are_taken_by_those_who_are_there(form: dict[str, Any], api: Api, alfa: TestTenant) -> None:
    def come(number: int) -> str | None:
        name: str | None = submit(form, {"email": f"p{number}@uno.mx"}).json["assigned_to"]
        return name

    sellers = list(User.objects.exclude(role="viewer").order_by("pk").values_list("name", flat=True))
    assert [come(number) for number in range(4)] == [*sellers, sellers[0]]
    today = timezone.localdate()
    away = {"absent_from": str(today - timedelta(days=1)), "absent_until": str(today + timedelta(days=1))}
    assert Api(alfa.tokens["manager"]).put(f"/users/{alfa.users['manager']}", away).status == 200
    api.post(f"/users/{alfa.users['sales']}/deactivate")
    assert [come(number) for number in range(4, 6)] == ["Admin Alfa", "Admin Alfa"]
    assert api.put(f"/forms/{form['id']}", {"assignment": "owner", "owner_id": alfa.users["manager"]}).status == 200
    assert come(6) == "Admin Alfa"  # the form's own is away
    api.put(f"/users/{alfa.users['manager']}", {"absent_until": str(today - timedelta(days=1))})
    assert [come(number) for number in range(7, 9)] == ["Manager Alfa"] * 2
    api.put(f"/forms/{form['id']}", {"names_owner": False})
    assert come(9) is None
    with untouched():
        wrong = api.put(f"/users/{alfa.users['manager']}", {"absent_until": str(today - timedelta(days=9))})
    assert list(wrong.errors) == ["absent_until"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_web_forms_are_taken_as_they_are(form: dict[str, Any], content_type: str, api: Api) -> None:
    fields = [
        ("email", "eva@uno.mx"), ("first_name", "Eva Ñ"), ("tema", "a"), ("tema", "b"), ("utm_source", "google"),
        ("page_url", "https://uno.mx/x"), ("referrer", "javascript:alert(1)"),
    ]  # fmt: skip
    if content_type.startswith("multipart"):
        part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
        raw = ("".join(part.format(*pair) for pair in fields) + "--x--\r\n").encode()
    else:
        raw = "&".join(f"{name}={value}" for name, value in fields).replace(" ", "+").encode()
    assert submit(form, None, raw=raw, content_type=content_type).status == 201
    kept = api.get(f"/forms/{form['id']}/submissions").data[0]
    assert kept["payload"] == {"email": "eva@uno.mx", "first_name": "Eva Ñ", "tema": ["a", "b"]}
    assert kept["origin"] == {"utm_source": "google", "page_url": "https://uno.mx/x"}
    assert kept["name"] == "Eva Ñ"


BAD: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"email", "phone"}),
    ({"first_name": "Ana", "phone": "12"}, {"phone"}),
    ({"email": "no"}, {"email"}),
    ({"email": "a@b.mx", "first_name": "x" * 256}, {"first_name"}),
    ({"email": ["a@b.mx", "c@d.mx"]}, {"email"}),
    ({"email": {"a": 1}}, {"email"}),
    ({"email": True}, {"email"}),
]
RAW = [
    (b"{", "application/json"), (b'{"email":"a\\u0000@b.mx"}', "application/json"), (b"[]", "application/json"),
    (b"\xff", "text/plain"), (b"email=a%00@b.mx", "application/x-www-form-urlencoded"),
    (b"--x\r\n", "multipart/form-data"), (b"x" * 33_000, "application/x-www-form-urlencoded"),
    (b"email=" + b"&a=1" * 3000, "application/x-www-form-urlencoded"),
    (b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nq\r\n--x--\r\n',
     "multipart/form-data; boundary=x"),
]  # fmt: skip


def test_what_is_wrong_is_refused_without_a_trace(form: dict[str, Any], api: Api) -> None:
    with untouched():
        for body, fields in BAD:
            answer = submit(form, body)
            assert (answer.status, answer.json["success"], set(answer.errors)) == (422, False, fields), answer
        for raw, kind in RAW:
            answer = submit(form, None, raw=raw, content_type=kind)
            assert (answer.status, answer.json["success"]) == (422, False), (raw[:50], answer)
        for key in ("nobody", "x" * 5000, "ñ", "%00", form["api_key"].upper(), form["api_key"][:-1]):
            answer = Api().call("POST", f"/api/forms/{key}/submit", CARLOS)
            assert answer.status == 404, answer
        assert set(answer.json) == {"success", "message", "code", "hint", "request_id"}
        for method in ("GET", "PUT", "DELETE"):
            assert Api().call(method, f"/api/forms/{form['api_key']}/submit").status == 405
    api.put(f"/forms/{form['id']}", {"is_active": False})
    with untouched():
        assert submit(form, CARLOS).status == 404


def test_wrong_keys_cost_one_statement_whatever_they_are(form: dict[str, Any]) -> None:
    key = form["api_key"]

    def cost(wrong: str) -> int:
        return len(statements_of(lambda: Api().call("POST", f"/api/forms/{wrong}/submit", CARLOS)))

    costs = [cost(wrong) for wrong in ("x", key[:-1] + "_", key + "x")]
    assert costs == [1, 1, 1]


def test_keys_are_rotated_and_deleted(form: dict[str, Any], api: Api) -> None:
    changed = api.post(f"/forms/{form['id']}/rotate-key").data
    assert changed["api_key"] != form["api_key"]
    assert len(changed["api_key"]) >= 32
    with untouched():
        assert submit(form, CARLOS).status == 404
    assert submit(changed, CARLOS).status == 201
    api.delete(f"/forms/{form['id']}")
    with untouched():
        assert submit(changed, CARLOS).status == 404
    assert FormSubmission.objects.count() == 1


def test_other_sites_may_send_here_and_nowhere_else(form: dict[str, Any]) -> None:
    place, client = f"/api/forms/{form['api_key']}/submit", Client()
    asks = {"Origin": "https://uno.mx", "Access-Control-Request-Method": "POST"}
    with unbound():
        preflight = client.options(place, headers=asks)
        others = [client.options(path, headers=asks) for path in ("/api/v1/contacts", "/api/v1/forms", "/api/forms/x")]
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert {"Content-Type", "Idempotency-Key"} <= {*preflight.headers["Access-Control-Allow-Headers"].split(", ")}
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    for answer in (submit(form, CARLOS), submit(form, {}), Api().post("/api/forms/x/submit", CARLOS)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for other in others:
        assert "Access-Control-Allow-Origin" not in other.headers


def test_spam_is_kept_and_makes_nobody(form: dict[str, Any], api: Api) -> None:
    answer = submit(form, {**CARLOS, "_homepage": "http://spam.example"})
    assert answer.json == {
        "success": True, "submission_id": answer.json["submission_id"], "contact_id": None, "assigned_to": None,
    }  # fmt: skip
    row = api.get(f"/forms/{form['id']}/submissions", status="spam").data[0]
    assert (row["suspicion"], row["contact_id"], row["payload"]) == ("honeypot", None, CARLOS)
    assert not Contact.objects.exists()
    assert (Form.objects.get().submissions_count, Form.objects.get().spam_count) == (1, 1)


def test_consent_is_kept_in_the_words_of_the_day(api: Api) -> None:
    words = {"consent_text": "Acepto recibir noticias.", "consent_version": "2", "consent_required": True}
    form = api.post("/forms", {"name": "Boletín", **words}).data
    with untouched():
        assert list(submit(form, CARLOS).errors) == ["consent"]
    contact = submit(form, {**CARLOS, "consent": True}).json["contact_id"]
    consent = ContactConsent.objects.get(contact_id=contact)
    assert (consent.status, consent.text, consent.text_version) == ("granted", "Acepto recibir noticias.", "2")
    assert consent.source == "form: Boletín"
    ContactConsent.objects.update(status=ConsentStatus.WITHDRAWN)
    api.put(f"/forms/{form['id']}", {"consent_text": "Otro texto"})
    submit(form, {**CARLOS, "consent": "on"})
    assert ContactConsent.objects.get().status == "withdrawn"  # whoever types in the address may be anybody
    rows = api.get(f"/forms/{form['id']}/submissions").data
    assert [row["consent_text"] for row in rows] == ["Otro texto", "Acepto recibir noticias."]


def test_a_key_is_its_tenant_s_alone(form: dict[str, Any], stranger: Api, beta: TestTenant, api: Api) -> None:
    theirs = stranger.post("/forms", {"name": "Ajeno"}).data
    with visiting(beta), untouched(shared=False):
        contact = submit_bound(form)
    assert api.get("/contacts", search="cmartinez").data[0]["id"] == contact
    assert stranger.get("/contacts").data == []
    submit(theirs, {"email": "b@beta.mx"})
    assert [row["emails"][0]["email"] for row in stranger.get("/contacts").data] == ["b@beta.mx"]
    assert stranger.get(f"/forms/{theirs['id']}/submissions").json["meta"]["total"] == 1


def submit_bound(form: dict[str, Any]) -> int:
    contact: int = submit(form, CARLOS).json["contact_id"]
    return contact


def test_fields_are_mapped_and_the_rest_is_kept(api: Api) -> None:
    def field(key: str, kind: str = "text", maps_to: str | None = None, **more: Any) -> dict[str, Any]:
        return {"key": key, "label": key, "kind": kind, "maps_to": maps_to, **more}

    fields = [
        field("nombre", maps_to="full_name", required=True), field("correo", "email", "email"),
        field("puesto", maps_to="job_title"), field("rfc", maps_to="custom_fields.rfc"),
        field("interes", "multi_select", choices=["CRM", "ERP"]), field("talla", "select", choices=["S", "M"]),
        field("dia", "date"), field("cuantos", "number"), field("si", "checkbox", required=True),
    ]  # fmt: skip
    form = api.post("/forms", {"name": "A", "fields": fields}).data
    sent = {
        "nombre": "Ana María López Gil", "correo": "ana@uno.mx", "puesto": "Dueña", "rfc": "X", "interes": ["CRM"],
        "talla": "M", "dia": "2026-01-31", "cuantos": 3, "si": True, "extra": {"a": [1]},
    }  # fmt: skip
    contact = api.get(f"/contacts/{submit(form, sent).json['contact_id']}").data
    assert (contact["first_name"], contact["last_name"], contact["job_title"]) == ("Ana", "María López Gil", "Dueña")
    assert contact["custom_fields"] == {"rfc": "X"}
    row = api.get(f"/forms/{form['id']}/submissions").data[0]
    assert row["payload"] == {**sent, "cuantos": "3"}
    wrong = {
        "correo": "ana@uno.mx", "interes": ["SAP"], "talla": "L", "dia": "31/01/2026", "cuantos": "tres", "si": "no",
    }  # fmt: skip
    with untouched():
        refused = submit(form, wrong)
    assert set(refused.errors) == {"nombre", "interes", "talla", "dia", "cuantos", "si"}
    assert Note.objects.count() == 0


@pytest.mark.limits
def test_limits_are_by_key_and_address(form: dict[str, Any]) -> None:
    def come(number: int, address: str) -> Answer:
        return submit(form, {"email": f"p{number}@uno.mx"}, environ={"REMOTE_ADDR": address})

    answers = [come(number, "10.1.1.1") for number in range(32)]
    assert [answer.status for answer in answers] == [201] * 30 + [429] * 2
    assert (answers[-1].json["success"], "Retry-After" in answers[-1].headers) == (False, True)
    assert come(40, "10.1.1.2").status == 201
    same = [submit(form, {"email": "p@uno.mx"}, environ={"REMOTE_ADDR": f"10.2.2.{n}"}).status for n in range(11)]
    assert same == [201] * 10 + [429]


def test_days_of_rest_are_no_working_days() -> None:
    rest = ["2026-01-01", "2026-02-02", "2026-03-16", "2026-05-01", "2026-09-16", "2026-11-16", "2026-12-25"]
    days = [date.fromisoformat(day) for day in [*rest, "2030-10-01", "2026-11-21"]]
    assert [is_working_day(day) for day in days] == [False] * 9
    assert is_working_day(date(2026, 11, 23))
