"""Who asks for a page: the one place where a page's request is given its actor and its tenant.

A session is an access token of the kind "browser" in a cookie. It is resolved by the statement that
resolves every credential, so that a revocation, a changed password or role, a deactivated user and
a suspended tenant hold on the very next page. An operator on a visit has a cookie of another name.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.backoffice.addresses import is_page
from leadercrm.core.api.context import client_ip
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.clock import tenant_zone
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.errors import DomainError, Unauthenticated
from leadercrm.operators.visits import VISIT_COOKIE, Visitor, resolve_visit, visiting_actor
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import resolve_token
from leadercrm.tenancy.models import TokenKind


class PageSessions:
    """Middleware: `request.actor` (None for a visitor), `request.user` for the templates, and the tenant bound."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not is_page(request.path_info):
            return self.get_response(request)
        if _length_of(request) > settings.LARGEST_FORM:
            # Before anything reads it: the token against forged requests stands in the form itself.
            return render(request, "refused.html", {"refusal": _too_large()}, status=413)
        request.actor, request.visit = None, None
        request.client_ip, request.request_id = client_ip(request), secrets.token_hex(8)
        tenant = _visit_of(request) or _session_of(request)
        if tenant is None:
            return self.get_response(request)
        request.tenant = tenant
        with bind(tenant), timezone.override(tenant_zone()):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form shows is a page that says why."""
        return refusal_page(request, error)


def _length_of(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isascii() and length.isdigit() else 0


def _too_large() -> DomainError:
    most = settings.LARGEST_FORM // 1024 // 1024
    return DomainError(_("A form may have %(most)s MB at most, with its file.") % {"most": most}, status=413)


def refusal_page(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """The page for a refusal, or for a server that did not answer; None for what Django has pages for."""
    if isinstance(error, (Http404, PermissionDenied, SuspiciousOperation)):
        return None
    refusal = as_refusal(error)
    if refusal is None:
        return None
    return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)


def _session_of(request: Any) -> BoundTenant | None:
    """The tenant of the user whose cookie this is, if it is in force."""
    text = request.COOKIES.get(SESSION_COOKIE)
    if not text:
        return None
    try:
        credential = resolve_token(text, TokenKind.BROWSER)
    except Unauthenticated:
        return None
    via = "admin" if request.path_info.startswith("/admin/") else "page"
    request.actor = credential.actor(via=via, ip=request.client_ip, request_id=request.request_id)
    request.user = SimpleLazyObject(lambda: User.objects.get(pk=credential.user_id))
    return credential.tenant


def _visit_of(request: Any) -> BoundTenant | None:
    """The tenant that an operator visits with this cookie, if the visit has not ended."""
    text = request.COOKIES.get(VISIT_COOKIE)
    visit = resolve_visit(text) if text else None
    if visit is None:
        return None
    tenant = BoundTenant.of(visit.tenant)
    request.actor = visiting_actor(visit, ip=request.client_ip, request_id=request.request_id)
    request.user, request.visit = Visitor.of(visit), visit
    return tenant
