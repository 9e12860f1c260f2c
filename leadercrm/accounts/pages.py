"""The pages that mailed links lead to: a form for a password, for people without a login yet.

No script and no cookie but the form's own protection; the token is in the address alone, which is
told to no other site (Referrer-Policy) and kept nowhere (Cache-Control).
"""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_protect

from leadercrm.accounts.actions.invitations import accept_invitation, find_invitation
from leadercrm.accounts.actions.passwords import RESET, reset_password
from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.tenancy.links import InvalidLink, find_link

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Not "no-referrer": browsers then send the form with "Origin: null", which its protection refuses.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store, private",
}


class PasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        min_length=8,
        max_length=128,
        strip=False,
        help_text=_("At least 8 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "form-control"}),
    )
    password_confirmation = forms.CharField(
        label=_("Password again"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "form-control"}),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = self.cleaned_data
        if "password" in values and values.get("password_confirmation") != values["password"]:
            self.add_error("password_confirmation", _("The two passwords are not the same."))
        return values


class InvitationForm(PasswordForm):
    """What is asked of somebody who joins."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "form-control"}),
    )
    field_order = ("name", "password", "password_confirmation")


@method_decorator(csrf_protect, name="dispatch")
class LinkPage(View):
    """A page behind a mailed link. What refuses there is told here; a link that holds no more is a 404."""

    http_method_names = ["get", "head", "post"]
    form_class: ClassVar[type[PasswordForm]]
    template: ClassVar[str]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(translation.get_language_from_request(request)):
            try:
                throttling.LINK.spend(client_ip(request))
                response = super().dispatch(request, *args, **kwargs)
            except Exception as error:
                response = self.refused(request, error)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    def refused(self, request: HttpRequest, error: Exception) -> HttpResponse:
        refusal = as_refusal(error)
        if refusal is None:
            raise error
        status = 404 if refusal.code == InvalidLink.code else refusal.status
        return render(request, "accounts/refused.html", {"refusal": refusal}, status=status)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        context = self.behind(token)
        return render(request, self.template, {**context, "form": self.form_class(initial=context)})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        context, form = self.behind(token), self.form_class(request.POST)
        if not form.is_valid():
            return render(request, self.template, {**context, "form": form}, status=422)
        values = {name: value for name, value in form.cleaned_data.items() if name != "password_confirmation"}
        self.act(token, values, Actor.visitor(via="page", ip=client_ip(request)))
        return render(request, self.template, {**context, "done": True})

    def behind(self, token: str) -> dict[str, Any]:
        """What the page says of what the link leads to. Raises InvalidLink."""
        raise NotImplementedError

    def act(self, token: str, values: dict[str, Any], actor: Actor) -> None:
        """Carry it out."""
        raise NotImplementedError


class InvitationPage(LinkPage):
    form_class = InvitationForm
    template = "accounts/invitation_page.html"

    def behind(self, token: str) -> dict[str, Any]:
        link, invitation = find_invitation(token)
        return {"tenant": link.tenant, "email": invitation.email, "name": invitation.name}

    def act(self, token: str, values: dict[str, Any], actor: Actor) -> None:
        accept_invitation(token=token, **values, actor=actor)


class ResetPage(LinkPage):
    form_class = PasswordForm
    template = "accounts/reset_page.html"

    def behind(self, token: str) -> dict[str, Any]:
        find_link(token, RESET)
        return {}

    def act(self, token: str, values: dict[str, Any], actor: Actor) -> None:
        reset_password(token=token, **values, actor=actor)
