"""Logging in to the back office, and out of it."""

from datetime import timedelta
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

from leadercrm.accounts.actions.second_factor import SecondFactorNeeded, WrongCode
from leadercrm.accounts.actions.sessions import log_in, log_in_with_code, log_out
from leadercrm.accounts.models import User
from leadercrm.core import cookies
from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.errors import DomainError
from leadercrm.core.web.pages import see_other
from leadercrm.tenancy.models import TokenKind

# How long a session holds unused where somebody has asked for it to be kept.
REMEMBERED = timedelta(days=30)


class LoginForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(max_length=255)
    password = forms.CharField(max_length=1000, strip=False)
    remember = forms.BooleanField(required=False)


class CodeForm(forms.Form):
    """The second step: the code, and what the first one has shown."""

    email = forms.EmailField(max_length=255)
    challenge = forms.CharField(max_length=500)
    code = forms.CharField(max_length=32)
    remember = forms.BooleanField(required=False)


def _told(refusal: DomainError) -> str:
    return f"{refusal.message} {refusal.hint}".strip()


@method_decorator([never_cache, csrf_protect], name="dispatch")
class LoginPage(View):
    """Ask for e-mail address and password, and give a session for them. Limits are the API's, and counted with it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Any) -> HttpResponse:
        return redirect(self._next()) if request.actor is not None else self._form(request)

    def post(self, request: Any) -> HttpResponse:
        form = CodeForm(request.POST) if "challenge" in request.POST else LoginForm(request.POST)
        if not form.is_valid():
            return self._form(request, _("Write your e-mail address and your password."), status=422)
        try:
            token = self._session(form.cleaned_data)
        except SecondFactorNeeded as needed:
            return self._form(request, challenge=needed.challenge)
        except WrongCode as refusal:
            return self._form(request, _told(refusal), refusal.status, request.POST.get("challenge", ""))
        except DomainError as refusal:
            return self._form(request, _told(refusal), refusal.status)
        response = see_other(self._next())
        kept = REMEMBERED if form.cleaned_data["remember"] else None
        cookies.give(request, response, SESSION_COOKIE, token, "/", kept)
        rotate_token(request)
        return response

    def _session(self, values: dict[str, Any]) -> str:
        request: Any = self.request
        throttling.LOGIN.spend(f"{request.client_ip}:{values['email'].lower()}")
        kept = REMEMBERED if values["remember"] else None
        visitor = Actor.visitor(via="page", ip=request.client_ip, request_id=request.request_id)
        if "challenge" in values:
            proof = {"challenge": values["challenge"], "code": values["code"]}
            return log_in_with_code(**proof, actor=visitor, idle_life=kept).token
        known = {"email": values["email"], "password": values["password"]}
        return log_in(**known, actor=visitor, kind=TokenKind.BROWSER, idle_life=kept).token

    def _form(self, request: HttpRequest, error: Any = "", status: int = 200, challenge: str = "") -> HttpResponse:
        typed = {"email": request.POST.get("email", ""), "remember": "remember" in request.POST}
        context = {**typed, "error": error, "challenge": challenge, "title": _("Log in")}
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
