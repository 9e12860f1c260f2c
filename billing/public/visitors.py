"""Who looks at a document's page: its client, or the tenant's own staff."""

from typing import Any

from django.http import HttpRequest

from leadercrm.core.actor import Actor
from leadercrm.core.api.context import client_ip
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.errors import Unauthenticated
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.credentials import resolve_token
from leadercrm.tenancy.models import TokenKind


def is_staff(request: HttpRequest) -> bool:
    """Whether a user of the bound tenant looks, logged in with this browser."""
    text = request.COOKIES.get(SESSION_COOKIE)
    if not text:
        return False
    try:
        return resolve_token(text, TokenKind.BROWSER).tenant.id == current_tenant_id()
    except Unauthenticated:
        return False


def client_of(request: HttpRequest, document: Any, name: str = "", email: str = "") -> Actor:
    """The client who acts on a document, as the audit names them."""
    label = f"{name} <{email}>" if email else name
    return Actor.client(document, ip=client_ip(request), label=label or document.contact_name)
