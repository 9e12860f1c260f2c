"""Logging in to the back office, and out of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from leadercrm.accounts.actions.sessions import log_in, log_out
from leadercrm.accounts.models import User
from leadercrm.core import cookies
from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.errors import DomainError
from leadercrm.core.web.pages import see_other
from leadercrm.tenancy.models import TokenKind


class LoginForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(max_length=255)
    password = forms.CharField(max_length=1000, strip=False)


@method_decorator([never_cache, csrf_protect], name="dispatch")
class LoginPage(View):
    """Ask for e-mail address and password, and give a session for them. Limits are the API's, and counted with it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Any) -> HttpResponse:
        return redirect(self._next()) if request.actor is not None else self._form(request)

    def post(self, request: Any) -> HttpResponse:
        form = LoginForm(request.POST)
        if not form.is_valid():
            return self._form(request, _("Write your e-mail address and your password."), status=422)
        try:
            token = self._session(**form.cleaned_data)
        except DomainError as refusal:
            return self._form(request, f"{refusal.message} {refusal.hint}".strip(), status=refusal.status)
        response = see_other(self._next())
        cookies.give(request, response, SESSION_COOKIE, token, "/")
        rotate_token(request)
        return response

    def _session(self, email: str, password: str) -> str:
        request: Any = self.request
        throttling.LOGIN.spend(f"{request.client_ip}:{email.lower()}")
        visitor = Actor.visitor(via="page", ip=request.client_ip, request_id=request.request_id)
        return log_in(email=email, password=password, actor=visitor, kind=TokenKind.BROWSER).token

    def _form(self, request: HttpRequest, error: Any = "", status: int = 200) -> HttpResponse:
        context = {"error": error, "email": request.POST.get("email", ""), "title": _("Log in")}
        return render(request, "backoffice/login.html", context, status=status)

    def _next(self) -> str:
        """Where somebody wanted to go before they had to log in: a page of this same site."""
        wanted = self.request.GET.get("next", "")
        hosts = {self.request.get_host()}
        return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts) else "/"


@method_decorator(csrf_protect, name="dispatch")
class LogoutPage(View):
    """End the session."""

    http_method_names = ["post"]

    def post(self, request: Any) -> HttpResponse:
        response = see_other("/login")
        if request.actor is not None and request.actor.user_id is not None:
            log_out(User.objects.get(pk=request.actor.user_id), actor=request.actor)
            cookies.take(response, SESSION_COOKIE, "/")
        return response
