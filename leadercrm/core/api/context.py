"""What the gateway knows about a request, handed to the views."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from leadercrm.core.actor import Actor


@dataclass
class ApiContext:
    """Set on each request as `request.api`."""

    ip: str
    request_id: str = field(default_factory=lambda: f"{random.getrandbits(64):016x}")
    actor: Actor | None = None
    headers: dict[str, str] = field(default_factory=dict)
    # What stands first in the body of a refusal (ApiView.refusal).
    refusal: Mapping[str, object] = field(default_factory=dict)
    # How large the body may be, in bytes.
    most_bytes: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


@contextmanager
def speaking(request: HttpRequest) -> Iterator[None]:
    """Speak the language that a program asks for, else the product's; the thread may still speak a page's."""
    asks = request.META.get("HTTP_ACCEPT_LANGUAGE")
    if not asks and translation.get_language() == settings.LANGUAGE_CODE:
        yield
        return
    with translation.override(translation.get_language_from_request(request) if asks else settings.LANGUAGE_CODE):
        yield


def client_ip(request: HttpRequest) -> str:
    """The client's address: the peer's, or what the trusted proxies in front wrote, and nothing a client can.

    With n trusted proxies, the n-th address from the right of X-Forwarded-For was written by the outermost one.
    """
    peer: str = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 - a label, nothing is bound
    hops = settings.TRUSTED_PROXIES
    if not hops:
        return peer
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    return (_address(chain[-hops]) or peer) if len(chain) >= hops else peer


def _address(text: str) -> str | None:
    """The IP address in an entry of the header, without the port that some proxies write; None if there is none."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        return str(ip_address(bare))
    except ValueError:
        return None
