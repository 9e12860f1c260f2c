"""What the toolkit asks of us about clients, codes and tokens.

It speaks the protocol: requests of authorization, PKCE, clients that name themselves by an address. What a token
is, we say: see leadercrm.oauth.actions.connections.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2.rfc6749 import errors

from leadercrm.core.actor import Actor, Role
from leadercrm.oauth.actions.connections import (
    SECRET_LIFE,
    Reused,
    close_connection,
    open_connection,
    ordered,
    renew_connection,
)
from leadercrm.oauth.models import Client, Grant, RefreshToken, digest
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import TOKEN_SHAPE, secret_hash
from leadercrm.tenancy.models import AccessToken, LoginIndex, TokenKind

METHOD = "S256"
# The SDK's largest, and far more than a verifier's hash needs (RFC 7636).
CHALLENGES = range(43, 129)


class Validator(OAuth2Validator):  # type: ignore[misc]
    """Codes by PKCE with S256 alone, and tokens that are rows of tenancy.AccessToken."""

    def validate_scopes(
        self, client_id: str, scopes: Collection[str], client: Client, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Any may be asked for: the user decides, and those that there are not are left out."""
        return True

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        """Always, and by a hash: without a method the challenge would be taken for the verifier itself."""
        if request.code_challenge is not None and request.code_challenge_method != METHOD:
            raise errors.InvalidRequestError(description="code_challenge_method must be S256.", request=request)
        if request.code_challenge is not None and len(request.code_challenge) not in CHALLENGES:
            raise errors.InvalidRequestError(description="code_challenge is no hash.", request=request)
        return True

    def validate_code(self, client_id: str, code: str, client: Client, request: Any, *args: Any, **kwargs: Any) -> bool:
        """Whether a code is this client's, not too old, and of somebody who may still log in."""
        held: bool = super().validate_code(client_id, code, client, request, *args, **kwargs)
        return held and _is_welcome(request.user)

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """It is gone already: save_bearer_token takes it away in the transaction that makes the token."""

    def validate_refresh_token(
        self, refresh_token: str, client: Client, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Whether it is this client's and holds. One that was used before ends its connection."""
        rows = RefreshToken.objects.select_related("token__login__tenant")
        held = rows.filter(secret_hash=digest(refresh_token), client=client).first()
        if held is None or not _is_in_force(held.token):
            return False
        if held.used_at is not None:
            _end_stolen(held.token)
            return False
        request.user = held.token.login
        request.refresh_token, request.refresh_token_instance = refresh_token, held
        return True

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        scopes: list[str] = request.refresh_token_instance.token.abilities
        return scopes

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """Make or renew the connection, in its tenant, and put its token where the toolkit's own was."""
        self._check_and_set_request_resource(request)
        login: LoginIndex = request.user
        with bind(BoundTenant.of(login.tenant)):
            try:
                token["access_token"] = self._saved(token, request, actor_of(login, request.client))
            except Reused as reused:
                _end_stolen(reused.token)
                raise errors.InvalidGrantError(request=request) from None
        token["expires_in"] = int(SECRET_LIFE.total_seconds())
        token["scope"] = " ".join(ordered(token["scope"].split()))

    def _saved(self, token: dict[str, Any], request: Any, actor: Actor) -> str:
        scopes, refresh = token["scope"].split(), token["refresh_token"]
        if request.grant_type == "refresh_token":
            return renew_connection(request.refresh_token_instance, scopes=scopes, refresh=refresh, actor=actor)
        return redeem(request.client, request.code, scopes, request.resource[0], refresh, actor)

    def revoke_token(self, token: str, token_type_hint: str, request: Any, *args: Any, **kwargs: Any) -> None:
        """End the connection that either of a client's tokens belongs to (RFC 7009); one of nobody's is no error."""
        found = _connection_of(token, request.client)
        if found is not None:
            with bind(BoundTenant.of(found.login.tenant)):
                close_connection(found, actor=actor_of(found.login, request.client))


def redeem(client: Client, code: str, scopes: list[str], resource: str, refresh: str, actor: Actor) -> str:
    """Make a connection for a code, which is gone by this: of two who bring it at once, one finds none."""
    with transaction.atomic():
        taken, _rows = Grant.objects.filter(code=code, application=client).delete()
        if not taken:
            raise errors.InvalidGrantError()
        return open_connection(client, scopes=scopes, resource=resource, refresh=refresh, actor=actor)


def actor_of(login: LoginIndex, client: Client) -> Actor:
    """The user whose consent it is, by the client that has it."""
    role = Role(login.role)
    return Actor(kind="user", via="api", user_id=login.pk, role=role, label=client.title, is_agent=True)


def _is_welcome(login: LoginIndex) -> bool:
    return login.is_active and login.tenant.suspended_at is None


def _is_in_force(token: AccessToken) -> bool:
    return token.revoked_at is None and token.expires_at > timezone.now() and _is_welcome(token.login)


def _end_stolen(token: AccessToken) -> None:
    with bind(BoundTenant.of(token.login.tenant)):
        close_connection(token, reason="refresh token used twice", actor=Actor.system(via="api"))


def _connection_of(text: str, client: Client) -> AccessToken | None:
    """The connection whose token, or whose refresh token, this is, if it is the client's."""
    mine = RefreshToken.objects.filter(client=client).select_related("token__login__tenant")
    shape = TOKEN_SHAPE.match(text)
    if shape is None:
        refresh = mine.filter(secret_hash=digest(text)).first()
    else:
        held = {"token_id": int(shape[1]), "token__secret_hash": secret_hash(shape[2])}
        refresh = mine.filter(token__kind=TokenKind.OAUTH, **held).first()
    return refresh.token if refresh is not None else None
