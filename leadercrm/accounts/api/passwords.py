"""Passwords under /api/v1/auth: changing one's own, and setting a new one by mail."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.passwords import (
    always_as_late,
    ask_for_reset,
    change_own_password,
    reset_password,
    set_password,
)
from leadercrm.accounts.api.serializers import ForgottenPasswordInput, LinkInput, PasswordChangeInput
from leadercrm.accounts.api.views import SESSION, VisitorView, current_user
from leadercrm.core.api import throttling
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import message_response
from leadercrm.core.api.shapes import MESSAGE
from leadercrm.core.api.views import ApiView


class PasswordView(ApiView):
    resource = SESSION

    @described(
        _("Change one's own password"),
        id="changePassword",
        act=set_password,
        body=PasswordChangeInput,
        returns=MESSAGE,
    )
    def put(self, request: HttpRequest) -> HttpResponse:
        values = self.cleaned(PasswordChangeInput)
        user = current_user(self.actor)
        change_own_password(user, current=values["current_password"], new=values["password"], actor=self.actor)
        return message_response(_("Password changed. Log in again."))


class ForgottenPasswordView(VisitorView):
    @described(
        _("Ask for a link to set a new password"), id="forgotPassword", body=ForgottenPasswordInput, returns=MESSAGE
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Mail a link to set a new password. The same answer after the same time whether there is such a user."""
        with always_as_late():
            email = self.cleaned(ForgottenPasswordInput)["email"]
            self.context.headers.update(throttling.FORGOTTEN_BY_IP.spend(self.context.ip))
            self.context.headers.update(throttling.FORGOTTEN_BY_EMAIL.spend(email))
            return self.once(request, email, lambda _secret: self._ask(email))

    def _ask(self, email: str) -> HttpResponse:
        ask_for_reset(email=email, actor=self.visitor)
        return message_response(_("If this address has an account, a mail with a link is on its way to it."))


class ResetPasswordView(VisitorView):
    @described(_("Set a new password by the link of the mail"), id="resetPassword", body=LinkInput, returns=MESSAGE)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Set a new password by the link of the mail; every token of the user ends."""
        self.context.headers.update(throttling.LINK.spend(self.context.ip))
        values = self.cleaned(LinkInput)
        return self.once(request, values["token"], lambda _secret: self._reset(values))

    def _reset(self, values: dict[str, Any]) -> HttpResponse:
        reset_password(**values, actor=self.visitor)
        return message_response(_("Password changed. Log in with the new one."))
