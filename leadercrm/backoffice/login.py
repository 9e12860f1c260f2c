"""Logging in to the pages, and out again."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from leadercrm.accounts.actions.sessions import log_in, log_out
from leadercrm.accounts.models import User
from leadercrm.core import cookies
from leadercrm.core.actor import Actor
from leadercrm.core.admin_kit.login import LoginForm, login_page, next_page
from leadercrm.core.admin_kit.site import actor_of, tenant_site
from leadercrm.core.api import throttling
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.errors import DomainError
from leadercrm.operators.visits import VISIT_COOKIE, leave
from leadercrm.tenancy.models import TokenKind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: Any) -> HttpResponse:
    """Ask for e-mail address and password, and give a session for them."""
    index = reverse("admin:index")
    if actor_of(request) is not None:
        return redirect(index)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = _session(request, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            response = HttpResponseRedirect(next_page(request, index))
            cookies.give(request, response, SESSION_COOKIE, token, "/")
            rotate_token(request)
            return response
    return login_page(request, tenant_site, form)


def _session(request: Any, username: str, password: str) -> str:
    """The limit is the API's, and counted together with it."""
    throttling.LOGIN.spend(f"{request.client_ip}:{username.lower()}")
    visitor = Actor.visitor(via="admin", ip=request.client_ip, request_id=request.request_id)
    return log_in(email=username, password=password, actor=visitor, kind=TokenKind.BROWSER).token


@require_POST
def logout(request: Any) -> HttpResponse:
    """End the session, or an operator's visit."""
    response = redirect("admin:login")
    if request.visit is not None:
        leave(request.visit, actor=request.actor)
        response = redirect("operator:index")
        cookies.take(response, VISIT_COOKIE, "/admin/")
    elif request.actor is not None:
        log_out(User.objects.get(pk=request.actor.user_id), actor=request.actor)
        cookies.take(response, SESSION_COOKIE, "/")
    return response
