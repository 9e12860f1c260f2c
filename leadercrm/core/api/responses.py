"""The envelopes of the API: {data}, {data, links, meta}, {message}."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.filter_fields import DIGITS
from leadercrm.core.api.rows import Page
from leadercrm.core.errors import DomainError

# What goes with every answer to a program.
GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
DEFAULT_PER_PAGE, MAX_PER_PAGE = 25, 100


def json_bytes(data: Any) -> bytes:
    """JSON in UTF-8; lazy translations and Decimals included."""
    return orjson.dumps(data, default=_plain)


def _plain(value: Any) -> Any:
    return str(value)


def json_response(body: bytes | Any, status: int = 200) -> HttpResponse:
    raw = body if isinstance(body, bytes) else json_bytes(body)
    return HttpResponse(raw, status=status, content_type="application/json")


def json_number(value: Decimal) -> int | float:
    """A figure of at most 15 digits as JSON has it: 450000.00 is 450000 (G-18), and no digit is another."""
    return int(value) if value == value.to_integral_value() else float(value)


def timestamp(at: datetime) -> str:
    """UTC with microseconds and Z (G-19), for what PostgreSQL does not write itself."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def row_response(row: str, status: int = 200, meta: Mapping[str, Any] | None = None) -> HttpResponse:
    """{"data": row} of a row that PostgreSQL has written as JSON."""
    tail = b',"meta":' + json_bytes(meta) + b"}" if meta else b"}"
    return json_response(b'{"data":' + row.encode() + tail, status)


def message_response(message: Any) -> HttpResponse:
    return json_response({"message": str(message)})


@dataclass(frozen=True)
class Paging:
    """Which page is asked for (G-10, G-11): per_page above 100 is 100; anything that is no number is a 422."""

    page: int
    per_page: int

    @classmethod
    def of(cls, request: HttpRequest) -> "Paging":
        page = positive(request, "page", 1)
        return cls(page, min(positive(request, "per_page", DEFAULT_PER_PAGE), MAX_PER_PAGE))

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.per_page


def positive(request: HttpRequest, name: str, default: int) -> int:
    """A whole number from 1 in the address, `default` where there is none; a 422 for anything else."""
    raw = request.GET.get(name)
    if raw is None or raw == "":
        return default
    if not DIGITS.fullmatch(raw) or int(raw) < 1 or int(raw) > 10**15:
        raise DomainError(_("Must be a whole number from 1."), field=name)
    return int(raw)


def base_url(request: HttpRequest) -> str:
    """The address that clients know this server by, without a slash at its end."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def list_response(
    request: HttpRequest, page: Page, paging: Paging, meta: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The Laravel envelope of a list (G-08, G-12)."""
    path = base_url(request) + request.path
    last = max(1, -(-page.total // paging.per_page))
    query = {key: request.GET.getlist(key) for key in request.GET if key != "page"}
    head = urlencode(query, doseq=True)

    def link(number: int) -> str:
        return f"{path}?{head}&page={number}" if head else f"{path}?page={number}"

    links = {
        "first": link(1),
        "last": link(last),
        "prev": link(paging.page - 1) if paging.page > 1 else None,
        "next": link(paging.page + 1) if paging.page < last else None,
    }
    figures = {
        "current_page": paging.page,
        "from": paging.offset + 1 if page.count else None,
        "last_page": last,
        "path": path,
        "per_page": paging.per_page,
        "to": paging.offset + page.count if page.count else None,
        "total": page.total,
        **(meta or {}),
    }
    tail = json_bytes({"links": links, "meta": figures})
    return json_response(b'{"data":' + page.rows.encode() + b"," + tail[1:])
