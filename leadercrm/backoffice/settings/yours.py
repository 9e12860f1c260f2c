"""What is one's own: notifications and sessions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.tokens import end_other_sessions, revoke_token
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.pages import see_other
from leadercrm.core.web.toasts import toast
from leadercrm.notifications.actions.reading import change_preferences
from leadercrm.notifications.models import NotificationType
from leadercrm.notifications.queries import preferences_of
from leadercrm.tenancy.models import AccessToken, TokenKind

MOST_SHOWN = 200


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
