"""Secrets that have to be read again: sealed under the server's key, each kind under one of its own made of it."""

import base64
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def seal(kind: str, secret: str) -> str:
    """The secret as it may stand in the database."""
    return _fernet(settings.SECRET_KEY, kind).encrypt(secret.encode()).decode()


def unseal(kind: str, sealed: str) -> str:
    """The secret; sealed under a former key it still opens. Raises InvalidToken when no key fits."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _fernet(key, kind).decrypt(sealed.encode()).decode()
        except InvalidToken:
            continue
    raise InvalidToken


@lru_cache(maxsize=32)
def _fernet(secret_key: str, kind: str) -> Fernet:
    key = hmac.digest(secret_key.encode(), f"leadercrm.{kind}".encode(), "sha256")
    return Fernet(base64.urlsafe_b64encode(key))
