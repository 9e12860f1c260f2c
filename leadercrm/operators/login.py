"""Logging in to /operator/, and out again."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from leadercrm.core import cookies
from leadercrm.core.admin_kit.login import LoginForm, login_page, next_page
from leadercrm.core.admin_kit.site import actor_of
from leadercrm.core.api import throttling
from leadercrm.core.errors import DomainError
from leadercrm.operators.actions.sessions import log_in, log_out
from leadercrm.operators.sessions import OPERATOR_COOKIE, PLACE
from leadercrm.operators.site import operator_site

LOGIN = throttling.Limit("operator-login", 10, 60, fails_closed=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: Any) -> HttpResponse:
    """Ask for e-mail address and password, and give a session for them."""
    index = reverse("operator:index")
    if actor_of(request) is not None:
        return redirect(index)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = _session(request, **form.cleaned_data)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            response = HttpResponseRedirect(next_page(request, index))
            cookies.give(request, response, OPERATOR_COOKIE, text, PLACE)
            rotate_token(request)
            return response
    return login_page(request, operator_site, form)


def _session(request: Any, username: str, password: str) -> str:
    LOGIN.spend(f"{request.client_ip}:{username.lower()}")
    return log_in(email=username, password=password, ip=request.client_ip, request_id=request.request_id)


@require_POST
def logout(request: Any) -> HttpResponse:
    """End the session and all visits."""
    if request.operator_session is not None:
        log_out(request.operator_session, actor=request.actor)
    response = redirect("operator:login")
    cookies.take(response, OPERATOR_COOKIE, PLACE)
    return response
