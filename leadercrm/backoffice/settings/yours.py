"""What is one's own: notifications, sessions, tokens."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.tokens import create_token, end_other_sessions, end_token, limits_from, revoke_token
from leadercrm.accounts.api.serializers import TokenInput
from leadercrm.accounts.models import User
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.backoffice.settings.limits import limit_fields, tell_limits, token_body
from leadercrm.core.actor import Role
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import NotFound
from leadercrm.core.web.pages import MAX_ID, see_other
from leadercrm.core.web.toasts import toast
from leadercrm.notifications.actions.reading import change_preferences
from leadercrm.notifications.models import NotificationType
from leadercrm.notifications.queries import preferences_of
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import AccessToken, TokenKind

MOST_SHOWN = 200
LIVES = (("30", _("30 days")), ("90", _("90 days")), ("365", _("One year")), ("", _("No end, while it is used")))


class NotificationsPage(InSettings):
    """For each type: whether one sees it, and whether one gets a mail."""

    template = "backoffice/settings/notifications.html"
    title = _("Notifications")
    place_in = "notifications"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        self.me()
        return {"choices": preferences_of(self.actor)}

    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = {channel: set(request.POST.getlist(channel)) for channel in ("in_app", "email")}
        choices = [
            {"type": kind, **{channel: kind in kinds for channel, kinds in chosen.items()}}
            for kind in NotificationType.values
        ]
        change_preferences(choices, actor=self.actor)
        toast(request, _("Saved."))
        return see_other(reverse("web:settings-notifications"))


class SessionsPage(InSettings):
    """Where one is logged in, and a way to end it everywhere else."""

    template = "backoffice/settings/sessions.html"
    title = _("Sessions")
    place_in = "sessions"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        sessions = tokens_in_force(TokenKind.BROWSER).filter(login_id=self.me())[:MOST_SHOWN]
        return {"sessions": sessions, "here": self.actor.token_id}

    def post(self, request: HttpRequest) -> HttpResponse:
        self.me()
        if request.POST.get("session"):
            revoke_token(_own(self.me(), TokenKind.BROWSER, request.POST["session"]), actor=self.actor)
            toast(request, _("That session has ended."))
        else:
            end_other_sessions(actor=self.actor)
            toast(request, _("Only this session is left."))
        return see_other(reverse("web:settings-sessions"))


class TokensPage(InSettings):
    """Credentials for programs: one's own, and for administrators everybody's."""

    template = "backoffice/settings/tokens.html"
    title = _("Tokens")
    place_in = "tokens"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        mine = tokens_in_force(TokenKind.API, TokenKind.OAUTH)
        own = list(mine.filter(login_id=self.me())[:MOST_SHOWN])
        context: dict[str, Any] = {"tokens": own, "lives": LIVES, "values": {}, "errors": {}}
        others: list[AccessToken] = []
        if self.actor.role == Role.ADMIN:
            names = dict(User.objects.values_list("pk", "name"))
            others = list(mine.filter(login__tenant_id=current_tenant_id()).exclude(login_id=self.me())[:MOST_SHOWN])
            context["others"] = [{"token": token, "whose": names.get(token.login_id, "")} for token in others]
        tell_limits([*own, *others])
        context |= kwargs
        return {**context, **limit_fields(context["values"], context["errors"])}

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            values = validated(TokenInput, token_body(request.POST))
            read_only, limits = request.POST.get("rights") == "read", limits_from(values)
            _token, text = create_token(**values, read_only=read_only, limits=limits, actor=self.actor)
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None or refusal.status != 422:
                raise
            context = self.context(errors=refusal.errors, refusal=refusal, values=request.POST)
            return self.draw(context, status=422)
        # Shown in the answer itself, and nowhere again: no address has it, and no message store keeps it.
        return self.draw(self.context(secret=text))


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


def tokens_in_force(*kinds: TokenKind) -> Any:
    """Tokens of any tenant: a caller narrows them to whom they concern."""
    held = AccessToken.objects.filter(kind__in=kinds, revoked_at__isnull=True, expires_at__gt=timezone.now())
    return held.order_by("-pk")


def _own(user_id: int, kind: TokenKind, pk: str) -> AccessToken:
    known = pk.isascii() and pk.isdigit() and int(pk) <= MAX_ID
    token: AccessToken | None = tokens_in_force(kind).filter(login_id=user_id, pk=int(pk)).first() if known else None
    if token is None:
        raise NotFound()
    return token
