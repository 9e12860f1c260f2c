"""Idempotency-Key: the same POST twice has one effect and one answer.

The answer is stored in the transaction of the effect, so that a crash leaves both or neither. A
key that is being carried out right now holds an advisory lock; whoever comes meanwhile gets a 409.
Nothing is stored when the request is refused: the key may be used again.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.responses import json_response
from leadercrm.core.errors import DomainError, InFlight
from leadercrm.core.models import IdempotencyKey

KEY_SHAPE = re.compile(r"^[\x21-\x7e]{1,255}$")
KEPT = timedelta(hours=24)


def requested_key(request: HttpRequest) -> str | None:
    """The request's key, if it has one; 422 for one that is empty, too long or not plain ASCII."""
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not KEY_SHAPE.match(key):
        raise DomainError(
            _("Idempotency-Key must have 1 to 255 visible ASCII characters."), code="bad_idempotency_key"
        )
    return key


def request_hash(request: HttpRequest) -> str:
    """What makes two requests the same: method, address, body."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request.body).hexdigest()


def refuse_other_request() -> DomainError:
    return DomainError(
        _("This Idempotency-Key was used for another request."),
        code="idempotency_key_reused",
        hint=_("Use a new key for each operation; repeat a key only with the very same request."),
    )


def try_lock(*parts: object) -> bool:
    """Take the advisory lock of a key until the transaction ends."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def once(request: HttpRequest, key: str, user_id: int, call: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out `call` under `key`, or replay what it answered before."""
    wanted = request_hash(request)
    with transaction.atomic():
        if not try_lock(connection.schema_name, user_id, key):
            raise InFlight(_("The same request is being carried out."))
        stored = IdempotencyKey.objects.filter(user_id=user_id, key=key).first()
        if stored is not None and stored.created_at < timezone.now() - KEPT:
            stored.delete()
            stored = None
        if stored is None:
            response = call()
            IdempotencyKey.objects.create(
                user_id=user_id, key=key, request_hash=wanted, status=response.status_code, body=response.content
            )
            return response
    if stored.request_hash != wanted:
        raise refuse_other_request()
    return replayed(json_response(bytes(stored.body), stored.status))


def replayed(response: HttpResponse) -> HttpResponse:
    response["Idempotent-Replayed"] = "true"
    return response
