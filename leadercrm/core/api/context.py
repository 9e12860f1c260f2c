"""What the gateway knows about a request, handed to the views."""

import secrets
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest

from leadercrm.core.actor import Actor


@dataclass
class ApiContext:
    """Set on each request as `request.api`."""

    ip: str
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    actor: Actor | None = None
    headers: dict[str, str] = field(default_factory=dict)


def client_ip(request: HttpRequest) -> str:
    """The client's address: the peer's, or what the trusted proxies in front wrote, and nothing a client can.

    With n trusted proxies, the n-th address from the right of X-Forwarded-For was written by the outermost one.
    """
    peer: str = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 - a label, nothing is bound
    hops = settings.TRUSTED_PROXIES
    if not hops:
        return peer
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return chain[-hops] if len(chain) >= hops else peer
