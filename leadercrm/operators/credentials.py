"""Cookies of operators: `id|secret`, like an access token, and of tables of their own."""

import hmac
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from leadercrm.operators.models import Operator, OperatorSession, Secret
from leadercrm.tenancy.credentials import TOKEN_SHAPE, new_secret, secret_hash

S = TypeVar("S", bound=Secret)
SESSION_LIFE = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)


def issue(row: Secret, life: timedelta) -> str:
    """Save a row with a new secret and return its cookie's text, the only time that it can be seen."""
    secret = new_secret()
    row.secret_hash, row.expires_at = secret_hash(secret), timezone.now() + life
    row.save()
    return f"{row.pk}|{secret}"


def resolve(rows: QuerySet[S], text: str) -> S | None:
    """The row of a cookie; None unless it is in force, and its operator active."""
    shape = TOKEN_SHAPE.match(text)
    if shape is None:
        return None
    current = rows.filter(ended_at__isnull=True, expires_at__gt=timezone.now(), operator__is_active=True)
    row = current.filter(pk=int(shape[1])).first()
    matches = row is not None and hmac.compare_digest(row.secret_hash, secret_hash(shape[2]))
    return row if matches else None


def resolve_session(text: str) -> OperatorSession | None:
    """The session of a cookie; its use moves its end on."""
    session = resolve(OperatorSession.objects.select_related("operator"), text)
    now = timezone.now()
    if session is not None and now - session.last_used_at > TOUCH_EVERY:
        used: dict[str, Any] = {"last_used_at": now, "expires_at": now + SESSION_LIFE}
        OperatorSession.objects.filter(pk=session.pk).update(**used)
    return session


def end_all(operator: Operator) -> int:
    """End an operator's sessions; returns how many there were."""
    rows = OperatorSession.objects.filter(operator=operator, ended_at__isnull=True)
    return rows.update(ended_at=timezone.now())
