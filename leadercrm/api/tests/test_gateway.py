"""The way in: JSON everywhere, error bodies, languages, headers."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import translation

from leadercrm.api.handler import Application
from leadercrm.api.tests.operations import operations
from leadercrm.core.database import connection
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound

SPANISH = "Este campo es requerido."
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def test_unauthenticated_is_always_the_same(api: Api, anonymous: Api) -> None:
    known = operations(api)
    with untouched():
        for operation in known:
            if not operation.public:
                answer = anonymous.call(operation.method, operation.path, operation.body)
                assert answer.status == 401
                assert answer.json["message"] == "Unauthenticated."
                assert set(answer.json) == {"message", "code", "hint", "request_id"}
                assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_token_for_reading_may_not_write(api: Api, alfa: TestTenant) -> None:
    """Whatever there is to write, and whether the row is there or the body is right, it is refused alike."""
    known = operations(api)
    token = api.post("/auth/tokens", {"name": "A", "abilities": ["read"]}).data["token"]
    reader = Api(token)
    answers = set()
    with untouched():
        for operation in known:
            if operation.public:
                continue
            for body in (operation.body, {}):
                answer = reader.call(operation.method, operation.path, body)
                if operation.method == "GET":
                    assert answer.status == 200, operation
                else:
                    answers.add((answer.status, answer.json["code"], answer.json["message"]))
        assert reader.call("DELETE", "/contacts/999999").status == 403
    assert answers == {(403, "read_only_token", "Este token solo puede leer.")}


def test_errors_have_the_contract_s_shape(api: Api, viewer: Api) -> None:
    missing, invalid = api.get("/contacts/999999"), api.post("/contacts", {})
    forbidden, wrong_method = viewer.post("/contacts", {"first_name": "A"}), api.delete("/contacts")
    assert [answer.status for answer in (missing, invalid, forbidden, wrong_method)] == [404, 422, 403, 405]
    assert set(missing.json) == {"message", "code", "hint", "request_id"}
    assert set(invalid.json) == {"message", "errors", "code", "request_id"}
    assert set(forbidden.json) == {"message", "code", "hint", "request_id"}
    assert wrong_method.headers["Allow"] == "GET, HEAD, POST"
    assert wrong_method.json["hint"] == "Admite: GET, HEAD, POST."
    ids = {answer.json["request_id"] for answer in (missing, invalid, forbidden, wrong_method)}
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *((language, SPANISH) for language in (None, "", "es", "es-MX", "fr,de", "xx-invalid;q=9")),
        *((language, "This field is required.") for language in ("en", "en-US,en;q=0.8")),
    ],
)
def test_spanish_unless_english_is_asked_for(api: Api, language: str | None, text: str) -> None:
    headers = {} if language is None else {"Accept-Language": language}
    assert api.post("/contacts", {}, headers=headers).errors == {"first_name": [text]}
    assert api.post("/contacts", {}).errors == {"first_name": [SPANISH]}


def test_language_of_a_page_before_is_forgotten(api: Api) -> None:
    page = Client().get("/admin/login/", headers={"Accept-Language": "en"})
    assert page.headers["Content-Language"] == translation.get_language() == "en"
    assert api.post("/contacts", {}).errors == {"first_name": [SPANISH]}


def test_posts_without_body_or_type_work(api: Api) -> None:
    answer = api.call("POST", "/auth/logout")
    assert (answer.status, answer.json) == (200, {"message": "Logged out successfully."})


def test_every_answer_has_the_safe_headers(api: Api, anonymous: Api) -> None:
    for answer in (api.get("/contacts"), anonymous.get("/contacts"), api.get("/nothing"), api.post("/contacts", {})):
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["Content-Length"] == str(len(answer.response.content))


def test_formats_of_what_comes_out(api: Api) -> None:
    """G-18, G-19, G-21."""
    company = api.post("/companies", {"name": "A", "annual_revenue": "450000.00"}).data
    assert company["annual_revenue"] == 450000
    assert type(company["annual_revenue"]) is int
    for row in (company, api.post("/contacts", {"first_name": "A", "company_id": company["id"]}).data):
        assert TIMESTAMP.fullmatch(row["created_at"])
        assert TIMESTAMP.fullmatch(row["updated_at"])
        assert all(type(row[name]) is int for name in row if name.endswith("id") and name != "tax_id")


def test_tenant_is_the_token_s_alone(api: Api, alfa: Any, beta: Any) -> None:
    """G-07."""
    api.post("/contacts", {"first_name": "Ours"})
    for headers in ({"X-Tenant": str(beta.row.pk)}, {"X-Schema": beta.row.schema_name}, {"Host": "beta.example.com"}):
        assert api.call("GET", "/contacts", headers=headers).data[0]["first_name"] == "Ours"
    made = api.post("/contacts", {"first_name": "B", "tenant_id": beta.row.pk, "schema_name": beta.row.schema_name})
    assert api.get(f"/contacts/{made.data['id']}").status == 200


def test_refused_credential_leaves_nobody_in_a_schema(alfa: Any, anonymous: Api) -> None:
    """The look-up sets the search_path; an unbound statement afterwards must not see the tenant."""
    connection.set_schema_to_public()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    number = alfa.tokens["admin"].partition("|")[0]
    assert Api(f"{number}|{'a' * 42}").get("/contacts").status == 401
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('crm_contact')")
        assert cursor.fetchone() == (None,)


def test_token_costs_one_statement(api: Api) -> None:
    api.get("/auth/me")
    assert len(statements_of(lambda: api.get("/auth/me"))) == 2


def test_body_in_chunks_is_read(alfa: TestTenant) -> None:
    """A client that does not know the length beforehand sends none; the server takes the chunks apart."""
    body = b'{"first_name": "Ana"}'
    environ = RequestFactory().post("/api/v1/contacts", content_type="application/json").environ
    environ |= {
        "HTTP_AUTHORIZATION": f"Bearer {alfa.tokens['admin']}",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(body),
    }
    statuses: list[str] = []
    with unbound():
        answer = b"".join(Application()(environ, lambda status, headers: statuses.append(status)))
    assert statuses == ["201 Created"], answer
    assert b'"first_name":"Ana"' in answer
