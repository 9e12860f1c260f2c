"""Sending: what goes out, what comes of each answer of the mail server, and what is never sent."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.utils import timezone

from leadercrm.core.actor import Actor
from leadercrm.core.api.throttling import redis_client
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.smtp import Mailbox
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.models import Turn
from marketing.actions.sending import cancel_campaign, pause_campaign
from marketing.delivery import doubts, journal, outcomes, rates
from marketing.delivery.sender import OBEYS_WITHIN, Sender
from marketing.models import (
    Campaign,
    CampaignRecipient,
    CampaignStatus,
    ContactConsent,
    MailPreference,
    Suppression,
    SuppressionReason,
)
from marketing.tests.campaigns import a_campaign, deliver, statuses


def addressed(number: int) -> list[str]:
    return [f"ana{n}@cliente{n % 3}.example" for n in range(number)]


def test_each_gets_the_mail_once_and_the_campaign_is_sent(alfa: TestTenant, sender: Sender, mailbox: Mailbox) -> None:
    addresses = addressed(11)
    campaign = a_campaign(addresses, owner_id=alfa.users["manager"])
    for _turn in range(2):
        deliver(sender)
    assert sorted(recipient for recipient, _content in mailbox.taken) == sorted(addresses)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.sent_count, campaign.failed_count) == ("sent", 11, 0)
    assert campaign.sent_at is not None
    assert set(statuses(campaign).values()) == {"sent"}
    mail: Any = message_from_bytes(mailbox.taken[0][1], policy=policy.default)
    assert mail["Subject"] == "Ofertas de abril"
    assert mail["From"] == "Alfa <no-reply@leadercrm.mx>"
    html = mail.get_body(("html",)).get_content()
    assert "<p>Hola Ana 0:</p>" in html
    assert "Hola Ana 0:" in mail.get_body(("plain",)).get_content()
    unsubscribe = mail["List-Unsubscribe"].strip("<>")
    assert unsubscribe.startswith("https://crm.example/u/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert unsubscribe in html
    assert "example.com/oferta" not in html  # by way of the tracking
    assert len({message_from_bytes(content)["Message-ID"] for _to, content in mailbox.taken}) == 11
    told = Notification.objects.get(type="campaign_sent")
    assert (told.user_id, told.body) == (alfa.users["manager"], "“Abril” llegó a 11 de 11 destinatarios.")
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    ("answers", "status", "tries", "suppressed"),
    [
        ({"at_recipient": "451 4.7.1 greylisted"}, "queued", 1, False),
        ({"at_message": "452 4.3.1 full"}, "queued", 1, False),
        ({"at_recipient": "550 5.1.1 no such user"}, "failed", 1, True),
        ({"at_recipient": "550 no such user"}, "failed", 1, True),
        ({"at_recipient": "552 5.2.2 mailbox full"}, "failed", 1, False),
        ({"at_message": "554 5.7.1 looks like spam"}, "failed", 1, False),
        ({"hang_up_at": "DATA"}, "in_doubt", 1, False),
    ],
)
def test_what_the_mail_server_says_is_what_becomes_of_the_mail(
    alfa: TestTenant,
    sender: Sender,
    mailbox: Mailbox,
    answers: dict[str, str],
    status: str,
    tries: int,
    suppressed: bool,
) -> None:
    for name, value in answers.items():
        setattr(mailbox, name, value)
    campaign, began = a_campaign(["eva@x.example"]), timezone.now()
    deliver(sender)
    row = CampaignRecipient.objects.get()
    assert (row.status, row.attempts) == (status, tries)
    said = next(iter(answers.values())) if "hang_up_at" not in answers else "Connection unexpectedly closed"
    assert said in row.reply
    assert Suppression.objects.filter(email="eva@x.example", reason="bounced").exists() == suppressed
    campaign.refresh_from_db()
    assert campaign.failed_count == (status == "failed")
    if status == "queued":
        assert row.due_at - began >= timedelta(seconds=90)
        assert row.due_at - timezone.now() <= timedelta(seconds=150)
        assert (campaign.status, Turn.objects.get().due_at) == ("sending", row.due_at)


def test_six_tries_are_all_within_a_day(alfa: TestTenant, sender: Sender, mailbox: Mailbox) -> None:
    mailbox.at_recipient = "451 4.7.1 greylisted"
    campaign = a_campaign(["eva@x.example"])
    began, row = timezone.now(), CampaignRecipient.objects.get()
    for tries in range(1, 7):
        deliver(sender)
        row.refresh_from_db()
        assert row.attempts == tries
        last, waited = row.due_at, row.due_at - timezone.now()
        CampaignRecipient.objects.filter(status="queued").update(due_at=timezone.now())
        began -= waited
    assert (row.status, row.reply) == ("failed", "451 4.7.1 greylisted")
    assert last - began < timedelta(hours=24)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.failed_count) == ("sent", 1)
    assert not Suppression.objects.exists()


def test_a_connection_that_breaks_before_the_message_leaves_nothing_done(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox
) -> None:
    mailbox.hang_up_at = "RCPT"
    campaign = a_campaign(addressed(3))
    deliver(sender)
    assert set(statuses(campaign).values()) == {"queued"}
    assert set(CampaignRecipient.objects.values_list("attempts", flat=True)) == {0}
    mailbox.hang_up_at, sender._rests_until = "", 0.0
    deliver(sender)
    assert len(mailbox.taken) == 3


def test_a_server_that_only_breaks_off_does_not_put_a_whole_campaign_in_doubt(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox
) -> None:
    mailbox.hang_up_at = "DATA"
    campaign = a_campaign(addressed(40))
    deliver(sender)
    found = list(statuses(campaign).values())
    assert (found.count("in_doubt"), found.count("queued")) == (6, 34)  # three windows, two connections in each
    assert sender.work(1) == 0


def test_nobody_is_written_to_who_has_said_no_before_the_claim(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox
) -> None:
    addresses = ["si@x.example", "baja@x.example", "nunca@x.example", "retiro@x.example", "ofertas@x.example"]
    campaign = a_campaign(addresses, topic="offers")
    people: Any = dict(CampaignRecipient.objects.values_list("email", "contact_id"))
    Suppression.objects.create(email="baja@x.example", reason=SuppressionReason.UNSUBSCRIBED)
    ContactConsent.objects.create(contact_id=people["nunca@x.example"], do_not_contact=True)
    ContactConsent.objects.create(contact_id=people["retiro@x.example"], status="withdrawn")
    MailPreference.objects.create(email="ofertas@x.example", refused=["offers"])
    MailPreference.objects.create(email="si@x.example", refused=["news"])
    deliver(sender)
    assert [recipient for recipient, _content in mailbox.taken] == ["si@x.example"]
    assert statuses(campaign) == dict.fromkeys(addresses, "suppressed") | {"si@x.example": "sent"}
    campaign.refresh_from_db()
    assert (campaign.status, campaign.sent_count) == ("sent", 1)


@pytest.mark.parametrize("status", ["paused", "cancelled", "draft"])
def test_a_campaign_that_is_not_being_sent_is_not_sent(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox, status: str
) -> None:
    campaign = a_campaign(addressed(3), status=status)
    Turn.objects.all().delete()
    with untouched():
        deliver(sender)
    assert mailbox.taken == []
    assert set(statuses(campaign).values()) == {"queued"}


def test_a_pause_takes_effect_within_a_window(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox, settings: Any
) -> None:
    settings.CAMPAIGN_WINDOW = 4
    campaign = a_campaign(addressed(20))
    handed: list[Any] = []

    def pause_after_six(self: Any, mails: Any, until: float) -> Any:
        for outcome in hand_over(mails, until):
            handed.append(outcome)
            if len(handed) == 6:
                Campaign.objects.update(status=CampaignStatus.PAUSED)
            yield outcome

    hand_over = sender._outlet.hand_over
    sender._outlet.hand_over = pause_after_six.__get__(sender._outlet)  # type: ignore[method-assign]
    deliver(sender)
    assert len(mailbox.taken) == 8  # the window of four that had been claimed is ended
    assert sorted(statuses(campaign).values()).count("queued") == 12
    Campaign.objects.update(status=CampaignStatus.SENDING)
    deliver(sender)
    assert len(mailbox.taken) == 20


def held_while_it_goes_out(sender: Sender, mailbox: Mailbox, hold: Callable[..., object], actor: Actor) -> int:
    """How many mails of a window still go out, one each 0.1 s, when a campaign is held while the first one does."""
    mailbox.seconds = 0.1
    campaign = a_campaign(addressed(16))
    hand_over = sender._outlet.hand_over

    def held(self: Any, mails: Any, until: float) -> Any:
        for number, outcome in enumerate(hand_over(mails, until)):
            if number == 0:
                hold(campaign, actor=actor)
            yield outcome

    sender._outlet.hand_over = held.__get__(sender._outlet)  # type: ignore[method-assign]
    deliver(sender)
    return len(mailbox.taken)


@pytest.mark.parametrize(("hold", "rest"), [(pause_campaign, "queued"), (cancel_campaign, "cancelled")])
def test_a_slow_mail_server_does_not_put_off_what_holds_a_campaign(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, hold: Any, rest: str
) -> None:
    """No mail of a window begins later than three seconds after its claim: here a tenth of that."""
    assert OBEYS_WITHIN == 3
    monkeypatch.setattr("marketing.delivery.sender.OBEYS_WITHIN", OBEYS_WITHIN / 10)
    assert held_while_it_goes_out(sender, mailbox, hold, alfa.actor()) <= 5
    assert set(statuses(Campaign.objects.get()).values()) == {"sent", rest}


def test_control_without_that_limit_a_whole_window_goes_out(alfa: TestTenant, sender: Sender, mailbox: Mailbox) -> None:
    assert held_while_it_goes_out(sender, mailbox, pause_campaign, alfa.actor()) == 16


def test_what_a_dead_sender_had_claimed_is_in_doubt_and_never_sent_blindly(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox
) -> None:
    campaign = a_campaign(addressed(6), owner_id=alfa.users["admin"])
    CampaignRecipient.objects.filter(email__startswith="ana0").update(
        status="claimed", claimed_by="dead.1.0", claimed_at=timezone.now() - timedelta(seconds=121)
    )
    CampaignRecipient.objects.filter(email__startswith="ana1").update(
        status="claimed", claimed_by="living.1.0", claimed_at=timezone.now()
    )
    deliver(sender)
    found = statuses(campaign)
    assert (found["ana0@cliente0.example"], found["ana1@cliente1.example"]) == ("in_doubt", "claimed")
    assert len(mailbox.taken) == 4
    campaign.refresh_from_db()
    assert campaign.status == "sending"
    CampaignRecipient.objects.filter(status="claimed").update(status="sent")
    deliver(sender)
    campaign.refresh_from_db()
    assert campaign.status == "sent"
    assert "No sabemos si le llegó a 1" in Notification.objects.get().body
    # The control: sent again blindly, as an engine without doubts would, somebody has it twice.
    CampaignRecipient.objects.filter(status="in_doubt").update(status="queued")
    deliver(sender)
    assert len(mailbox.taken) == 5


def test_a_sender_that_was_stopped_hands_nothing_over_that_has_been_looked_up(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = a_campaign(addressed(4))
    monkeypatch.setattr("marketing.delivery.sender.HAND_OVER_WITHIN", -1)
    deliver(sender, 0.2)
    assert mailbox.taken == []
    assert set(statuses(campaign).values()) == {"queued"}


def test_what_is_settled_late_is_nobodys_any_more(alfa: TestTenant) -> None:
    campaign = a_campaign(addressed(2))
    window = journal.turn_over("me.1", campaign.pk, 2, "", {})
    first, second = window.rows
    CampaignRecipient.objects.filter(pk=first.id).update(status="in_doubt")
    results = {first.id: outcomes.sent("250 ok"), second.id: outcomes.sent("250 ok")}
    for _again in range(2):
        journal.settle("me.1", results)
    assert [row.status for row in CampaignRecipient.objects.order_by("pk")] == ["in_doubt", "sent"]
    campaign.refresh_from_db()
    assert campaign.sent_count == 1
    journal.settle("other.1", {first.id: outcomes.failed("x")})
    assert statuses(campaign)[first.email] == "in_doubt"


@pytest.mark.parametrize(("arrived", "status"), [(True, "sent"), (False, "queued"), (None, "in_doubt")])
def test_a_look_up_settles_a_doubt(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox, settings: Any, monkeypatch: pytest.MonkeyPatch,
    arrived: bool | None, status: str,
) -> None:  # fmt: skip
    asked: list[str] = []

    def answer(message_id: str) -> bool | None:
        asked.append(message_id)
        return arrived

    monkeypatch.setattr("marketing.tests.test_delivery.lookup", answer)
    campaign, settings.CAMPAIGN_LOOKUP = a_campaign(["eva@x.example"]), "marketing.tests.test_delivery.lookup"
    mailbox.hang_up_at = "DATA"
    deliver(sender)
    campaign.refresh_from_db()
    assert (campaign.status, asked) == ("sending", [])  # the mail server gets a lease's time
    CampaignRecipient.objects.update(due_at=timezone.now())
    mailbox.hang_up_at = ""
    doubts.look_up()
    assert statuses(campaign) == {"eva@x.example": status}
    assert len(asked) == 1
    assert asked[0].startswith(f"<campaign.{alfa.row.pk}.{campaign.pk}.")
    assert doubts.look_up() == 0
    deliver(sender)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.sent_count) == ("sent", int(arrived is not None))
    assert len({message_from_bytes(content)["Message-ID"] for _to, content in mailbox.taken} | set(asked)) == 1


def test_a_campaign_waits_for_the_second_doubt_about_the_same_mail(
    alfa: TestTenant, sender: Sender, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was looked up and queued again, and the next sender is lost as well."""
    monkeypatch.setattr("marketing.tests.test_delivery.lookup", lambda message_id: False)
    campaign, settings.CAMPAIGN_LOOKUP = a_campaign(["eva@x.example"]), "marketing.tests.test_delivery.lookup"
    for lost in ("dead.1", "dead.2"):
        assert len(journal.turn_over(lost, campaign.pk, 1, "", {}).rows) == 1
        CampaignRecipient.objects.update(claimed_at=timezone.now() - timedelta(seconds=121))
        assert journal.expire() == 1
        assert journal.finished_campaigns() == []
        doubts.look_up()
        assert statuses(campaign) == {"eva@x.example": "queued"}


