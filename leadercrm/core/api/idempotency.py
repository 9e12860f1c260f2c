"""Idempotency-Key: the same POST twice has one effect and one answer.

The answer is stored in the transaction of the effect, so that a crash leaves both or neither. A
key that is being carried out right now holds an advisory lock; whoever comes meanwhile gets a 409.
Nothing is stored when the request is refused: the key may be used again.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.parsing import read_body
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.uploads import boundary_of
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, InFlight
from leadercrm.core.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEY_SHAPE = re.compile(r"^[\x21-\x7e]{1,255}$")
KEPT = timedelta(hours=24)
TABLE = IdempotencyKey._meta.db_table
FIND_SQL = f"""
    SELECT request_hash::text, status::int, body FROM {TABLE} WHERE user_id = %s AND key = %s AND created_at >= %s
"""  # noqa: S608 - our own table
# An answer whose time is over makes room for the new one.
KEEP_SQL = f"""
    INSERT INTO {TABLE} (user_id, key, request_hash, status, body, created_at) VALUES (%s, %s, %s, %s, %s, %s)
    ON CONFLICT (user_id, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
        body = excluded.body, created_at = excluded.created_at
"""  # noqa: S608 - our own table


def requested_key(request: HttpRequest) -> str | None:
    """The request's key, if it has one; 422 for one that is empty, too long or not plain ASCII."""
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not KEY_SHAPE.match(key):
        raise DomainError(
            _("Idempotency-Key must have 1 to 255 visible ASCII characters."), field=HEADER, code="bad_idempotency_key"
        )
    return key


def request_hash(request: HttpRequest) -> str:
    """What makes two requests the same: method, address, body. Of a form, the line between its parts is no matter."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    body, boundary = read_body(request), boundary_of(request)
    return hashlib.sha256(head + (body.replace(boundary, b"") if boundary else body)).hexdigest()


def refuse_other_request() -> DomainError:
    return DomainError(
        _("This Idempotency-Key was used for another request."),
        field=HEADER,
        code="idempotency_key_reused",
        hint=_("Use a new key for each operation; repeat a key only with the very same request."),
    )


def try_lock(*parts: object) -> bool:
    """Take the advisory lock of a key until the transaction ends."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    return bool(connection.run_kept("SELECT pg_try_advisory_xact_lock(%s)", [number])[0][0])


@dataclass(frozen=True)
class Stored:
    """An answer that was given."""

    request_hash: str
    status: int
    body: bytes


class Store(Protocol):
    """Where the answers of one scope are kept: a tenant's user's, or the public's."""

    scope: str

    def find(self, key: str) -> Stored | None:
        """What was answered under this key within the last 24 hours."""

    def keep(self, key: str, stored: Stored) -> None:
        """Keep an answer, in the running transaction."""


class TenantStore:
    """Keys of one user in the bound tenant."""

    def __init__(self, user_id: int) -> None:
        self.user_id, self.scope = user_id, f"{connection.schema_name}/{user_id}"

    def find(self, key: str) -> Stored | None:
        rows = connection.run_kept(FIND_SQL, [self.user_id, key, timezone.now() - KEPT])
        return Stored(rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None

    def keep(self, key: str, stored: Stored) -> None:
        kept = [self.user_id, key, stored.request_hash, stored.status, stored.body, timezone.now()]
        connection.run_kept(KEEP_SQL, kept)


def once(request: HttpRequest, key: str, store: Store, call: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out `call` under `key`, or replay what it answered before."""
    wanted, given = request_hash(request), []

    def answer() -> Stored:
        given.append(call())
        return Stored(wanted, given[0].status_code, given[0].content)

    stored = kept_once(wanted, key, store, answer)
    if given:
        return given[0]
    response = json_response(stored.body, stored.status)
    response["Idempotent-Replayed"] = "true"
    return response


def kept_once(wanted: str, key: str, store: Store, call: Callable[[], Stored]) -> Stored:
    """Carry out `call` under `key` and keep its answer, or find the one that was kept for the same request.

    `wanted` is what makes two requests the same. InFlight while another carries it out.
    """
    with transaction.atomic():
        if not try_lock(store.scope, key):
            raise InFlight(_("The same request is being carried out."))
        stored = store.find(key)
        if stored is None:
            stored = call()
            store.keep(key, stored)
            return stored
    if stored.request_hash != wanted:
        raise refuse_other_request()
    return stored
