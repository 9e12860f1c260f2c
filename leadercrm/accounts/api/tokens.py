"""A user's own tokens under /api/v1/auth/tokens."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.actions.tokens import change_token, create_token, limits_from, revoke_token
from leadercrm.accounts.api.replays import SealedStore, derived_secret
from leadercrm.accounts.api.serializers import TokenInput
from leadercrm.core.actor import Actor
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.idempotency import requested_key
from leadercrm.core.api.responses import (
    Paging,
    json_bytes,
    json_number,
    json_response,
    list_response,
    message_response,
    timestamp,
)
from leadercrm.core.api.rows import Page
from leadercrm.core.api.shapes import (
    BOOLEAN,
    INTEGER,
    MESSAGE,
    MOMENT,
    NUMBER,
    TEXT,
    data,
    list_of,
    nullable,
    one_of,
    page,
    record,
)
from leadercrm.core.api.views import ApiView
from leadercrm.core.caps import used_today
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.models import TokenUse
from leadercrm.core.token_scopes import READING_ALONE, TokenScope, scopes_of
from leadercrm.tenancy.models import AccessToken, TokenKind

ACCESS_TOKEN = Resource("AccessToken", _("token"), _("tokens"), _("Credentials of one's own, for programs and agents."))
FIELDS = {
    "id": INTEGER,
    "name": TEXT,
    "kind": one_of(TokenKind),
    "abilities": list_of(one_of(("read", "write"))),
    "scopes": list_of(one_of(TokenScope)),
    "agent_name": TEXT,
    "addresses": list_of(TEXT),
    "sends_per_day": nullable(INTEGER),
    "sends_today": nullable(INTEGER),
    "amount_per_day": nullable(NUMBER),
    "amount_today": nullable(NUMBER),
    "is_current": BOOLEAN,
    "last_used_at": nullable(MOMENT),
    "expires_at": MOMENT,
    "created_at": MOMENT,
}
ROW, NEW = record(FIELDS, "AccessToken"), record({"token": TEXT, **FIELDS}, "NewAccessToken")


class TokenListView(ApiView):
    resource = ACCESS_TOKEN

    @classmethod
    def answer_store(cls, request: HttpRequest, key: str, user_id: int) -> SealedStore:
        return SealedStore(derived_secret(request, key, user_id), user_id)

    @described(_("List one's own tokens"), id="listAccessTokens", returns=page(ROW))
    def get(self, request: HttpRequest) -> HttpResponse:
        """The caller's tokens that are in force, newest first. Their secrets cannot be seen again."""
        paging, tokens = Paging.of(request), _in_force(self.actor.user_id)
        chosen = list(tokens[paging.offset : paging.offset + paging.per_page])
        used = used_today([token.pk for token in chosen if has_caps(token)])
        rows = [_row(token, self.actor, used.get(token.pk)) for token in chosen]
        return list_response(request, Page(json_bytes(rows).decode(), len(rows), tokens.count()), paging)

    @described(
        _("Create a token"),
        id="createAccessToken",
        act=create_token,
        details=_("Its text, `token`, is shown this once."),
        body=TokenInput,
        returns=data(NEW),
        status=201,
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a token; the answer is the only one that has its text, under `token`."""
        values = self.cleaned(TokenInput)
        read_only = "write" not in values.pop("abilities", ["write"])
        limits = limits_from(values)
        key = requested_key(request)
        secret = derived_secret(request, key, self.actor.user_id) if key else None
        token, text = create_token(**values, read_only=read_only, secret=secret, limits=limits, actor=self.actor)
        return json_response({"data": {"token": text, **_row(token, self.actor)}}, 201)


def _row(token: AccessToken, actor: Actor, use: TokenUse | None = None) -> dict[str, Any]:
    scopes = scopes_of(token.abilities)
    amount, used = token.amount_per_day, use.amount if use else Decimal(0)
    return {
        "id": token.pk,
        "name": token.name,
        "kind": token.kind,
        "abilities": ["read"] if scopes == READING_ALONE else ["read", "write"],
        "scopes": [scope for scope in TokenScope if scopes is None or scope in scopes],
        "agent_name": token.agent_name,
        "addresses": token.addresses or [],
        "sends_per_day": token.sends_per_day,
        "sends_today": None if token.sends_per_day is None else use.sends if use else 0,
        "amount_per_day": None if amount is None else json_number(amount),
        "amount_today": None if amount is None else json_number(used),
        "is_current": token.pk == actor.token_id,
        "last_used_at": timestamp(token.last_used_at) if token.last_used_at else None,
        "expires_at": timestamp(token.expires_at),
        "created_at": timestamp(token.created_at),
    }


class TokenDetailView(ApiView):
    resource = ACCESS_TOKEN

    @described(_("Revoke a token"), id="deleteAccessToken", act=revoke_token, returns=MESSAGE)
    def delete(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Revoke one of the caller's tokens; it is refused from the next request on."""
        token = _in_force(self.actor.user_id).filter(pk=pk).first() if pk <= MAX_ID else None
        if token is None:
            raise NotFound()
        revoke_token(token, actor=self.actor)
        return message_response(_("Token revoked."))

    @described(_("Change a token"), id="updateAccessToken", act=change_token, body=TokenInput, returns=data(ROW))
    def put(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its name, its caps and networks, its end (`expires_in_days`, from now), and fewer rights: it gets no more.

        For its user, and for administrators; from the next request on. Its rules are beside it, under `/policy`.
        """
        values = self.cleaned(TokenInput, partial=True)
        if (abilities := values.pop("abilities", None)) is not None:
            values["scopes"] = None if "write" in abilities else [TokenScope.READ]
        token = AccessToken.objects.filter(pk=pk).first() if pk <= MAX_ID else None
        if token is None:
            raise NotFound()
        changed = change_token(token, values, actor=self.actor)
        use = used_today([pk]).get(pk) if has_caps(changed) else None
        return json_response({"data": _row(changed, self.actor, use)})

    patch = put


def has_caps(token: AccessToken) -> bool:
    return token.sends_per_day is not None or token.amount_per_day is not None


def _in_force(user_id: int | None) -> Any:
    tokens = AccessToken.objects.filter(login_id=user_id, revoked_at__isnull=True, expires_at__gt=timezone.now())
    return tokens.order_by("-pk")
