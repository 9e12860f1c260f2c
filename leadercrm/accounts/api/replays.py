"""Idempotency keys of what answers with a token; login and registration come before any tenant is known.

No secret is ever stored. So the secret is derived from the key, the request (with its password, or the
number of its user) and the server's secret key; the stored answer leaves it out, and a replay puts it
in again.
"""

import hashlib
import hmac
from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from leadercrm.core.api.idempotency import KEPT, Stored, TenantStore, request_hash
from leadercrm.tenancy.credentials import SECRET_LENGTH
from leadercrm.tenancy.models import PublicIdempotencyKey

# Where the secret stood in a stored answer. The token comes first, before anything that a client has written.
SECRET = "{secret}"  # noqa: S105 - a placeholder


def derived_secret(request: HttpRequest, key: str, user_id: int | None = None) -> str:
    """The secret of the token that this request, under this key, gets.

    A request without a secret of its own says whose it is: another user may well send the very same.
    """
    text = f"{key}\n{request_hash(request)}" + ("" if user_id is None else f"\n{user_id}")
    digest = hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    return digest[:SECRET_LENGTH]


class PublicStore:
    """Answers with a token in them, kept without its secret.

    Keys are told apart by e-mail address, as those behind a credential are by user: two strangers
    may well number their requests alike.
    """

    def __init__(self, secret: str, email: str) -> None:
        self.secret, self.scope = secret, f"public/{email}"

    def find(self, key: str) -> Stored | None:
        row = PublicIdempotencyKey.objects.filter(
            key_hash=self._hash(key), created_at__gt=timezone.now() - KEPT
        ).first()
        if row is None:
            return None
        return Stored(row.request_hash, row.status, row.body.replace(SECRET, self.secret, 1).encode())

    def keep(self, key: str, stored: Stored) -> None:
        body = stored.body.decode().replace(self.secret, SECRET, 1)
        PublicIdempotencyKey.objects.update_or_create(
            key_hash=self._hash(key),
            defaults={
                "request_hash": stored.request_hash,
                "status": stored.status,
                "body": body,
                "created_at": timezone.now(),
            },
        )

    def _hash(self, key: str) -> str:
        return hashlib.sha256(f"{self.scope}\n{key}".encode()).hexdigest()


class SealedStore(TenantStore):
    """Answers of one user in the bound tenant, with a token in them, kept without its secret."""

    def __init__(self, secret: str, user_id: int) -> None:
        super().__init__(user_id)
        self.secret = secret

    def find(self, key: str) -> Stored | None:
        stored = super().find(key)
        return replace(stored, body=stored.body.replace(SECRET.encode(), self.secret.encode(), 1)) if stored else None

    def keep(self, key: str, stored: Stored) -> None:
        body = stored.body.replace(self.secret.encode(), SECRET.encode(), 1)
        super().keep(key, replace(stored, body=body))
