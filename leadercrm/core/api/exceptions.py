"""From an exception to the contract's error body: {message, errors} and code, hint, request_id."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError
from rest_framework import exceptions as drf

from leadercrm.core.api.responses import json_response
from leadercrm.core.errors import DomainError, NotFound, Unavailable, WrongMethod

logger = logging.getLogger("leadercrm.api")


def error_response(error: Exception, request_id: str, first: Mapping[str, object] | None = None) -> HttpResponse:
    """The answer to a request that ended in `error`, with `first` before the error's own.

    One that nobody foresaw is logged and is a 500.
    """
    refusal = as_refusal(error)
    if refusal is None:
        logger.error("request %s failed", request_id, exc_info=error)
        refusal = our_fault()
    response = json_response({**(first or {}), **error_body(refusal, request_id)}, refusal.status)
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    if refusal.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def our_fault() -> DomainError:
    """What a request is told that failed by a mistake of ours."""
    return DomainError(
        _("Something went wrong on our side."),
        status=500,
        code="server_error",
        hint=_("Try again; if it stays, report the request_id."),
    )


def error_body(refusal: DomainError, request_id: str) -> dict[str, Any]:
    """The contract's error body."""
    body: dict[str, Any] = {"message": str(refusal.message)}
    if refusal.errors:
        body["errors"] = {name: [str(text) for text in texts] for name, texts in refusal.errors.items()}
    elif refusal.status == 422:
        body["errors"] = {"body": [str(refusal.message)]}  # at the request as a whole, as `invalid` has it
    body["code"] = refusal.code
    if refusal.hint:
        body["hint"] = str(refusal.hint)
    body["request_id"] = request_id
    return body


def as_refusal(error: Exception) -> DomainError | None:
    """The refusal that an exception means, or None for a fault of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, drf.ValidationError):
        return invalid(error.detail)
    if isinstance(error, drf.MethodNotAllowed):
        return WrongMethod()
    if isinstance(error, (Http404, drf.NotFound)):
        return NotFound()
    if isinstance(error, (DisallowedHost, RequestDataTooBig, SuspiciousOperation)):
        return DomainError(_("The request is malformed."), code="bad_request")
    return _from_servers(error)


def _from_servers(error: Exception) -> DomainError | None:
    """What PostgreSQL and Redis say: a lock or server that was not had is a 503, a value that does not fit a 422."""
    if isinstance(error, (OperationalError, InterfaceError, RedisError)):
        logger.warning("a server did not answer in time: %s", error)
        return Unavailable()
    if isinstance(error, IntegrityError) and getattr(error.__cause__, "sqlstate", "") == "23505":
        return DomainError(_("Another request has just used the same value."), code="not_unique")
    if isinstance(error, DataError):
        return DomainError(_("A value is out of range."), code="out_of_range")
    return None


def invalid(detail: Any) -> DomainError:
    """A serializer's errors, flattened to dotted names."""
    errors: dict[str, list[Any]] = {}
    _flatten(detail, "", errors)
    first = next(iter(errors.values()))[0] if errors else ""
    return DomainError(first or _("The given data was invalid."), errors=errors)


def _flatten(detail: Any, path: str, errors: dict[str, list[Any]]) -> None:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            inner_path = path if name == "non_field_errors" else f"{path}.{name}" if path else str(name)
            _flatten(inner, inner_path, errors)
    elif isinstance(detail, list) and any(isinstance(inner, (dict, list)) for inner in detail):
        for index, inner in enumerate(detail):
            _flatten(inner, f"{path}.{index}" if path else str(index), errors)
    else:
        errors.setdefault(path or "body", []).extend(detail if isinstance(detail, list) else [detail])
