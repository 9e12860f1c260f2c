"""A forgotten password: the mail, the link, what ends by it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from leadercrm.accounts.actions import passwords
from leadercrm.accounts.actions.passwords import RESET, offer_reset
from leadercrm.accounts.models import User
from leadercrm.core import outbox
from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import PASSWORD, TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.links import link_token
from leadercrm.tenancy.models import LoginIndex, OneTimeLink, Tenant

SALES = "sales@alfa.example.com"
NEW = {"password": "nueva-clave-9", "password_confirmation": "nueva-clave-9"}
LINK = re.compile(r"https://crm\.example/reset-password/([0-9]+-[0-9a-f]{64})")


@pytest.fixture(autouse=True)
def _settings(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PUBLIC_URL = "https://crm.example"
    monkeypatch.setattr(passwords, "ANSWER_SECONDS", 0.0)


def forget(email: str = SALES) -> Answer:
    return Api().post("/auth/forgot-password", {"email": email})


def reset(token: str, **values: Any) -> Answer:
    return Api().post("/auth/reset-password", {"token": token, **NEW, **values})


def mailed(mailoutbox: list[Any]) -> str:
    """The token in the mail that is sent now."""
    outbox.run(WorkItem.objects.filter(task="accounts.send_reset").order_by("-pk")[0].pk)
    found = LINK.search(mailoutbox[-1].body)
    assert found
    return found[1]


def log_in(password: str) -> int:
    return Api().post("/auth/login", {"email": SALES, "password": password}).status


def test_new_password_by_mail_ends_all_tokens(sales: Api, api: Api, mailoutbox: list[Any]) -> None:
    assert forget(" SALES@alfa.example.com ").status == 200
    token = mailed(mailoutbox)
    [mail] = mailoutbox
    assert (mail.to, token in mail.alternatives[0][0]) == ([SALES], True)
    assert (sales.get("/auth/me").status, log_in(PASSWORD)) == (200, 200)
    assert reset(token).status == 200
    assert (sales.get("/auth/me").status, api.get("/auth/me").status) == (401, 200)
    assert (log_in(PASSWORD), log_in(NEW["password"])) == (401, 200)
    entry = AuditEntry.objects.get(action="user.password_reset")
    assert (entry.actor_kind, "argon2" in str(entry.changes), token[-64:] in str(entry.changes)) == (
        "visitor", False, False,
    )  # fmt: skip
    with untouched():
        assert reset(token).json["code"] == "invalid_link"


def test_only_a_hash_of_the_token_is_stored(alfa: TestTenant, mailoutbox: list[Any]) -> None:
    forget()
    secret = mailed(mailoutbox).partition("-")[2]
    rows = [*OneTimeLink.objects.values(), *WorkItem.objects.values(), *AuditEntry.objects.values()]
    assert secret not in str(rows)


def test_database_alone_opens_nothing(alfa: TestTenant, mailoutbox: list[Any], settings: Any) -> None:
    """The secret is derived with the server's key: another key, another secret."""
    forget()
    token = mailed(mailoutbox)
    kept = settings.SECRET_KEY
    settings.SECRET_KEY = "stolen database, unknown key"
    guessed = link_token(RESET, alfa.users["sales"])
    settings.SECRET_KEY = kept
    assert guessed is not None
    assert guessed != token
    with untouched():
        assert reset(guessed).status == 422


def suspend(alfa: TestTenant) -> None:
    Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at=timezone.now())


def bar(alfa: TestTenant) -> None:
    User.objects.filter(pk=alfa.users["sales"]).update(is_active=False)
    LoginIndex.objects.filter(pk=alfa.users["sales"]).update(is_active=False)


@pytest.mark.parametrize("prepare", [None, suspend, bar])
def test_who_cannot_log_in_gets_the_same_answer_and_no_mail(alfa: TestTenant, prepare: Any) -> None:
    known = forget()
    if prepare:
        prepare(alfa)
    with untouched():
        answer = forget("nobody@nowhere.mx" if prepare is None else SALES)
    assert (answer.status, answer.json) == (known.status, known.json)


