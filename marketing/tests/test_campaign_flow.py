"""Campaigns from a segment to their figures, tests of two subjects, and beginnings that happen once."""

import re
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from crm.models import Contact
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import in_parallel, read_together
from leadercrm.core.testing.smtp import Mailbox
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.notifications.models import Notification
from leadercrm.tenancy import turns
from leadercrm.tenancy.binding import bind
from marketing import tasks
from marketing.actions import sending
from marketing.actions.campaigns import create_campaign
from marketing.actions.readiness import STARTS
from marketing.actions.segments import create_segment
from marketing.delivery.sender import Sender
from marketing.models import Campaign, CampaignRecipient
from marketing.tests.campaigns import deliver

HANDS = 6
PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
CONTENT = '<p>Hola [[first_name]]</p><p><a href="https://example.com/oferta">Ver</a></p>'


def to_people(tenant: TestTenant, number: int, **values: Any) -> Campaign:
    """A draft to a segment of so many; the tenant is bound."""
    people = [Contact(first_name=f"Ana {n}", emails=[{"email": f"ana{n}@x{n % 2}.example"}]) for n in range(number)]
    for person in people:
        person.derive()
    ids = [person.pk for person in Contact.objects.bulk_create(people)]
    segment = create_segment({"name": "Todos", "type": "static", "contact_ids": ids}, actor=tenant.actor())
    known = {"name": "Abril", "subject": "Ofertas", "content": CONTENT, "segment_id": segment.pk, **values}
    campaign: Campaign = create_campaign(known, actor=tenant.actor())
    return campaign


def part(content: bytes, kind: str) -> str:
    mail: Any = message_from_bytes(content, policy=policy.default)
    return str(mail.get_body((kind,)).get_content())


def test_from_a_segment_to_the_figures(
    api: Api,
    alfa: TestTenant,
    sender: Sender,
    mailbox: Mailbox,  # noqa: F811
) -> None:
    """One of three reads it and clicks, one unsubscribes, of one the address is wrong. All over HTTP and SMTP."""
    for name in ("Ana", "Beto", "Caro"):
        api.post("/contacts", {"first_name": name, "city": "León", "emails": [{"email": f"{name}@{name}.example"}]})
    api.post("/contacts", {"first_name": "Dora", "city": "Lerdo", "emails": [{"email": "dora@d.example"}]})
    lives = [{"field": "city", "operator": "=", "value": "León"}]
    segment = api.post("/segments", {"name": "León", "type": "dynamic", "conditions": lives}).data
    assert segment["member_count"] == 3
    made = api.post("/campaigns", {"name": "A", "subject": "B", "content": CONTENT, "segment_id": segment["id"]}).data
    path = f"/campaigns/{made['id']}"
    assert api.post(f"{path}/send").data["status"] == "sending"
    for _turn in range(2):
        deliver(sender)
    assert (api.get(path).data["status"], len(mailbox.taken)) == ("sent", 3)
    CampaignRecipient.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    mails = {to.partition("@")[0]: content for to, content in mailbox.taken}
    reader = Client(headers={"user_agent": PERSON})
    with unbound():
        target = re.search(r"https://crm\.example(/t/[^\"]+)\"[^>]*>Ver", part(mails["ana"], "html"))
        assert target is not None
        gone = reader.get(target[1])
        assert (gone.status_code, gone["Location"]) == (302, "https://example.com/oferta")
        leave: Any = message_from_bytes(mails["beto"], policy=policy.default)["List-Unsubscribe"].strip("<>")
        left = reader.post(leave.removeprefix("https://crm.example"), {"List-Unsubscribe": "One-Click"})
        assert left.status_code == 200
    assert api.get(path).data["stats"] == {
        "recipients": 3, "sent": 3, "failed": 0, "opened": 1, "clicked": 1, "bounced": 0, "unsubscribed": 1,
    }  # fmt: skip
    report = api.get(f"{path}/report").data
    assert report["links"] == [{"position": 0, "url": "https://example.com/oferta", "clicked": 1}]
    by_domain = {row["domain"]: (row["sent"], row["clicked"], row["unsubscribed"]) for row in report["domains"]}
    assert by_domain == {"ana.example": (1, 1, 0), "beto.example": (1, 0, 1), "caro.example": (1, 0, 0)}
    again = api.post(f"{path}/duplicate").data["id"]
    assert api.post(f"/campaigns/{again}/send").data["stats"]["recipients"] == 2  # without him who has left


