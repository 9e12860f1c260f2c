"""The way in: JSON everywhere, error bodies, languages, headers."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
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


def served(path: str, body: bytes, **meta: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body of the server's answer to a POST."""
    environ = RequestFactory().post(path, content_type="application/json").environ
    environ |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), **meta}
    told: list[Any] = []
    with unbound():
        answer = b"".join(Application()(environ, lambda status, headers: told.extend((status, dict(headers)))))
    return told[0], told[1], answer


def bearer(tenant: TestTenant) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {tenant.tokens['admin']}"}


def test_body_in_chunks_is_read(alfa: TestTenant) -> None:
    """A client that does not know the length beforehand sends none; the server takes the chunks apart."""
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    status, _headers, answer = served("/api/v1/contacts", b'{"first_name": "Ana"}', **bearer(alfa), **chunked)
    assert status == "201 Created", answer
    assert b'"first_name":"Ana"' in answer


@pytest.mark.parametrize("path", ["/api/v1/contacts", "/api/v1/nothing", "/mcp"])
def test_who_is_refused_unread_hears_that_the_connection_ends(db: None, path: str) -> None:
    """The server hangs up on a body that nobody reads: a client that sent its next request there would lose it."""
    _status, headers, _answer = served(path, b"{}")
    assert headers["Connection"] == "close"
    assert "Connection" not in served(path, b"")[1]


def test_a_body_that_was_read_leaves_the_connection_open(db: None) -> None:
    status, headers, _answer = served("/api/v1/auth/login", b"{}")
    assert (status[:3], "Connection" in headers) == ("422", False)


@pytest.mark.parametrize(("length", "open_after"), [(20, True), (2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE, False)])
def test_what_somebody_known_has_sent_is_read_after_a_refusal(alfa: TestTenant, length: int, open_after: bool) -> None:
    """As far as any view reads."""
    status, headers, _answer = served("/api/v1/contacts/999999/notes", b" " * length, **bearer(alfa))
    assert (status[:3], "Connection" not in headers) == ("404", open_after)
