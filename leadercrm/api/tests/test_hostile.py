"""Hostile input over every operation: 4xx JSON within two seconds, or a 2xx where it is no crime."""

import os
from functools import partial
from io import BytesIO
from itertools import product
from typing import Any

import orjson
import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadercrm.api.handler import Application
from leadercrm.api.tests.crm_operations import CONTACT
from leadercrm.api.tests.operation import Operation
from leadercrm.core.database import this_connection
from leadercrm.core.pdf.renderer import html_to_pdf
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.hostile import BODIES, CREDENTIALS, HEADERS, IDEMPOTENCY_KEYS, QUERIES, VALUES, civil
from leadercrm.core.testing.refusals import untouched

PATHS = (
    "/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/contacts", "/api/v1/nothing", "/api/v1//contacts",
    "/api/v1/contacts//", "/api/v1/contacts/%00", "/api/v1/contacts/1%00", "/api/v1/%ED%A0%80", "/api/v1/%FF",
    "/api/v1/contacts/%FF", "/api/v1/contacts/%EF%BF%BD", "/api/v1/contacts/%D9%A1", "/api/v1/contacts/1/notes/%D9%A1",
    "/api/v1/../../etc/passwd", "/api/v1/contacts/..%2F..%2Fetc", "/api/v1/CONTACTS", "/api/v1/contacts.json",
    "/api/v1/contacts/" + "9" * 5000, "/api/v1/" + "a/" * 3000, "/api/v1/contacts/1/notes/1/notes/1", "/api/%0A",
    "/api/v1/contacts/1;a=b", "/api/v1/contacts/%2531", "/api/v1/admin", "/api/v1/contacts/export", "/api/v1/.env",
)  # fmt: skip


# Of all combinations `make fuzz` tries each, with fewer cases every second one, `make test` every eleventh: every value
# still meets fields of every kind, and every field values of every kind.
CASES = int(os.environ.get("LEADERCRM_FUZZ_CASES", "5"))
EACH = 11 if CASES <= 5 else 2 if CASES < 1000 else 1
# As long as a busy machine may take for them.
PATIENT = pytest.mark.timeout(1200 + 5 * CASES)
# Plain texts and ids, of whose kind another one of the same operation is tried already.
ALIKE = {
    "last_name", "job_title", "source", "city", "country", "phones", "owner_id", "domain", "industry", "employee_range",
    "tax_id", "phone", "tenant_name", "password_confirmation",
}  # fmt: skip


