"""The API's description: it is valid, it agrees with the routes, and every operation is explained with examples."""

import re
import subprocess
import sys
from typing import Any

import django_filters
import jsonschema_rs
import orjson
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import validate

from crm.models import Contact
from leadercrm.api.openapi import document as documents
from leadercrm.api.openapi.examples import operation_of
from leadercrm.api.openapi.operations import Undescribed, describe
from leadercrm.api.openapi.parameters import parameters_of
from leadercrm.api.reference import read_examples
from leadercrm.core.api.described import Described, Resource, described
from leadercrm.core.api.fields import DayOrMoment
from leadercrm.core.api.row_shapes import UnknownShape, column_shape, row_shape
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import DATE, MOMENT
from leadercrm.core.api.views import ApiView, TenantViewSet
from leadercrm.core.testing.conformance import Description, assert_described
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.hostile import rolled_back
from leadercrm.mcp.registry import TOOLS

METHODS = ("get", "post", "put", "patch", "delete")
# Addresses below /api that are no operations: the reference is a page.
PAGES = {"/api/docs"}
FILES = {"application/pdf", "text/csv", "image/svg+xml"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(documents.document_in("en").body)
    return found


def operations_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def addresses(resolver: URLResolver, before: str = "/") -> set[str]:
    """Every address below a resolver, with placeholders for its ids."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found |= addresses(entry, pattern)
        elif isinstance(entry, URLPattern):
            found.add(pattern)
    return found


# --- the document


@pytest.mark.parametrize("language", [code for code, _name in django_settings.LANGUAGES])
def test_document_is_valid(language: str) -> None:
    GENERATOR_STATS.reset()
    documents._document.cache_clear()
    document = orjson.loads(documents.document_in(language).body)
    assert document["openapi"] == "3.1.0"
    validate(document)
    assert not GENERATOR_STATS, "drf-spectacular warns: see above"


def test_every_route_answers_the_methods_described_and_no_other(document: dict[str, Any], api: Api) -> None:
    routes = {path for path in addresses(get_resolver()) if path.startswith("/api/")} - PAGES
    templates = {re.sub(r"{\w+}", "{}", path): path for path in document["paths"]}
    assert {re.sub(r"<\w+:\w+>", "{}", route) for route in routes} == set(templates)
    for path in document["paths"]:
        for method in METHODS:
            with rolled_back():
                answer = api.call(method.upper(), re.sub(r"{\w+}", "99999", path))
            assert (answer.status != 405) == (method in document["paths"][path]), (method, path, answer)


def test_every_operation_is_explained(document: dict[str, Any]) -> None:
    known = operations_of(document)
    ids = [operation["operationId"] for operation in known.values()]
    assert len(ids) == len(set(ids))
    tags = {tag["name"] for tag in document["tags"]}
    for name, operation in known.items():
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"]), name
        assert operation["summary"], name
        assert set(operation["tags"]) <= tags, name
        success = operation["responses"][next(iter(operation["responses"]))]
        assert success["content"].keys() <= FILES or "example" in success["content"]["application/json"]
        assert "requestBody" not in operation or "example" in operation["requestBody"]["content"]["application/json"]
        for parameter in operation.get("parameters", []):
            assert parameter.get("description") or "$ref" in parameter, (name, parameter)


def test_examples_are_what_the_schemas_allow(document: dict[str, Any]) -> None:
    strict = Description(orjson.loads(orjson.dumps(document)))
    schemas, values = [], []
    for operation in operations_of(document).values():
        for content in (operation.get("requestBody"), operation["responses"][next(iter(operation["responses"]))]):
            if content and "application/json" in content["content"]:
                schemas.append(content["content"]["application/json"]["schema"])
                values.append(content["content"]["application/json"]["example"])
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", []):
            schemas.append({"$ref": f"#/components/schemas/{name}"})
            values.append(example)
    for schema, value in zip(schemas, values, strict=True):
        jsonschema_rs.validate({**schema, "components": strict.components}, value, validate_formats=True)


def test_printed_examples_are_in_it(document: dict[str, Any]) -> None:
    printed = read_examples()
    for example in printed:
        operation = operation_of(document, example)
        assert operation, example
        if example.sent:
            same = [other.sent for other in printed if operation_of(document, other) is operation]
            assert operation["requestBody"]["content"]["application/json"]["example"] in same
    row = document["paths"]["/api/v1/contacts/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
    assert row["example"]["data"]["full_name"] == "Maria Garcia Lopez"


def test_types_of_columns_are_derived(document: dict[str, Any]) -> None:
    contact = document["components"]["schemas"]["Contact"]
    kinds = {name: shape.get("type") for name, shape in contact["properties"].items()}
    assert kinds["id"] == kinds["lead_score"] == "integer"
    assert kinds["company_id"] == ["integer", "null"]
    assert (kinds["full_name"], kinds["company_name"]) == ("string", ["string", "null"])
    assert contact["properties"]["created_at"] == {"type": "string", "format": "date-time"}
    assert "deleted_at" in contact["properties"]
    assert "deleted_at" not in contact["required"]
    assert document["components"]["schemas"]["Company"]["properties"]["annual_revenue"]["type"] == ["number", "null"]
    assert document["components"]["schemas"]["Company"]["properties"]["contacts_count"]["type"] == "integer"


def test_bodies_follow_the_serializers(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert schemas["ContactInput"]["required"] == ["first_name"]
    assert "required" not in schemas["ContactChange"]
    assert schemas["ContactInput"]["properties"]["first_name"]["maxLength"] == 255
    assert schemas["RegisterInput"]["properties"]["password"]["minLength"] == 8
    assert schemas["CompanyInput"]["properties"]["email"]["format"] == "idn-email"


# --- what is not described does not pass


class Bare(ApiView):
    def get(self, request: Any) -> None:
        """Nothing is said of it."""


def test_view_without_description_fails() -> None:
    with pytest.raises(Undescribed, match=r"Bare\.get"):
        describe(Bare(), "GET")
    with pytest.raises(Undescribed, match="resource"):
        describe(type("Silent", (Bare,), {"get": described("Read it", id="readIt")(lambda self: None)})(), "GET")


def test_filter_without_a_label_fails() -> None:
    class Mute(TenantViewSet):
        rows = JsonRows(Contact.objects.all, {"id": "id"})
        resource = Resource("Mute", "mute", "mutes")
        filters = {"anything": django_filters.CharFilter()}

    view = Mute()
    view.action = "list"
    with pytest.raises(Undescribed, match="shape"):
        parameters_of(view, "/mutes", "GET", Described(), is_page=True)


def test_column_of_unknown_type_fails() -> None:
    rows = JsonRows(Contact.objects.all, {"id": "id", "emails": "emails"})
    with pytest.raises(UnknownShape, match="emails"):
        row_shape(rows, "Contact")
    assert column_shape(rows, "id") == {"type": "integer"}


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/api/v1/contacts/1", 418, b"{}"),
        ("GET", "/api/v1/contacts/1", 200, b'{"data": {"id": 1}}'),
        ("GET", "/api/v1/nothing", 200, b"{}"),
        ("DELETE", "/api/v1/contacts/1", 200, b'{"message": "ok", "more": 1}'),
        ("DELETE", "/api/v1/contacts/1", 404, b'{"message": "no"}'),
        ("DELETE", "/api/v1/contacts", 200, b'{"message": "ok"}'),
    ],
)
def test_answers_that_are_not_described_fail(method: str, path: str, status: int, body: bytes) -> None:
    with pytest.raises(AssertionError):
        assert_described(method, path, status, {"X-Request-Id": "a"}, body)


def test_answers_that_are_described_pass() -> None:
    assert_described("DELETE", "/api/v1/contacts/1", 200, {"X-Request-Id": "a"}, b'{"message": "ok"}')
    with pytest.raises(AssertionError, match="X-Request-Id"):
        assert_described("DELETE", "/api/v1/contacts/1", 200, {}, b'{"message": "ok"}')


# --- how it is served


def test_document_is_public_cached_and_translated(anonymous: Api) -> None:
    spanish = anonymous.get("/openapi.json")
    english = anonymous.get("/openapi.json", headers={"Accept-Language": "en"})
    assert spanish.headers["Cache-Control"] == "public, max-age=300"
    assert spanish.headers["Vary"] == "Accept-Language"
    assert spanish.headers["ETag"] != english.headers["ETag"]
    assert english.json["paths"]["/api/v1/contacts"]["get"]["summary"] == "List contacts"
    again = anonymous.get("/openapi.json", headers={"If-None-Match": spanish.headers["ETag"]})
    assert (again.status, again.response.content) == (304, b"")
    assert anonymous.get("/openapi.json", headers={"If-None-Match": english.headers["ETag"]}).status == 200


@pytest.mark.limits
def test_document_counts_against_a_limit(anonymous: Api) -> None:
    assert anonymous.get("/openapi.json").headers["X-RateLimit-Limit"] == "300"


def test_nothing_of_it_is_imported_before_somebody_asks() -> None:
    script = (
        "import sys, django; django.setup(); import leadercrm.api.handler; from django.urls import get_resolver;"
        "get_resolver().resolve('/api/v1/contacts');"
        "print([name for name in sys.modules if name.startswith(('drf_spectacular', 'jsonschema'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- the pages beside it


def test_guide_for_agents_names_every_operation(document: dict[str, Any], client: Client) -> None:
    answer = client.get("/llms.txt", headers={"Accept-Language": "en"})
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("# Leader CRM\n\n> ")
    assert "http://testserver/api/v1/openapi.json" in text
    for name, operation in operations_of(document).items():
        assert name.startswith("PATCH") or f"- {operation['operationId']}: {name}: {operation['summary']}\n" in text
    assert "&amp;" not in text
    assert "&#" not in text


def test_the_whole_text_names_each_operation_and_each_tool(client: Client, document: dict[str, Any]) -> None:
    text = client.get("/llms-full.txt", headers={"Accept-Language": "en"}).content.decode()
    for name, operation in operations_of(document).items():
        assert (
            name.startswith("PATCH") or f"#### {operation['operationId']}\n\n{name}: {operation['summary']}\n" in text
        )
    for tool in TOOLS.values():
        assert f"- {tool.name}" in text
        assert tool.description in text
    assert "- If-Match (header): The ETag" in text
    assert "&#" not in text


def test_describing_a_field_leaves_its_shape_alone(document: dict[str, Any]) -> None:
    assert document["paths"]
    assert DayOrMoment.shape == {"anyOf": [MOMENT, DATE]}
