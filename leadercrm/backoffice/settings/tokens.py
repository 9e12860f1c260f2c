"""Credentials for programs and agents: made, limited, revoked. One's own, and for administrators everybody's."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.tokens import change_token, create_token, end_token, limits_from, revoke_token
from leadercrm.accounts.api.serializers import TokenInput
from leadercrm.accounts.models import User
from leadercrm.agents.actions.policies import token_of
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.backoffice.settings.limits import change_body, limit_fields, tell_limits, token_body, token_values
from leadercrm.backoffice.settings.yours import MOST_SHOWN, tokens_in_force
from leadercrm.core.actor import Role
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.token_scopes import SAID, scopes_of
from leadercrm.core.web.pages import see_other
from leadercrm.core.web.toasts import toast
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import AccessToken, TokenKind

LIVES = (("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("", _("No end, while it is used")))


class AsksForToken(InSettings):
    """A form on a token: what it refuses stands at its fields."""

    place_in = "tokens"

    def again(self, error: Exception, values: Any) -> HttpResponse:
        """The form as it was filled in, with what is wrong; what is no refusal of a value goes on."""
        refusal = as_refusal(error)
        if refusal is None or refusal.status != 422:
            raise error
        context = self.context(errors=refusal.errors, refusal=refusal, values=values)
        return self.draw(context, status=422)


class TokensPage(AsksForToken):
    template = "backoffice/settings/tokens.html"
    title = _("Tokens")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        mine = tokens_in_force(TokenKind.API, TokenKind.OAUTH)
        own = list(mine.filter(login_id=self.me())[:MOST_SHOWN])
        context: dict[str, Any] = {"tokens": own, "lives": LIVES, "scopes": SAID.items(), "values": {}, "errors": {}}
        others: list[AccessToken] = []
        if self.actor.role == Role.ADMIN:
            names = dict(User.objects.values_list("pk", "name"))
            others = list(mine.filter(login__tenant_id=current_tenant_id()).exclude(login_id=self.me())[:MOST_SHOWN])
            context["others"] = [{"token": token, "whose": names.get(token.login_id, "")} for token in others]
        tell_limits([*own, *others])
        context |= kwargs
        return {**context, **limit_fields(context["values"], context["errors"]), "may_all": True}

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            values = validated(TokenInput, token_body(request.POST))
            read_only, limits = request.POST.get("rights") == "read", limits_from(values)
            _token, text = create_token(**values, read_only=read_only, limits=limits, actor=self.actor)
        except Exception as error:
            return self.again(error, request.POST)
        # Shown in the answer itself, and nowhere again: no address has it, and no message store keeps it.
        return self.draw(self.context(secret=text))


class TokenPage(AsksForToken):
    """The limits of one token: what is changed here holds from its next call."""

    template = "backoffice/settings/token.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        token = token_of(self.kwargs["pk"], self.actor)
        held = scopes_of(token.abilities)
        stays = gettext("As it is: until %(day)s") % {"day": date_format(localtime(token.expires_at))}
        context: dict[str, Any] = {
            "title": token.name,
            "token": token,
            "whose": User.objects.get(pk=token.login_id).name if token.login_id != self.actor.user_id else "",
            "lives": (("keep", stays), *LIVES),
            "scopes": [(scope, said) for scope, said in SAID.items() if held is None or scope in held],
            "may_all": held is None,
            "values": token_values(token),
            "errors": {},
            **kwargs,
        }
        return {**context, **limit_fields(context["values"], context["errors"]), "limited": True}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = token_of(pk, self.actor)
        try:
            change_token(token, validated(TokenInput, change_body(request.POST), partial=True), actor=self.actor)
        except Exception as error:
            return self.again(error, request.POST)
        toast(request, _("Saved. It holds from the next call of the token."))
        return see_other(reverse("web:settings-tokens"))


class TokenEnd(InSettings):
    """Revoke a token: one's own, or as an administrator anybody's."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        held = tokens_in_force(TokenKind.API, TokenKind.OAUTH)
        token = held.filter(login__tenant_id=current_tenant_id(), pk=min(pk, MAX_ID)).first()
        if token is None:
            raise NotFound()
        act = revoke_token if token.login_id == self.actor.user_id else end_token
        act(token, actor=self.actor)
        toast(request, _("The token is revoked: programs that use it are refused from now on."))
        return see_other(reverse("web:settings-tokens"))