def test_answers_take_the_same_time(alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock on which every statement takes a hundredth of a second, and nothing else any time."""
    clock = Clock()
    monkeypatch.setattr(passwords, "time", clock)
    monkeypatch.setattr(passwords, "ANSWER_SECONDS", 0.5)
    taken, slept = {}, {}
    with connection.execute_wrapper(clock.statement):
        for email in (SALES, "nobody@nowhere.mx"):
            started, clock.slept = clock.now, 0.0
            forget(email)
            taken[email], slept[email] = clock.now - started, clock.slept
    assert taken[SALES] == pytest.approx(taken["nobody@nowhere.mx"])
    assert 0 < slept[SALES] < slept["nobody@nowhere.mx"] < 0.5


class Clock:
    """In the place of the module `time`."""

    now = slept = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds

    def statement(self, execute: Any, *arguments: Any) -> Any:
        self.now += 0.01
        return execute(*arguments)


def test_newer_link_replaces_the_older(alfa: TestTenant, mailoutbox: list[Any]) -> None:
    forget()
    first = mailed(mailoutbox)
    forget()
    second = mailed(mailoutbox)
    with untouched():
        assert reset(first).json["code"] == "invalid_link"
    assert reset(second).status == 200


def test_link_ends_after_an_hour(alfa: TestTenant, mailoutbox: list[Any]) -> None:
    forget()
    token = mailed(mailoutbox)
    left = OneTimeLink.objects.get().expires_at - timezone.now()
    assert timedelta(minutes=59) < left <= timedelta(hours=1)
    OneTimeLink.objects.update(expires_at=timezone.now())
    with untouched():
        assert reset(token).json["code"] == "invalid_link"


@pytest.mark.parametrize("prepare", [suspend, bar])
def test_link_of_who_may_not_log_in(alfa: TestTenant, mailoutbox: list[Any], prepare: Any) -> None:
    forget()
    token = mailed(mailoutbox)
    prepare(alfa)
    with untouched():
        assert reset(token).json["code"] == "invalid_link"


def test_changed_password_and_deactivation_end_the_link(
    api: Api, sales: Api, alfa: TestTenant, mailoutbox: list[Any]
) -> None:
    forget()
    token = mailed(mailoutbox)
    sales.put("/auth/password", {"current_password": PASSWORD, **NEW})
    with untouched():
        assert reset(token).status == 422
    forget()
    token = mailed(mailoutbox)
    for what in ("deactivate", "reactivate"):
        api.post(f"/users/{alfa.users['sales']}/{what}")
    with untouched():
        assert reset(token).status == 422


def test_used_link_is_not_mailed_any_more(alfa: TestTenant, mailoutbox: list[Any]) -> None:
    forget()
    token = link_token(RESET, alfa.users["sales"])
    assert token
    assert reset(token).status == 200
    outbox.run(WorkItem.objects.get(task="accounts.send_reset").pk)
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token": None}, "token"), ({"token": ""}, "token"), ({"token": "1-" + "0" * 64}, "token"),
        ({"password": "short"}, "password"), ({"password": 5}, "password"),
        ({"password_confirmation": "x"}, "password"),
    ],
)  # fmt: skip
def test_refused_resets(alfa: TestTenant, change: dict[str, Any], field: str) -> None:
    forget()
    token = link_token(RESET, alfa.users["sales"])
    with untouched():
        answer = reset(**{"token": token, **change})
    assert (answer.status, field in answer.errors) == (422, True)


def test_repeated_request_has_one_effect(alfa: TestTenant) -> None:
    key = {"Idempotency-Key": "lost-it"}
    for _number in range(2):
        assert Api().post("/auth/forgot-password", {"email": SALES}, headers=key).status == 200
    assert WorkItem.objects.filter(task="accounts.send_reset").count() == 1
    body = {"token": link_token(RESET, alfa.users["sales"]), **NEW}
    first, second = (Api().post("/auth/reset-password", body, headers=key) for _number in range(2))
    assert (first.status, second.status, second.json) == (200, 200, first.json)
    assert AuditEntry.objects.filter(action="user.password_reset").count() == 1


@pytest.mark.parametrize("email", [None, "", 5, "nobody", [], {}])
def test_refused_addresses(anonymous: Api, email: Any) -> None:
    with untouched():
        assert set(anonymous.post("/auth/forgot-password", {"email": email}).errors) == {"email"}


# --- limits


@pytest.mark.limits
@pytest.mark.parametrize("email", [SALES, "nobody@nowhere.mx"])
def test_five_an_hour_whether_there_is_such_a_user(alfa: TestTenant, email: str) -> None:
    throttling.redis_client().delete(f"limit:forgotten-email:{email}")
    client = Api()
    statuses = [
        client.post("/auth/forgot-password", {"email": email}, environ={"REMOTE_ADDR": f"10.9.8.{number}"}).status
        for number in range(7)
    ]
    assert statuses == [200] * 5 + [429] * 2
    for number in range(7):
        throttling.redis_client().delete(f"limit:forgotten-ip:10.9.8.{number}")
    throttling.redis_client().delete(f"limit:forgotten-email:{email}")


# --- races


def resets_that_work(live: TestTenant) -> int:
    with bind(live.bound):
        user = User.objects.get(pk=live.users["sales"])
        offer_reset(user, actor=Actor.visitor(via="api", ip="127.0.0.1"))
        token = link_token(RESET, user.pk)
    assert token
    return in_parallel([lambda: reset(token).status] * 4).count(200)


def test_one_link_works_once(live: TestTenant) -> None:
    assert [resets_that_work(live) for _round in range(3)] == [1] * 3


def test_control_when_the_link_is_not_used_up(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "use_link", lambda link: None)
    assert max(resets_that_work(live) for _round in range(3)) > 1
