"""Rate limits over HTTP (contract A-65), counted in Redis."""

import itertools
import random
import time
from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.api.tests.account_operations import REGISTRATION
from leadercrm.core.api import throttling
from leadercrm.core.errors import TooManyRequests
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import PASSWORD, TestTenant
from leadercrm.tenancy.credentials import new_secret, secret_hash
from leadercrm.tenancy.models import IDLE_LIFE, AccessToken

pytestmark = pytest.mark.limits
WRONG = {"email": "nobody@nowhere.mx", "password": "guess-guess"}
HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


# From anywhere, for a Redis that remembers another run; one after the other, so that no two are the same.
ADDRESSES = itertools.count(random.randrange(2**24))
TOKENS = itertools.count(random.randrange(10**9, 10**12))


def some_ip() -> str:
    """An address that no other test counts."""
    return str(IPv4Address(0x0A000000 + next(ADDRESSES) % 2**24))


def some_token(tenant: TestTenant) -> str:
    """A token whose number no other test counts."""
    secret = new_secret()
    row = AccessToken.objects.create(
        id=next(TOKENS), login_id=tenant.users["admin"], secret_hash=secret_hash(secret),
        expires_at=timezone.now() + IDLE_LIFE,
    )  # fmt: skip
    return f"{row.pk}|{secret}"


def login(ip: str, body: dict[str, Any] | None = None, forwarded: str | None = None) -> Answer:
    headers = (
        {} if forwarded is None else {"X-Forwarded-For": forwarded, "X-Real-IP": "9.9.9.9", "Forwarded": "for=9.9.9.9"}
    )
    return Api().post("/auth/login", body or WRONG, environ={"REMOTE_ADDR": ip}, headers=headers)


