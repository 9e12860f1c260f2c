"""What is reported of mails that were sent: they came back, were complained of, or arrived after all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from leadercrm.core import bounces
from leadercrm.core.actor import Actor
from leadercrm.core.errors import Forbidden
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.smtp import Mailbox, mail_server
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.tests.test_mail import complaint, notification
from marketing.actions.reports import note_bounce
from marketing.delivery.plans import message_id
from marketing.delivery.sender import Sender
from marketing.models import Campaign, CampaignRecipient, MailEvent, Suppression
from marketing.tests.campaigns import a_campaign, deliver

NO_SUCH_USER = "Diagnostic-Code: smtp; 550 5.1.1 no such user\n"
FULL = "Diagnostic-Code: smtp; 452 4.2.2 mailbox full\n"


def sent_mails(number: int) -> list[CampaignRecipient]:
    """Mails to one address, each of a campaign of its own, in the order in which they were sent."""
    for _campaign in range(number):
        a_campaign(["eva@x.example"])
    mails = list(CampaignRecipient.objects.order_by("pk"))
    now = timezone.now()
    for place, mail in enumerate(mails):
        at = now - timedelta(days=number - place)
        CampaignRecipient.objects.filter(pk=mail.pk).update(status="sent", sent_at=at, claimed_at=at)
    return mails


def come_back(mail: CampaignRecipient, said: str) -> str | None:
    return bounces.take_in(notification(message_id(mail.campaign_id, mail.pk), said=said))


def kinds() -> list[str]:
    return list(MailEvent.objects.order_by("pk").values_list("kind", flat=True))


def test_an_address_that_is_none_gets_no_more(alfa: TestTenant) -> None:
    [mail] = sent_mails(1)
    for _twice in range(2):
        assert come_back(mail, NO_SUCH_USER) is not None
    mail.refresh_from_db()
    assert mail.bounced_at is not None
    assert kinds() == ["bounced"]
    assert Campaign.objects.get().bounced_count == 1
    entry = Suppression.objects.get()
    assert (entry.email, entry.reason, entry.detail) == ("eva@x.example", "bounced", "550 5.1.1 no such user")


def test_the_third_mail_in_a_row_that_comes_back_for_now_is_the_last(alfa: TestTenant) -> None:
    mails = sent_mails(5)
    for mail in (mails[0], mails[1], mails[3], mails[3]):
        come_back(mail, FULL)
    assert kinds() == ["deferred"] * 3
    assert [campaign.bounced_count for campaign in Campaign.objects.order_by("pk")] == [1, 1, 0, 1, 0]
    assert not Suppression.objects.exists(), "the third one of them had arrived"
    come_back(mails[4], FULL)
    assert not Suppression.objects.exists()
    come_back(mails[2], FULL)  # days late
    assert Suppression.objects.get().reason == "bounced"


def test_one_that_came_back_for_now_and_then_for_good_counts_once(alfa: TestTenant) -> None:
    [mail] = sent_mails(1)
    come_back(mail, FULL)
    come_back(mail, NO_SUCH_USER)
    assert (kinds(), Campaign.objects.get().bounced_count) == (["deferred", "bounced"], 1)
    assert Suppression.objects.count() == 1


def test_who_complains_gets_no_more_whatever_was_said_before(alfa: TestTenant) -> None:
    [mail] = sent_mails(1)
    Suppression.objects.create(email=mail.email, reason="unsubscribed")
    for _twice in range(2):
        bounces.take_in(complaint(message_id(mail.campaign_id, mail.pk)))
    mail.refresh_from_db()
    assert (mail.complained_at is not None, mail.bounced_at) == (True, None)
    assert kinds() == ["complained"]
    assert Suppression.objects.get().reason == "complained"


def test_a_mail_in_doubt_that_comes_back_had_gone_out(alfa: TestTenant) -> None:
    [mail] = sent_mails(1)
    CampaignRecipient.objects.update(status="in_doubt", sent_at=None)
    come_back(mail, NO_SUCH_USER)
    campaign = Campaign.objects.get()
    assert CampaignRecipient.objects.get().status == "sent"
    assert (campaign.sent_count, campaign.bounced_count) == (1, 1)


def test_what_is_said_of_no_mail_of_ours_changes_nothing(alfa: TestTenant) -> None:
    [mail] = sent_mails(1)
    ours = message_id(mail.campaign_id, mail.pk)
    with untouched():
        bounces.take_in(notification(ours.replace(f".{mail.pk}.", f".{mail.pk + 1}."), said=NO_SUCH_USER))
        bounces.take_in(notification(message_id(mail.campaign_id, mail.pk + 1), said=NO_SUCH_USER))
        bounces.take_in(notification(message_id(mail.campaign_id + 1, mail.pk), said=NO_SUCH_USER))
        bounces.take_in(notification(ours, said=NO_SUCH_USER, action="delayed"))
        bounces.take_in(complaint(ours, "not-spam"))


def test_nobody_but_the_product_itself_reports(alfa: TestTenant) -> None:
    [mail] = sent_mails(1)
    reader = Actor.client(mail, ip=None)
    with untouched(), pytest.raises(Forbidden):
        note_bounce(mail, for_good=True, actor=reader)


@pytest.fixture
def full_mailbox(settings: Any) -> Iterator[Sender]:
    mailbox = Mailbox(at_recipient="552 5.2.2 mailbox full")
    with mail_server(mailbox) as port:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "leadercrm.core.mail_server.Backend", "127.0.0.1"
        settings.EMAIL_PORT, settings.PUBLIC_URL, settings.CAMPAIGN_LOOKUP = port, "https://crm.example", ""
        sender = Sender()
        yield sender
        sender.close()


def test_a_mailbox_that_refuses_three_campaigns_gets_no_fourth(alfa: TestTenant, full_mailbox: Sender) -> None:
    for number in range(4):
        assert Suppression.objects.exists() is (number > 2)
        a_campaign(["eva@x.example"])
        deliver(full_mailbox)
    assert [mail.status for mail in CampaignRecipient.objects.order_by("pk")] == [*["failed"] * 3, "suppressed"]
