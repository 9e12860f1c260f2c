"""Clients, the codes that they are given, and what they refresh with. All in `public`: no tenant is known yet.

A client's access token is none of the toolkit's: it is a row of tenancy.AccessToken of the kind "oauth", one for
each consent, which stays the same row as long as the connection lasts. So that it is resolved, listed, capped and
revoked as every token is.
"""

import hashlib
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication, AbstractGrant

from leadercrm.core.text import visible_text
from leadercrm.tenancy.models import AccessToken, LoginIndex

MOST_ADDRESSES, MOST_OF_ADDRESSES = 20, 4000
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Of programs on a desktop, which have no address of the web. Others write theirs as RFC 8252 asks, with a dot.
APPLICATIONS = ("claude", "cursor", "goose", "vscode", "vscode-insiders", "windsurf", "zed")


def digest(secret: str) -> str:
    """What is kept of a code, or of a refresh token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def may_be_sent_to(address: str) -> bool:
    """Whether a code may be handed to this address: HTTPS, this machine of the user's, or a program's own scheme."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.fragment or parts.username is not None:
        return False
    if parts.scheme == "http":
        return host in LOOPBACK
    return bool(host) if parts.scheme == "https" else parts.scheme in APPLICATIONS or "." in parts.scheme


class HashedField(models.CharField):  # type: ignore[type-arg]
    """A secret that is looked for and kept by its SHA-256 alone."""

    def get_prep_value(self, value: Any) -> Any:
        return digest(str(value)) if value is not None else None


class Client(AbstractApplication):  # type: ignore[misc]
    """A program that asks people for access. It belongs to no tenant; what it was given is in its connections."""

    user = models.ForeignKey(LoginIndex, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    UNAUDITED: ClassVar[set[str]] = {"client_secret"}

    class Meta(AbstractApplication.Meta):  # type: ignore[misc]
        db_table = '"public"."oauth_client"'

    @property
    def is_verified(self) -> bool:
        """Whether its address says who it is: a registered one says of itself what it likes."""
        return bool(self.registration_source == self.RegistrationSource.CIMD)

    @property
    def site(self) -> str:
        """Where it is from: its document's host."""
        return (urlsplit(self.client_id).hostname or "") if self.is_verified else ""

    @property
    def title(self) -> str:
        return (visible_text(self.name) or self.site or self.client_id)[:80]

    def get_allowed_schemes(self) -> list[str]:
        return sorted({urlsplit(address).scheme for address in self.redirect_uris.split() if may_be_sent_to(address)})

    def clean(self) -> None:
        """Refuse addresses that no code may be handed to."""
        addresses = self.redirect_uris.split()
        if len(addresses) > MOST_ADDRESSES or len(self.redirect_uris) > MOST_OF_ADDRESSES:
            raise ValidationError({"redirect_uris": _("Too many addresses.")})
        wrong = [address for address in addresses if not may_be_sent_to(address)]
        if wrong:
            message = _("No code is sent to %(address)s: use https, or http://127.0.0.1 for a program of the user's.")
            raise ValidationError({"redirect_uris": message % {"address": wrong[0][:200]}})
        super().clean()


class Grant(AbstractGrant):  # type: ignore[misc]
    """A code between consent and token: of two minutes, for once, kept by its hash."""

    user = models.ForeignKey(LoginIndex, on_delete=models.CASCADE, related_name="+")
    code = HashedField(max_length=64, unique=True)

    UNAUDITED: ClassVar[set[str]] = {"code", "code_challenge"}

    class Meta(AbstractGrant.Meta):  # type: ignore[misc]
        db_table = '"public"."oauth_grant"'


class RefreshToken(models.Model):
    """What a connection's next token is asked for with, once. One that comes a second time has been stolen."""

    token = models.ForeignKey(AccessToken, on_delete=models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    UNAUDITED: ClassVar[set[str]] = {"secret_hash"}

    class Meta:
        db_table = '"public"."oauth_refreshtoken"'

    def __str__(self) -> str:
        return f"{self.token_id}|…"

    @property
    def resource(self) -> list[str]:
        """As the toolkit asks for it."""
        return [self.token.resource]
