"""What integrators and agents read: /api/v1/openapi.json, /api/docs, /llms.txt. All of it public."""

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import TemplateView

from leadercrm.core.api import throttling
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.responses import base_url, json_response
from leadercrm.core.api.shapes import FREE_OBJECT
from leadercrm.core.api.views import ApiView

# By name: what builds the document takes half a second to import, and no other request needs it.
DOCUMENT = "leadercrm.api.openapi.document.document_in"
TOOLS = "leadercrm.mcp.server.TOOLS"
KEPT_SECONDS = 300
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def current_document() -> Any:
    """The document (leadercrm.api.openapi.document.Document) in the active language."""
    language = translation.get_language()
    return import_string(DOCUMENT)(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)


class OpenApiView(ApiView):
    """The description itself: documentation, so that nobody needs a token for it."""

    public = True
    resource = Resource("OpenApi", _("description"), _("documentation"))

    @described(
        _("Read this description"),
        id="getOpenApi",
        details=_("OpenAPI 3.1, in Spanish or English by Accept-Language. Give the ETag back as If-None-Match."),
        returns=FREE_OBJECT,
        errors=(304,),
    )
    def get(self, request: HttpRequest) -> HttpResponse:
        self.context.headers.update(throttling.ANONYMOUS.spend(self.context.ip))
        document = current_document()
        response = json_response(document.body)
        response["ETag"] = document.etag
        response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        patch_vary_headers(response, ["Accept-Language"])
        answer: HttpResponse = get_conditional_response(request, etag=document.etag, response=response)  # type: ignore[assignment]
        return answer


class TranslatedPage(TemplateView):
    """A page in the language that the client asks for."""

    @method_decorator(vary_on_headers("Accept-Language"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with translation.override(translation.get_language_from_request(request)):
            response: Any = super().dispatch(request, *args, **kwargs)
            return response.render()


class DocsView(TranslatedPage):
    """The browsable reference: a renderer of our own server's, without inline script or foreign address."""

    template_name = "api/docs.html"

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **response_kwargs)
        response["Content-Security-Policy"] = PAGE_POLICY
        response["Referrer-Policy"] = "no-referrer"
        return response


class LlmsView(TranslatedPage):
    """A guide for agents, in the form of llmstxt.org: what this is, how to use it, where to read on."""

    template_name = "api/llms.txt"
    content_type = "text/plain; charset=utf-8"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        document = orjson.loads(current_document().body)
        sections: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if method != "patch":
                    told = told_in_full(document, operation)
                    sections[operation["tags"][0]].append({**told, "call": f"{method.upper()} {path}"})
        return {
            **super().get_context_data(**kwargs),
            "sections": sections,
            "tools": sorted(import_string(TOOLS).values(), key=lambda tool: tool.name),
            "base": base_url(self.request),
        }


class LlmsFullView(LlmsView):
    """The same with each operation's parameters, body and answer, and each tool's sentence: all there is to know."""

    template_name = "api/llms-full.txt"


def told_in_full(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """What the texts for agents say of an operation: names and sentences, and examples as JSON."""
    named = document["components"]["parameters"]
    parameters = [
        named[each["$ref"].rpartition("/")[2]] if "$ref" in each else each for each in operation.get("parameters", ())
    ]
    success = next(iter(operation["responses"].values()))["content"]
    return {
        "id": operation["operationId"],
        "summary": operation["summary"],
        "details": operation.get("description", ""),
        "parameters": parameters,
        "body": _example(operation.get("requestBody", {}).get("content", {})),
        "answer": _example(success),
    }


def _example(content: dict[str, Any]) -> str:
    example = content.get("application/json", {}).get("example")
    return orjson.dumps(example).decode() if example is not None else ""