def lookup(message_id: str) -> bool | None:
    raise AssertionError


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Buckets that are empty and do not leak: how fast the machine is makes no difference."""
    for key in redis_client().scan_iter("mail-rate:*"):
        redis_client().delete(key)
    monkeypatch.setattr(rates, "MOVE", rates.MOVE.replace("redis.call('TIME')", "{1, 0}").replace(") + 1)", ") + 99)"))
    monkeypatch.setattr(rates, "time", SimpleNamespace(monotonic=lambda: 1.0))
    script = rates._script
    script.cache_clear()
    yield
    script.cache_clear()


@pytest.mark.usefixtures("standing_clock")
def test_a_domain_and_a_tenant_have_their_rate(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox, settings: Any
) -> None:
    settings.CAMPAIGN_TENANT_RATE, settings.CAMPAIGN_DOMAIN_RATE = 100.0, 3.0
    campaign = a_campaign([f"a{n}@gmail.example" for n in range(9)] + ["b@otro.example"])
    deliver(sender)
    counted = [recipient.rpartition("@")[2] for recipient, _content in mailbox.taken]
    assert counted.count("otro.example") == 1
    assert counted.count("gmail.example") == 4  # a second's worth, and the one that overfills it
    put_off = CampaignRecipient.objects.filter(status="queued").order_by("due_at")
    assert all((row.attempts, row.claimed_by) == (0, "reserved") for row in put_off)
    gaps = [(later.due_at - sooner.due_at).total_seconds() for sooner, later in pairwise(put_off)]
    assert gaps == pytest.approx([1 / 3] * 4, abs=0.01)  # each has its place, three a second
    put_off.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver(sender)
    assert len(mailbox.taken) == 10  # they come at their time, and are not counted again
    campaign.refresh_from_db()
    assert campaign.status == "sent"


@pytest.mark.usefixtures("standing_clock")
def test_a_tenant_at_its_rate_rests_as_a_whole(
    alfa: TestTenant, sender: Sender, mailbox: Mailbox, settings: Any
) -> None:
    settings.CAMPAIGN_TENANT_RATE, settings.CAMPAIGN_DOMAIN_RATE = 4.0, 0.0
    campaign, began = a_campaign(addressed(20)), timezone.now()
    deliver(sender)
    assert len(mailbox.taken) == 5  # a second's worth, and the one that overfills it
    assert set(CampaignRecipient.objects.filter(status="queued").values_list("attempts", flat=True)) == {0}
    assert Turn.objects.get().due_at > began + timedelta(seconds=rates.LEAST_WAIT)
    assert Campaign.objects.get(pk=campaign.pk).status == "sending"


@pytest.mark.usefixtures("standing_clock")
@pytest.mark.parametrize("away", [False, True])
def test_rates_hold_without_redis(settings: Any, monkeypatch: pytest.MonkeyPatch, away: bool) -> None:
    settings.CAMPAIGN_TENANT_RATE, settings.CAMPAIGN_DOMAIN_RATE, settings.CAMPAIGN_SENDERS = 0.0, 10.0, 2
    if away:
        monkeypatch.setattr(rates, "_script", broken)
    answers, waits = rates.Rates().ask(1, [rates.Asked("x.example")] * 7_000)
    at_once = [answer.now for answer in answers].count(True)
    assert (at_once, waits) == (6 if away else 11, 0.0)
    assert answers[-1].pause >= 600
    assert not answers[-1].reserved


def broken() -> Any:
    raise redis.ConnectionError