def test_the_better_subject_goes_to_the_rest(
    alfa: TestTenant,
    sender: Sender,
    mailbox: Mailbox,  # noqa: F811
) -> None:
    campaign = to_people(alfa, 20, subject="Uno", subject_b="Dos", test_share=20, test_hours=4)
    sending.send_campaign(campaign, actor=alfa.actor())
    deliver(sender)
    campaign.refresh_from_db()
    assert (campaign.status, len(mailbox.taken)) == ("sending", 4)
    rows = CampaignRecipient.objects.filter(campaign=campaign)
    assert Counter(rows.filter(sent_at__isnull=False).values_list("variant", flat=True)) == {"a": 2, "b": 2}
    rows.filter(variant="b", sent_at__isnull=False).update(opened_at=timezone.now())
    with unbound():
        tasks.start_campaigns()
    deliver(sender)
    assert len(mailbox.taken) == 4  # its time is not over
    Campaign.objects.update(started_at=timezone.now() - timedelta(hours=5))
    for _twice in range(2):
        sending.decide_test(campaign, actor=alfa.actor())
    for _turn in range(2):
        deliver(sender)
    campaign.refresh_from_db()
    assert (campaign.status, campaign.winner, len(mailbox.taken)) == ("sent", "b", 20)
    subjects = Counter(message_from_bytes(content)["Subject"] for _to, content in mailbox.taken)
    assert subjects == {"Uno": 2, "Dos": 18}
    assert AuditEntry.objects.filter(action="campaign.test_decided").count() == 1


def test_beat_begins_what_is_due_and_nothing_else(alfa: TestTenant) -> None:
    soon, later = timezone.now() + timedelta(minutes=1), timezone.now() + timedelta(days=2)
    due, waiting = (to_people(alfa, 2, name=str(at), scheduled_at=at) for at in (soon, later))
    draft = to_people(alfa, 2, scheduled_at=soon)
    for campaign in (due, waiting):
        sending.send_campaign(campaign, actor=alfa.actor())
    with unbound():
        tasks.start_campaigns()
    assert set(Campaign.objects.values_list("status", flat=True)) == {"draft", "scheduled"}
    Campaign.objects.filter(scheduled_at=soon).update(scheduled_at=timezone.now())
    tasks._start_due()
    standing = dict(Campaign.objects.values_list("pk", "status"))
    assert standing == {due.pk: "sending", waiting.pk: "scheduled", draft.pk: "draft"}


def test_what_can_no_longer_be_sent_is_a_draft_again(alfa: TestTenant) -> None:
    campaign = to_people(alfa, 1, scheduled_at=timezone.now() + timedelta(minutes=1))
    sending.send_campaign(campaign, actor=alfa.actor())
    Campaign.objects.update(scheduled_at=timezone.now(), subject="")
    tasks._start_due()
    campaign.refresh_from_db()
    assert campaign.status == "draft"
    told = Notification.objects.get(type="campaign_stopped")
    assert told.body.endswith("vuelve a ser borrador: Falta el asunto.")


def test_whoever_sends_gets_their_answer_and_goes_on(live: TestTenant) -> None:
    """On real commits, after which the senders are rung: that must leave the request with its tenant."""
    api = Api(live.tokens["admin"])
    with bind(live.bound):
        campaign = to_people(live, 3)
    path = f"/campaigns/{campaign.pk}"
    answers = [api.post(f"{path}/{act}") for act in ("send", "pause", "resume", "cancel")]
    assert [(answer.status, answer.data["status"]) for answer in answers] == [
        (200, "sending"), (200, "paused"), (200, "sending"), (200, "cancelled"),
    ]  # fmt: skip


def test_beat_begins_all_that_is_due_of_one_tenant(live: TestTenant) -> None:
    with bind(live.bound):
        campaigns = [to_people(live, 2, name=name) for name in ("Uno", "Dos")]
        for campaign in campaigns:
            sending.send_campaign(at_a_time(campaign), actor=live.actor())
        Campaign.objects.update(scheduled_at=timezone.now() - timedelta(seconds=1))
        turns.announce(STARTS)
    tasks.start_campaigns()
    with bind(live.bound):
        assert set(Campaign.objects.values_list("status", flat=True)) == {"sending"}


def at_a_time(campaign: Campaign) -> Campaign:
    campaign.scheduled_at = timezone.now() + timedelta(hours=1)
    campaign.save()
    return campaign


def begun_at_once(tenant: TestTenant, begin: str) -> Counter[str]:
    """What came of it when several began one campaign at once."""
    with bind(tenant.bound):
        campaign = to_people(tenant, 5)
        if begin == "start_campaign":
            Campaign.objects.filter(pk=campaign.pk).update(status="scheduled", scheduled_at=timezone.now())

    def attempt() -> str:
        try:
            with bind(tenant.bound):
                getattr(sending, begin)(campaign, actor=tenant.actor())
        except DomainError as refusal:
            return refusal.code
        except DatabaseError:
            return "database"
        return "done"

    outcomes = Counter(in_parallel([partial(attempt)] * HANDS))
    with bind(tenant.bound):
        outcomes["started"] = AuditEntry.objects.filter(action="campaign.started").count()
        outcomes["recipients"] = CampaignRecipient.objects.count()
    return outcomes


@pytest.mark.parametrize(
    ("begin", "others"),
    [("send_campaign", {"done": 1, "illegal_transition": HANDS - 1}), ("start_campaign", {"done": HANDS})],
)
def test_a_campaign_begins_once(live: TestTenant, begin: str, others: dict[str, int]) -> None:
    """Two who press the button, or several beats: one audience, and no error that anybody would see."""
    assert begun_at_once(live, begin) == {**others, "started": 1, "recipients": 5}


def test_control_without_the_lock_the_database_alone_stops_it(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "lock", read_together(HANDS))
    assert begun_at_once(live, "start_campaign")["database"] > 0
