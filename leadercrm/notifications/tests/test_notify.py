"""Telling users: to whom, in which language, through which channels."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core import outbox, tally
from leadercrm.core.models import WorkItem, WorkState
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import Notification, Preference
from leadercrm.tenancy.binding import current_tenant_id

WON: dict[str, Any] = {
    "title": _("Deal won"),
    "body": _("The deal '%(name)s' was marked as won."),
    "values": {"name": "100 % <b>ERP</b>"},
    "url": "/deals/5",
}


@pytest.fixture(autouse=True)
def in_action(alfa: TestTenant) -> Iterator[None]:
    """What an action has around it."""
    with transaction.atomic(), tally.collecting():
        yield


def prefer(user_id: int, *, in_app: bool, email: bool, kind: str = "deal_won") -> None:
    Preference.objects.create(user_id=user_id, type=kind, in_app=in_app, email=email)


def test_everybody_is_told_in_their_own_language(alfa: TestTenant) -> None:
    User.objects.filter(pk=alfa.users["sales"]).update(language="en")
    made = notify([alfa.users["admin"], alfa.users["sales"]], "deal_won", **WON)
    texts = {row.user_id: (row.title, row.body, row.url, row.type, row.read_at) for row in Notification.objects.all()}
    assert {row.pk for row in made} == set(Notification.objects.values_list("pk", flat=True))
    assert texts == {
        alfa.users["admin"]: (
            "Negocio ganado", "El negocio '100 % <b>ERP</b>' fue marcado como ganado.", "/deals/5", "deal_won", None,
        ),
        alfa.users["sales"]: (
            "Deal won", "The deal '100 % <b>ERP</b>' was marked as won.", "/deals/5", "deal_won", None,
        ),
    }  # fmt: skip


def test_nobody_twice_and_nobody_who_is_not_there(alfa: TestTenant, beta: TestTenant) -> None:
    User.objects.filter(pk=alfa.users["viewer"]).update(is_active=False)
    me = alfa.users["admin"]
    notify([me, None, me, alfa.users["viewer"], beta.users["admin"], 10**15], "deal_won", **WON)
    assert [row.user_id for row in Notification.objects.all()] == [me]


def test_preferences_are_obeyed(alfa: TestTenant) -> None:
    users = alfa.users
    prefer(users["admin"], in_app=True, email=True)
    prefer(users["manager"], in_app=False, email=True)
    prefer(users["sales"], in_app=False, email=False)
    prefer(users["viewer"], in_app=False, email=True, kind="deal_lost")
    notify(users.values(), "deal_won", **WON)
    assert set(Notification.objects.values_list("user_id", flat=True)) == {users["admin"], users["viewer"]}
    work = WorkItem.objects.filter(task="notifications.send_mail")
    assert {item.arguments["user_id"] for item in work} == {users["admin"], users["manager"]}
    assert len({item.arguments["key"] for item in work}) == 2


def test_long_titles_are_cut(alfa: TestTenant) -> None:
    notify([alfa.users["admin"]], "deal_won", title="%(name)s", values={"name": "ñ" * 300})
    assert Notification.objects.get().title == "ñ" * 255


def test_unknown_kind_is_a_mistake_of_ours(alfa: TestTenant) -> None:
    with pytest.raises(ValueError, match="nothing"):
        notify([alfa.users["admin"]], "nothing", title="A")


def test_statements_do_not_grow_with_recipients(alfa: TestTenant) -> None:
    User.objects.bulk_create(User(id=10**12 + n, name="N", email=f"n{n}@alfa.example.com") for n in range(100))
    few = statements_of(lambda: notify([alfa.users["admin"]], "deal_won", **WON))
    many = statements_of(lambda: notify(range(10**12, 10**12 + 100), "deal_won", **WON))
    assert len(few) == len(many) == 3
    assert Notification.objects.count() == 101


def test_lists_learn_of_it(alfa: TestTenant) -> None:
    before = tally.read("notifications.notification")
    with transaction.atomic():
        pending: dict[str, int] = {}
        reset = tally._pending.set(pending)
        notify(alfa.users.values(), "deal_won", **WON)
        tally.flush(pending)
        tally._pending.reset(reset)
    version, rows = tally.read("notifications.notification")
    assert (version > before[0], rows - before[1]) == (True, 4)


def test_outside_an_action_it_is_refused(alfa: TestTenant) -> None:
    reset = tally._pending.set(None)
    with pytest.raises(RuntimeError):
        notify([alfa.users["admin"]], "deal_won", **WON)
    tally._pending.reset(reset)
    assert not Notification.objects.exists()


class TestMail:
    """The mail of a notification, through the outbox."""

    @pytest.fixture
    def work(self, alfa: TestTenant, settings: Any) -> WorkItem:
        settings.PUBLIC_URL = "https://crm.example"
        User.objects.filter(pk=alfa.users["sales"]).update(language="en")
        prefer(alfa.users["sales"], in_app=True, email=True)
        notify([alfa.users["sales"]], "deal_won", **WON)
        return WorkItem.objects.get(task="notifications.send_mail")

    def test_one_mail_in_the_user_s_language(self, work: WorkItem, mailoutbox: list[Any]) -> None:
        assert outbox.run(work.pk)
        assert not outbox.run(work.pk)
        [mail] = mailoutbox
        assert (mail.to, mail.subject) == (["sales@alfa.example.com"], "Deal won")
        html = mail.alternatives[0][0]
        assert "Hello Sales Alfa," in mail.body
        assert "The deal '100 % <b>ERP</b>' was marked as won." in mail.body
        assert "https://crm.example/deals/5" in mail.body
        assert 'href="https://crm.example/deals/5"' in html
        assert "<b>ERP" not in html
        assert mail.extra_headers["Message-ID"].startswith(f"<notification.{current_tenant_id()}.")

    def test_failed_delivery_is_tried_again(
        self, work: WorkItem, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as broken:
            broken.setattr("django.core.mail.backends.base.BaseEmailBackend.open", _refuse)
            outbox.run(work.pk)
        assert mailoutbox == []
        work.refresh_from_db()
        assert (work.state, work.attempts) == (WorkState.WAITING, 1)
        WorkItem.objects.filter(pk=work.pk).update(due_at=work.created_at)
        outbox.run(work.pk)
        work.refresh_from_db()
        assert (work.state, len(mailoutbox)) == (WorkState.DONE, 1)

    def test_who_has_left_gets_none(self, work: WorkItem, alfa: TestTenant, mailoutbox: list[Any]) -> None:
        User.objects.filter(pk=alfa.users["sales"]).update(is_active=False)
        outbox.run(work.pk)
        assert mailoutbox == []

    def test_without_an_address_of_this_server_it_waits(
        self, work: WorkItem, mailoutbox: list[Any], settings: Any
    ) -> None:
        settings.PUBLIC_URL = ""
        outbox.run(work.pk)
        work.refresh_from_db()
        assert (work.state, mailoutbox) == (WorkState.WAITING, [])
        assert "LEADERCRM_PUBLIC_URL" in work.error


def _refuse(server: Any) -> None:
    raise OSError("no mail server today")