# They take forms as well, and longer bodies.
UPLOADS = {"product-images", "campaign-picture-list"}
# What takes other bodies as well, web forms and long reports, and what it misses in them.
OTHERWISE = {"form-submit": ("email",), "mail-reports": ("events",)}


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The start of the process that draws PDFs is no part of an answer."""
    html_to_pdf("<html lang=es><title>A</title><body>A</body></html>")


def call(api: Api, operation: Operation, **kwargs: Any) -> Any:
    if operation.body is not None and "raw" not in kwargs:
        kwargs.setdefault("body", operation.body)
    return api.call(operation.method, operation.path, **kwargs)


@PATIENT
def test_any_value_in_any_field(api: Api, known: list[Operation]) -> None:
    fields = [(one, name) for one in known for name in sorted((one.body or {}).keys() - ALIKE)]
    for number, (value, raw_value) in enumerate(VALUES.items()):
        for operation, name in fields[number % EACH :: EACH]:
            rest = {key: kept for key, kept in (operation.body or {}).items() if key != name}
            raw = orjson.dumps(rest)[:-1] + (b"," if rest else b"") + b'"%s":' % name.encode() + raw_value + b"}"
            answer = civil((operation, name, value), call, api, operation, raw=raw)
            assert answer.status in (200, 201, 401, 422), (operation, name, value, answer)
            if value in ("nul", "raw nul", "lone high surrogate", "bad utf-8", "deep list", "nan", "beyond a double"):
                assert answer.status == 422, (operation, name, value, answer)


@PATIENT
def test_any_body(api: Api, known: list[Operation]) -> None:
    for number, (name, (raw, content_type)) in enumerate(BODIES.items()):
        for operation in known[number % EACH :: EACH]:
            answer = civil((operation, name), call, api, operation, raw=raw, content_type=content_type)
            if operation.body is not None and name not in ("duplicate keys", "only spaces"):
                field = "image" if operation.route in UPLOADS and name in ("multipart", "1.1 megabytes") else "body"
                fields = {field, *OTHERWISE.get(operation.route, ())}
                assert (answer.status, set(answer.errors) <= fields) == (422, True), (operation, name, answer)


@PATIENT
def test_any_query(api: Api, known: list[Operation]) -> None:
    for number, (name, query) in enumerate(QUERIES.items()):
        for operation in known[number % EACH :: EACH]:
            civil((operation, name), api.call, operation.method, f"{operation.path}?{query}", operation.body)


def test_query_in_raw_bytes(api: Api) -> None:
    for raw in ("search=\xff\xfe", "search=\x00", "\x80=\x80", "search=ñ"):
        civil(raw, api.call, "GET", "/contacts", environ={"QUERY_STRING": raw})


@PATIENT
def test_any_header(api: Api, known: list[Operation]) -> None:
    for number, (name, headers) in enumerate(HEADERS.items()):
        for operation in known[number % EACH :: EACH]:
            answer = civil((operation, name), call, api, operation, headers=headers)
            assert answer.status < 400 or name == "absurd length", (operation, name, answer)


def test_any_path(api: Api, anonymous: Api) -> None:
    with untouched():
        for path in PATHS:
            for method in ("GET", "POST", "PUT", "DELETE", "FOO"):
                for who in (api, anonymous):
                    answer = civil((method, path), who.call, method, path)
                    assert answer.status in (401, 404), (method, path, answer)


def test_path_in_raw_bytes(api: Api) -> None:
    for raw in ("/api/v1/contacts/\xff", "/api/v1/\x00", "/api/v1/contacts\n", "/api/v1/contacts/ñ"):
        assert civil(raw, api.call, "GET", "/", environ={"PATH_INFO": raw}).status == 404


def test_any_credential(api: Api, known: list[Operation]) -> None:
    guarded = [operation for operation in known if not operation.public]
    with untouched():
        for text in CREDENTIALS:
            for operation in guarded[::5]:
                answer = civil((operation, text), call, Api(Authorization=text), operation)
                assert (answer.status, answer.json["message"]) == (401, "Unauthenticated."), (text, answer)


def test_any_idempotency_key(api: Api, known: list[Operation]) -> None:
    posts = [operation for operation in known if operation.method == "POST"]
    with untouched():
        for key in IDEMPOTENCY_KEYS:
            for operation in posts:
                answer = civil(key, call, api, operation, headers={"Idempotency-Key": key})
                assert (answer.status, answer.json.get("code")) == (422, "bad_idempotency_key"), (
                    operation,
                    key,
                    answer,
                )


def test_unknown_methods(api: Api, anonymous: Api, known: list[Operation]) -> None:
    # A form's address answers to OPTIONS: pages of other sites send to it.
    paths = {operation.path for operation in known if operation.route != "form-submit"}
    methods = ("TRACE", "OPTIONS", "FOO", "CONNECT", "PROPFIND", "Ñ", "")
    with untouched():
        for path, method in product(paths, methods):
            for who in (api, anonymous):
                answer = civil((method, path), who.call, method, path)
                assert answer.status in (401, 405), (method, path, answer)
                if answer.status == 405:
                    assert "OPTIONS" not in answer.headers["Allow"]
                    assert answer.headers["Allow"]


def test_head_is_get_without_a_body(api: Api, known: list[Operation]) -> None:
    readable = {operation.path for operation in known if operation.method == "GET"}
    for operation in known:
        answer = civil(operation, api.call, "HEAD", operation.path)
        assert answer.json is None
        assert answer.status == (200 if operation.path in readable else 405), operation


def test_newlines_in_strings_work(api: Api) -> None:
    made = api.call("POST", "/contacts", raw=b'{"first_name":"Ana","city":"a\nb\tc"}')
    assert (made.status, made.data["city"]) == (201, "a\nb\tc")


def test_last_duplicate_key_wins(api: Api) -> None:
    assert api.call("POST", "/contacts", raw=b'{"first_name":"A","first_name":"B"}').data["first_name"] == "B"


def test_foreign_host_is_refused(api: Api, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["crm.example"], ""
    for host in ("evil.example", "", "a b", "crm.example\x00", "crm.example:99999999", "[::1", "x" * 3000):
        answer = civil(host, api.call, "GET", "/contacts", environ={"HTTP_HOST": host})
        assert answer.status in (200, 422), (host, answer)
        assert "evil.example" not in str(answer.json.get("links"))


def test_content_types_that_django_cannot_parse(alfa: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # The application would close a connection that stands in a transaction, which here is the test's.
    monkeypatch.setattr(this_connection(), "close_if_unusable_or_obsolete", lambda: None)
    for content_type in ("a/b; x*=foo''%41", "a/b; " + "x=y;" * 5000, "a/b; charset=\x00", "a/b; x*=utf-8'%"):
        environ = RequestFactory().generic("POST", "/api/v1/auth/login").environ
        environ.update({"CONTENT_TYPE": content_type, "wsgi.input": BytesIO(b"{}"), "CONTENT_LENGTH": "2"})
        seen: list[str] = []
        start: Any = partial(_note, seen)
        body = b"".join(Application()(environ, start))
        assert seen == ["422 Unprocessable Entity"], (content_type, seen)
        assert orjson.loads(body)["code"] == "bad_body"


def _note(seen: list[str], status: str, headers: list[Any]) -> None:
    seen.append(status)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_bodies(api: Api, data: st.DataObject) -> None:
    body = data.draw(st.dictionaries(st.sampled_from([*CONTACT, "email", "phone", "name"]), JSON, max_size=6))
    raw = orjson.dumps(body, option=orjson.OPT_PASSTHROUGH_SUBCLASS) if _plain(body) else str(body).encode()
    for path in ("/contacts", "/companies"):
        assert civil(raw, api.call, "POST", path, raw=raw).status in (201, 422)


def _plain(body: Any) -> bool:
    try:
        orjson.dumps(body)
    except (TypeError, ValueError):
        return False
    return True
