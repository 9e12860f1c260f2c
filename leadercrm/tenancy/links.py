"""Links that are mailed: each opens one thing, once, until it expires, before any tenant is known.

A link's token is `id-secret`. The secret is derived from the server's secret key and a random part of
the row, so that the mail can be written long after the transaction that made the link; stored is only
its SHA-256, and who reads the database alone can open nothing.
"""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import DomainError
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.credentials import secret_hash
from leadercrm.tenancy.models import OneTimeLink

TOKEN_SHAPE = re.compile(r"([0-9]{1,18})-([0-9a-f]{64})", re.ASCII)


class InvalidLink(DomainError):
    """The link is malformed, unknown, used, replaced or expired: which one is not told."""

    code = "invalid_link"

    def __init__(self) -> None:
        super().__init__(
            _("This link is not valid or not valid any more."), field="token", hint=_("Ask for a new one.")
        )


def make_link(purpose: OneTimeLink.Purpose, subject_id: int, *, life: timedelta) -> OneTimeLink:
    """Make the only link of this purpose to a row of the bound tenant; one that there was holds no more."""
    drop_links(purpose, subject_id)
    nonce = secrets.token_hex(16)
    link = OneTimeLink(
        purpose=purpose,
        tenant_id=current_tenant_id(),
        subject_id=subject_id,
        nonce=nonce,
        secret_hash=secret_hash(_secret(purpose, nonce)),
        expires_at=timezone.now() + life,
    )
    link.save()
    return link


def link_token(purpose: OneTimeLink.Purpose, subject_id: int) -> str | None:
    """The token of a row's link, for the mail; None when there is no link any more."""
    link = _links(purpose, subject_id).filter(expires_at__gt=timezone.now()).first()
    return f"{link.pk}-{_secret(link.purpose, link.nonce)}" if link else None


def find_link(token: str, purpose: OneTimeLink.Purpose) -> OneTimeLink:
    """What a token opens, with its tenant. Raises InvalidLink, for a suspended tenant's as well."""
    shape = TOKEN_SHAPE.fullmatch(token)
    links = OneTimeLink.objects.select_related("tenant").filter(
        purpose=purpose, expires_at__gt=timezone.now(), tenant__suspended_at__isnull=True
    )
    link = links.filter(pk=int(shape[1])).first() if shape else None
    if shape is None or link is None or not hmac.compare_digest(link.secret_hash, secret_hash(shape[2])):
        raise InvalidLink
    return link


def use_link(link: OneTimeLink) -> None:
    """Use a link up, in the running transaction; of two who try at once the second gets InvalidLink.

    Whoever uses or replaces a link has locked the row that it leads to before.
    """
    if not OneTimeLink.objects.filter(pk=link.pk).delete()[0]:
        raise InvalidLink


def drop_links(purpose: OneTimeLink.Purpose, subject_id: int) -> None:
    """Let the links of this purpose to a row of the bound tenant hold no more."""
    _links(purpose, subject_id).delete()


def _links(purpose: str, subject_id: int) -> QuerySet[OneTimeLink]:
    return OneTimeLink.objects.filter(tenant_id=current_tenant_id(), purpose=purpose, subject_id=subject_id)


def _secret(purpose: str, nonce: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"link\n{purpose}\n{nonce}".encode(), hashlib.sha256).hexdigest()
