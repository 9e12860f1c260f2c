"""The whole document: built when it is first asked for, once for each language and process."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent

from leadercrm.api.openapi.examples import add_examples
from leadercrm.api.openapi.parameters import DRY_RUN, IDEMPOTENCY_KEY, IF_MATCH
from leadercrm.api.openapi.responses import HEADERS, SCHEMAS, error_responses, held_response
from leadercrm.api.openapi.schema import ApiGenerator
from leadercrm.api.reference import read_examples
from leadercrm.core.api.responses import json_bytes
from leadercrm.core.api.shapes import MESSAGE

VERSION = "1.0.0"
_building = Lock()


@dataclass(frozen=True)
class Document:
    """The description as it is served: JSON and its entity tag."""

    body: bytes
    etag: str


def document_in(language: str) -> Document:
    """The document in one of settings.LANGUAGES."""
    with _building:
        return _document(language)


@lru_cache(maxsize=len(settings.LANGUAGES))
def _document(language: str) -> Document:
    with translation.override(language):
        body = json_bytes(build())
    return Document(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def build() -> dict[str, Any]:
    """The OpenAPI document as a dict, in the active language. Raises Undescribed, UnknownShape."""
    generator = ApiGenerator()
    _register_common(generator.registry)
    document: dict[str, Any] = generator.get_schema(request=None, public=True)
    document["info"] = {
        "title": "Leader CRM",
        "version": VERSION,
        "summary": _("Contacts, companies, deals and all that follows from them, for programs and agents."),
        "description": render_to_string("api/description.md").strip(),
    }
    document["servers"] = [{"url": settings.PUBLIC_URL or "/"}]
    document["security"] = [{"bearer": []}]
    document["tags"] = generator.tags()
    document["paths"] = _in_reading_order(document)
    document["components"] |= {
        "responses": {**error_responses(), **held_response()},
        "headers": HEADERS,
        "parameters": {"IdempotencyKey": IDEMPOTENCY_KEY, "DryRun": DRY_RUN, "IfMatch": IF_MATCH},
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": _("The token that login and registration answer with: `1|abc…`."),
            }
        },
    }
    add_examples(document, read_examples())
    return document


def _in_reading_order(document: dict[str, Any]) -> dict[str, Any]:
    """Each resource's own addresses before those below them."""
    tags = [tag["name"] for tag in document["tags"]]

    def place(entry: tuple[str, dict[str, Any]]) -> tuple[int, int]:
        path, methods = entry
        return tags.index(next(iter(methods.values()))["tags"][0]), path.count("/")

    return dict(sorted(document["paths"].items(), key=place))


def _register_common(registry: ComponentRegistry) -> None:
    for shape in (*SCHEMAS, MESSAGE):
        bare = {key: value for key, value in shape.items() if key != "title"}
        registry.register(ResolvedComponent(shape["title"], ResolvedComponent.SCHEMA, bare, shape["title"]))
