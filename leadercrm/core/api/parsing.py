"""Reading a JSON body that may be hostile."""

import json
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import DomainError

MAX_DEPTH = 32
KILOBYTE, MEGABYTE = 1024, 1024 * 1024
JSON_TYPES = ("application/json", "text/json")


class BadBody(DomainError):
    """The body is no JSON object (A-69)."""

    code = "bad_body"
    hint = _("Send one JSON object in UTF-8 with the header 'Content-Type: application/json'.")

    def __init__(self, message: Any) -> None:
        super().__init__(message, field="body")


def read_body(request: Any) -> bytes:
    """The request's body, of as many bytes as its view takes (ApiView.most_bytes). Raises BadBody."""
    try:
        if not hasattr(request, "_body"):
            _refuse_length(request)
            # Django's own limit is one for all views, so this is what its `body` does without it.
            request._body = request.read()
        body: bytes = request._body
    except (UnreadablePostError, ValueError):  # a length that is no number, too
        raise BadBody(_("The body ended too early.")) from None
    return body


def _refuse_length(request: Any) -> None:
    """Bodies in chunks were read up to the usual length already (leadercrm.api.handler): no view takes a longer one."""
    chunked = request.META.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE if chunked else request.api.most_bytes
    if int(request.META.get("CONTENT_LENGTH") or 0) > most:
        raise BadBody(_("The body is larger than %(most)s.") % {"most": _size(most)})


def _size(length: int) -> str:
    return f"{length // MEGABYTE} MB" if length >= MEGABYTE else f"{length // KILOBYTE} kB"


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The request's body as a dict; {} when there is none (G-04). Raises BadBody."""
    raw = read_body(request)
    if not raw.strip():
        return {}
    content_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if content_type and content_type not in JSON_TYPES and not content_type.endswith("+json"):
        raise BadBody(_("The content type %(type)s is not supported.") % {"type": content_type[:100]})
    data = parse_json(raw)
    if not isinstance(data, dict):
        raise BadBody(_("The body must be a JSON object."))
    return data


def parse_json(raw: bytes) -> Any:
    """Parse strictly, but for raw control characters inside strings: a published example has them (G-27).

    Refuses NaN, lone surrogates, NUL, bad UTF-8, numbers beyond a double and nesting deeper than 32.
    """
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        data = _parse_leniently(raw, error)
    _refuse_depth_and_nul(data)
    return data


def _parse_leniently(raw: bytes, first: Exception) -> Any:
    if "control character" not in str(first):
        raise BadBody(_("The body is not valid JSON."))
    try:
        data = json.loads(raw.decode("utf-8"), strict=False, parse_constant=_no_constant)
        return orjson.loads(orjson.dumps(data))
    except (ValueError, TypeError, RecursionError):
        raise BadBody(_("The body is not valid JSON.")) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _refuse_depth_and_nul(data: Any) -> None:
    """Walk level by level, so that depth costs no recursion."""
    level = [data]
    for _depth in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                _refuse_nul(value)
            elif isinstance(value, dict):
                for key in value:
                    _refuse_nul(key)
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        if not below:
            return
        level = below
    raise BadBody(_("The body is nested too deeply."))


def _refuse_nul(text: str) -> None:
    if "\x00" in text:
        raise BadBody(_("Texts must not contain the character NUL."))
