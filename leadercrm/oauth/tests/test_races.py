"""A code, and a refresh token, that two bring at the same moment: one of them gets a token, and the other nothing."""

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError

from leadercrm.core.testing.connecting import CALLBACK, Connecting, challenge_of
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.oauth import validator
from leadercrm.oauth.actions.connections import open_connection, ordered, with_new_secret
from leadercrm.oauth.models import Client, Grant, RefreshToken
from leadercrm.tenancy.models import AccessToken, TokenKind

HANDS = 4
RESOURCE = "http://testserver/mcp"


@pytest.fixture
def client(live: TestTenant) -> Any:
    client = Connecting()
    assert client.register(client_name=live.row.name).status_code == 201
    yield client
    RefreshToken.objects.filter(client__client_id=client.client_id).delete()
    Grant.objects.filter(application__client_id=client.client_id).delete()
    Client.objects.filter(client_id=client.client_id)._raw_delete("default")


def coded(client: Connecting, live: TestTenant) -> str:
    Grant.objects.create(
        user_id=live.users["admin"],
        application=Client.objects.get(client_id=client.client_id),
        code="code",
        expires=timezone.now() + timedelta(minutes=2),
        redirect_uri=CALLBACK,
        scope="crm:read",
        code_challenge=challenge_of(client.verifier),
        code_challenge_method="S256",
        resource=[RESOURCE],
    )
    return "code"


def connections(live: TestTenant) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(login_id__in=live.users.values(), kind=TokenKind.OAUTH)


def given(answers: list[Any]) -> list[Any]:
    return [json.loads(answer.content) for answer in answers if answer.status_code == 200]


def at_once(call: Callable[[], Any]) -> list[Any]:
    return in_parallel([call] * HANDS)


def test_a_code_is_redeemed_once(client: Connecting, live: TestTenant) -> None:
    code = coded(client, live)
    assert len(given(at_once(lambda: client.redeem(code)))) == 1
    assert connections(live).count() == 1


def test_a_code_that_is_redeemed_meanwhile_is_refused(
    client: Connecting, live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By somebody who comes between the looks that the library takes at it."""
    code, look = coded(client, live), validator.Validator.validate_code

    def looked(self: Any, client_id: str, code: str, *args: Any, **kwargs: Any) -> bool:
        held = look(self, client_id, code, *args, **kwargs)
        Grant.objects.filter(code=code).delete()
        return held

    monkeypatch.setattr(validator.Validator, "validate_code", looked)
    answer = client.redeem(code)
    assert (answer.status_code, json.loads(answer.content)["error"]) == (400, "invalid_grant")


def test_control_without_the_guard_it_is_redeemed_by_all(
    client: Connecting, live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, looked = coded(client, live), Barrier(HANDS)

    def redeem(held: Client, code: str, scopes: list[str], resource: str, refresh: str, actor: Any) -> str:
        if not Grant.objects.filter(code=code).exists():
            raise InvalidGrantError()
        looked.wait(timeout=20)
        return open_connection(held, scopes=scopes, resource=resource, refresh=refresh, actor=actor)

    monkeypatch.setattr(validator, "redeem", redeem)
    assert len(given(at_once(lambda: client.redeem(code)))) == HANDS


def test_a_refresh_token_is_used_once_and_the_rest_ends_it(client: Connecting, live: TestTenant) -> None:
    first = given([client.redeem(coded(client, live))])[0]
    answers = at_once(lambda: client.refresh(first["refresh_token"]))
    assert len(given(answers)) <= 1
    assert {json.loads(answer.content)["error"] for answer in answers if answer.status_code != 200} == {"invalid_grant"}
    assert connections(live).get().revoked_at is not None


def test_control_without_the_lock_all_of_them_refresh(
    client: Connecting, live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, looked = given([client.redeem(coded(client, live))])[0], Barrier(HANDS)

    def unguarded(used: RefreshToken, *, scopes: list[str], refresh: str, actor: Any) -> str:
        """What was seen when the request was looked at is taken for what is."""
        looked.wait(timeout=20)
        return with_new_secret(used.token, ordered(scopes), timezone.now(), actor)

    monkeypatch.setattr(validator, "renew_connection", unguarded)
    assert len(given(at_once(lambda: client.refresh(first["refresh_token"])))) == HANDS