def assert_429(answer: Answer, most: int, seconds: int) -> None:
    assert (answer.status, answer.json["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["Retry-After"]) <= seconds
    assert answer.headers["X-RateLimit-Limit"] == str(most)
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.json["hint"]


def test_ten_logins_a_minute(alfa: TestTenant) -> None:
    ip, right = some_ip(), {"email": "admin@alfa.example.com", "password": PASSWORD}
    remaining = [login(ip).headers["X-RateLimit-Remaining"] for _number in range(10)]
    assert remaining == [str(number) for number in range(9, -1, -1)]
    with untouched():
        assert_429(login(ip), 10, 60)
        assert_429(login(ip, {**WRONG, "email": " NOBODY@nowhere.mx"}), 10, 60)
    assert login(ip, right).status == 200
    assert login(some_ip()).status == 401
    assert 0 < throttling.redis_client().pttl(f"limit:login:{ip}:nobody@nowhere.mx") <= 60_000
    throttling.redis_client().delete(f"limit:login:{ip}:nobody@nowhere.mx")
    assert login(ip).status == 401


def test_registrations_with_a_mistake_do_not_count(anonymous: Api) -> None:
    ip = {"REMOTE_ADDR": some_ip()}
    for _number in range(6):
        wrong = {**REGISTRATION, "password_confirmation": "something else"}
        assert set(anonymous.post("/auth/register", wrong, environ=ip).errors) == {"password"}
    made = anonymous.post("/auth/register", REGISTRATION, environ=ip)
    assert (made.status, made.headers["X-RateLimit-Remaining"]) == (201, "4")


def test_five_registrations_an_hour(anonymous: Api) -> None:
    ip = {"REMOTE_ADDR": some_ip()}
    for number in range(5):
        body = {**REGISTRATION, "email": f"a{number}@empresa.mx"}
        answer = anonymous.post("/auth/register", body, environ=ip)
        assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (201, str(4 - number))
    with untouched():
        assert_429(anonymous.post("/auth/register", REGISTRATION, environ=ip), 5, 3600)
    assert anonymous.post("/auth/register", REGISTRATION, environ={"REMOTE_ADDR": some_ip()}).status == 201


def test_three_hundred_requests_of_a_token(alfa: TestTenant) -> None:
    token = some_token(alfa)
    api, other = Api(token), Api(some_token(alfa))
    assert api.get("/contacts").headers["X-RateLimit-Remaining"] == "299"
    throttling.redis_client().incrby(f"limit:token:{token.partition('|')[0]}", 298)
    assert api.post("/contacts", {"first_name": "Ana"}).status == 201
    with untouched():
        assert_429(api.post("/contacts", {"first_name": "Eva"}), 300, 60)
        assert_429(api.get("/contacts"), 300, 60)
    assert other.get("/contacts").status == 200


def test_refused_request_leaves_the_connection_on_public(alfa: TestTenant) -> None:
    token = some_token(alfa)
    throttling.redis_client().set(f"limit:token:{token.partition('|')[0]}", 300, ex=60)
    assert Api(token).get("/contacts").status == 429
    assert Api(alfa.tokens["admin"]).get("/contacts").status == 200


def test_all_answers_tell_their_limit(alfa: TestTenant) -> None:
    api, ip = Api(some_token(alfa)), {"REMOTE_ADDR": some_ip()}
    answers = [
        api.get("/contacts"), api.get("/contacts/999999"), api.post("/contacts", {}), api.delete("/contacts"),
        Api().get("/contacts", environ=ip), Api().get("/nothing", environ=ip), Api().get("/auth/login", environ=ip),
        Api("1|" + "a" * 42).get("/contacts", environ=ip), Api().post("/auth/login", {}, environ=ip),
        Api().post("/auth/login", WRONG, environ=ip), Api().post("/auth/register", {}, environ=ip),
    ]  # fmt: skip
    assert [answer.status for answer in answers] == [200, 404, 422, 405, 401, 404, 405, 401, 422, 401, 422]
    for answer in answers:
        assert all(answer.headers[name].isdecimal() for name in HEADERS), answer
        assert time.time() - 1 < int(answer.headers["X-RateLimit-Reset"]) <= time.time() + 3601


def test_guesses_without_a_token_are_counted_by_address(db: None) -> None:
    ip = some_ip()
    Api().get("/contacts", environ={"REMOTE_ADDR": ip})
    throttling.redis_client().incrby(f"limit:anonymous:{ip}", 299)
    with untouched():
        assert_429(Api("1|" + "a" * 42).get("/contacts", environ={"REMOTE_ADDR": ip}), 300, 60)


def test_forged_address_does_not_help(db: None) -> None:
    ip = some_ip()
    statuses = [login(ip, forwarded=f"1.2.3.{number}").status for number in range(11)]
    assert statuses == [401] * 10 + [429]


def test_only_the_trusted_hop_counts(db: None, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    proxy, client = some_ip(), some_ip()
    chains = [f"6.6.6.{number}, {client}" for number in range(10)]
    assert [login(proxy, forwarded=chain).status for chain in chains] == [401] * 10
    assert login(proxy, forwarded=f"{client}:4711").status == 429
    assert login(proxy, forwarded=f"{client}, {some_ip()}").status == 401
    assert login(client).status == 429
    for junk in ("", "junk", ",", "999.1.1.1", "é"):
        assert login(some_ip(), forwarded=junk).status == 401


def test_address_of_two_trusted_hops(db: None, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 2
    client = "2001:db8::1"
    body = {**WRONG, "email": f"{some_ip()}@nowhere.mx"}
    for chain in (f"6.6.6.6, {client}, 10.0.0.1", f"[{client}]:443, 10.0.0.2"):
        login("10.0.0.9", body, forwarded=chain)
    assert throttling.redis_client().get(f"limit:login:{client}:{body['email']}") == b"2"


@pytest.mark.parametrize(("limit", "most"), [(throttling.LOGIN, 10), (throttling.REGISTER, 5), (throttling.TOKEN, 300)])
def test_limits_are_exact_under_sixty_threads(settings: Any, limit: throttling.Limit, most: int) -> None:
    subject = f"storm-{random.random()}"

    def spend() -> int:
        passed = 0
        for _number in range(6):
            try:
                limit.spend(subject)
                passed += 1
            except TooManyRequests:
                continue
        return passed

    assert sum(in_parallel([spend] * 60)) == most


def test_parallel_logins_are_counted_exactly(live: TestTenant) -> None:
    ip = some_ip()
    statuses = [
        status for batch in in_parallel([lambda: [login(ip).status for _n in range(4)]] * 15) for status in batch
    ]
    assert (statuses.count(401), statuses.count(429)) == (10, 50)


@pytest.fixture
def no_redis(settings: Any) -> Iterator[None]:
    """Redis does not answer."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for cached in (throttling.redis_client, throttling._script):
        cached.cache_clear()
    yield
    for cached in (throttling.redis_client, throttling._script):
        cached.cache_clear()


@pytest.mark.usefixtures("no_redis")
def test_without_redis_work_goes_on_and_the_door_stays_shut(alfa: TestTenant, api: Api) -> None:
    started = time.monotonic()
    assert api.post("/contacts", {"first_name": "Ana"}).status == 201
    assert api.get("/contacts").status == 200
    assert Api().get("/contacts").status == 401
    with untouched():
        for path, body in (("/auth/login", {**WRONG, "email": "admin@alfa.example.com", "password": PASSWORD}),
                           ("/auth/register", REGISTRATION)):  # fmt: skip
            answer = Api().post(path, body)
            assert (answer.status, answer.json["code"]) == (503, "unavailable")
            assert answer.headers["Retry-After"].isdecimal()
    assert time.monotonic() - started < 10
