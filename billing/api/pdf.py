"""Documents as PDF over HTTP."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from billing.pdf.render import key_of, pdf_of_view
from billing.pdf.views import ENGLISH, SPANISH, Paper
from billing.rendering import paper_of
from leadercrm.core.api.described import Described
from leadercrm.core.api.shapes import FILE, Shape, explained, one_of
from leadercrm.core.api.views import TenantViewSet
from leadercrm.core.errors import DomainError

LANGUAGES = {"es": SPANISH, "en": ENGLISH}
PDF = "application/pdf"
QUERY: dict[str, Shape] = {"lang": explained(one_of(LANGUAGES), _("The language of its labels; Spanish otherwise."))}

AGAIN = _("Give the ETag back as If-None-Match, and the file comes only if it has changed.")


def wanted_language(request: HttpRequest) -> str:
    """The language that the request names."""
    name = request.GET.get("lang") or "es"
    if name not in LANGUAGES:
        raise DomainError(_("Must be one of: %(values)s.") % {"values": ", ".join(LANGUAGES)}, field="lang")
    return LANGUAGES[name]


def pdf_response(request: HttpRequest, paper: Paper, name: str) -> HttpResponse:
    """The file, to be saved under `name`.pdf; names are ours: numbers of documents.

    Its ETag tells what it shows: whoever has the file that shows it is told so, and nothing is made.
    """
    etag = f'"{key_of(paper)}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = get_conditional_response(request, etag=etag)
    if known is not None and known.status_code == HTTPStatus.NOT_MODIFIED:
        return HttpResponseNotModified(headers=headers)
    headers |= {"Content-Disposition": f'attachment; filename="{name}.pdf"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(pdf_of_view(paper), content_type=PDF, headers=headers)


def pdf_described(summary: Any, name: str, **rest: Any) -> Described:
    """What the API's description says of a download."""
    query = {**QUERY, **rest.pop("query", {})}
    return Described(
        summary, name, returns=FILE, media_type=PDF, query=query, details=AGAIN, errors=(304, 422, 503), **rest
    )


def pdf_route(summary: Any, name: str) -> Any:
    """A GET on one row that answers with its PDF; `name` is the operation's id in the API's description."""

    def pdf(view: TenantViewSet, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        row = view.row(pk)
        paper = paper_of(row, wanted_language(request))
        return pdf_response(request, paper, getattr(row, "number", "") or f"receipt-{pk}")

    pdf.__doc__ = "The document as it stands, as a PDF file."
    pdf.described = pdf_described(summary, name)  # type: ignore[attr-defined]
    return drf_action(detail=True, methods=["get"], url_path="pdf")(pdf)
