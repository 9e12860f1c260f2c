"""One's own account: name and language, password, second factor; and a way back for a forgotten password."""

from typing import Any

import segno
from django import forms
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from leadercrm.accounts.actions.passwords import always_as_late, ask_for_reset, change_own_password
from leadercrm.accounts.actions.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    provisioning_uri,
    remove_second_factor,
)
from leadercrm.accounts.actions.users import change_user
from leadercrm.accounts.models import SecondFactor, User
from leadercrm.accounts.pages import PasswordForm
from leadercrm.core import cookies
from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.web.pages import Page, see_other
from leadercrm.core.web.toasts import toast


class AccountPage(Page):
    """What concerns the one who looks."""

    template = "backoffice/account.html"
    title = _("Your account")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        factor = SecondFactor.objects.filter(user_id=self._me().pk, confirmed_at__isnull=False).first()
        return {"me": self._me(), "factor": factor, **kwargs}

    def post(self, request: HttpRequest) -> HttpResponse:
        name = request.POST.get("name", "").strip()
        if name:
            change_user(self._me(), {"name": name[:255]}, actor=self.actor)
            toast(request, _("Saved."))
        return see_other(reverse("web:account"))

    def _me(self) -> User:
        me = User.objects.filter(pk=self.actor.user_id or 0).first()
        if me is None:  # an operator on a visit has no account here
            raise NotFound()
        return me

    def again(self, error: DomainError, **context: Any) -> HttpResponse:
        """The page with what was refused."""
        return self.draw(self.context(error=error, **context), status=422)


class PasswordPage(AccountPage):
    """Change one's password; one logs in again with the new one."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request.POST)
        if not form.is_valid():
            message = next(iter(form.errors.values()))[0]
            return self.again(DomainError(message), place="password")
        try:
            current, new = request.POST.get("current_password", ""), form.cleaned_data["password"]
            change_own_password(self._me(), current=current, new=new, actor=self.actor)
        except DomainError as refusal:
            return self.again(refusal, place="password")
        response = see_other(reverse("web:enter"))
        cookies.take(response, SESSION_COOKIE, "/")
        rotate_token(request)
        return response


class FactorPage(AccountPage):
    """Set up a second factor, confirm it, or take it away."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        me, code = self._me(), request.POST.get("code", "")
        step = request.POST.get("step", "")
        try:
            if step == "remove":
                remove_second_factor(me, code=code, actor=self.actor)
                toast(request, _("The second factor is gone."))
                return see_other(reverse("web:account"))
            if step == "confirm":
                codes = confirm_second_factor(me, code=code, actor=self.actor)
                return self.draw(self.context(codes=codes))
        except DomainError as refusal:
            return self.again(refusal, place="factor", secret=request.POST.get("secret", ""))
        secret = begin_second_factor(me, actor=self.actor)
        return self.draw(self.context(secret=secret))

    def context(self, **kwargs: Any) -> dict[str, Any]:
        secret = kwargs.get("secret")
        if secret:
            kwargs["picture"] = segno.make(provisioning_uri(self._me(), secret)).svg_data_uri(scale=5, border=2)
        return super().context(**kwargs)


class ForgottenForm(forms.Form):
    email = forms.EmailField(max_length=255)


@method_decorator([never_cache, csrf_protect], name="dispatch")
class ForgottenPage(View):
    """Ask for a link to set a new password. Whether the address is known is not told."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "backoffice/forgotten.html", {"title": _("Forgotten password")})

    def post(self, request: Any) -> HttpResponse:
        form = ForgottenForm(request.POST)
        if not form.is_valid():
            context = {"title": _("Forgotten password"), "error": _("Write your e-mail address.")}
            return render(request, "backoffice/forgotten.html", context, status=422)
        with always_as_late():
            throttling.FORGOTTEN_BY_IP.spend(request.client_ip)
            throttling.FORGOTTEN_BY_EMAIL.spend(form.cleaned_data["email"].lower())
            visitor = Actor.visitor(via="page", ip=request.client_ip, request_id=request.request_id)
            ask_for_reset(email=form.cleaned_data["email"], actor=visitor)
        return render(request, "backoffice/forgotten.html", {"title": _("Forgotten password"), "done": True})
