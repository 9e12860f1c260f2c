"""Who of an audience gets no mail, and what their row says; and the cap on campaigns to one address."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Contact
from leadercrm.core.database import connection
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import Tenant
from marketing.audience import HELD, freeze
from marketing.delivery import journal
from marketing.delivery.outcomes import sent
from marketing.models import (
    Campaign,
    CampaignRecipient,
    CampaignStatus,
    ContactConsent,
    MailPreference,
    Segment,
    SegmentMember,
    Suppression,
)
from marketing.tests.campaigns import a_campaign

SHARED = [f"ana{n}@x.example" for n in range(40)]
CAMPAIGNS = 3


def an_audience(addresses: list[str]) -> dict[str, int]:
    """A static segment of contacts with these addresses: their ids."""
    segment = Segment.objects.create(name="Todos", type="static")
    people = {}
    for email in addresses:
        person = Contact(first_name="Ana", emails=[{"email": email}])
        person.save()
        people[email] = person.pk
        SegmentMember.objects.create(segment=segment, contact=person)
    return people


def a_draft(**values: Any) -> Campaign:
    known = {"name": "Abril", "subject": "A", "content": "<p>A</p>", "topic": "offers"}
    campaign: Campaign = Campaign.objects.create(segment=Segment.objects.get(), **known, **values)
    return campaign


def cap(api: Api, mails: int | None, days: int | None) -> None:
    assert api.put("/campaigns/settings", {"mails": mails, "days": days}).status == 200


def skipped(campaign: Campaign) -> dict[str, str]:
    rows = CampaignRecipient.objects.filter(campaign=campaign)
    return dict(rows.values_list("email", "skipped"))


REASONS = {
    "baja@x.example": "suppressed", "nunca@x.example": "do_not_contact", "repep@x.example": "repep",
    "retiro@x.example": "withdrawn", "ofertas@x.example": "topic", "mucho@x.example": "cap", "si@x.example": "",
}  # fmt: skip


def say_no(people: dict[str, int]) -> None:
    Suppression.objects.create(email="baja@x.example", reason="bounced")
    ContactConsent.objects.create(contact_id=people["nunca@x.example"], do_not_contact=True, repep=True)
    ContactConsent.objects.create(contact_id=people["repep@x.example"], repep=True, status="granted")
    ContactConsent.objects.create(contact_id=people["retiro@x.example"], status="withdrawn")
    MailPreference.objects.create(email="ofertas@x.example", refused=["offers"])
    MailPreference.objects.create(email="si@x.example", refused=["news"])


def test_whoever_gets_no_mail_has_a_row_that_says_why(api: Api, alfa: TestTenant) -> None:
    people = an_audience(list(REASONS))
    say_no(people)
    a_campaign(["mucho@x.example", "si@x.example"], status=CampaignStatus.SENT)
    now = timezone.now()
    CampaignRecipient.objects.filter(email="mucho@x.example").update(status="sent", sent_at=now - timedelta(days=6))
    CampaignRecipient.objects.filter(email="si@x.example").update(status="sent", sent_at=now - timedelta(days=8))
    cap(api, 1, 7)
    campaign = a_draft()
    answer = api.post(f"/campaigns/{campaign.pk}/send")
    assert (answer.data["status"], answer.data["stats"]["recipients"]) == ("sending", 1)
    assert skipped(campaign) == REASONS
    mine = CampaignRecipient.objects.filter(campaign=campaign)
    assert set(mine.exclude(skipped="").values_list("status", flat=True)) == {"suppressed"}
    assert [row.values for row in mine.exclude(skipped="")] == [{}] * 6
    assert mine.get(skipped="").values["first_name"] == "Ana"
    listed = api.get(f"/campaigns/{campaign.pk}/recipients", skipped="repep").data
    assert [(row["email"], row["status"], row["skipped"]) for row in listed] == [
        ("repep@x.example", "suppressed", "repep")
    ]


def test_who_says_no_after_the_freeze_is_asked_again_when_the_mail_s_turn_comes(
    alfa: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = an_audience(list(REASONS))
    campaign = a_draft(status=CampaignStatus.SENDING)
    assert freeze(campaign) == len(REASONS)
    say_no(people)
    a_campaign(["mucho@x.example"])
    [other] = journal.turn_over("other", Campaign.objects.latest("pk").pk, 10, "", {}).rows
    settings = connection.tenant.settings
    monkeypatch.setitem(settings, "campaign_cap", {"mails": 1, "days": 7})
    window = journal.turn_over("claim", campaign.pk, 10, "", {})
    assert ([row.email for row in window.rows], window.taken) == (["si@x.example"], len(REASONS))
    assert skipped(campaign) == REASONS, "a mail that is being sent counts, too"
    journal.settle("other", {other.id: sent("250")})
    monkeypatch.delitem(settings, "campaign_cap")
    assert freeze(a_draft()) == 2


def test_of_two_contacts_with_one_address_whoever_may_get_it_does(alfa: TestTenant) -> None:
    people = an_audience(["uno@x.example", "Uno@x.example"])
    ContactConsent.objects.create(contact_id=people["uno@x.example"], do_not_contact=True)
    assert freeze(a_draft()) == 1
    assert CampaignRecipient.objects.get().contact_id == people["Uno@x.example"]


def test_a_test_of_subjects_is_made_with_those_who_get_it(alfa: TestTenant) -> None:
    people = an_audience([f"a{n}@x.example" for n in range(30)])
    for contact in list(people.values())[:10]:
        ContactConsent.objects.create(contact_id=contact, do_not_contact=True)
    assert freeze(a_draft(subject_b="B", test_share=20)) == 20
    now = CampaignRecipient.objects.filter(status="queued", due_at__lte=timezone.now())
    assert Counter(now.values_list("variant", flat=True)) == {"a": 2, "b": 2}
    assert CampaignRecipient.objects.filter(status="queued", due_at=HELD, variant="a").count() == 16


def test_the_cap_is_the_managers_to_choose(api: Api, alfa: TestTenant) -> None:
    assert api.get("/campaigns/settings").data == {"mails": None, "days": None}
    cap(api, 2, 7)
    assert Api(alfa.tokens["viewer"]).get("/campaigns/settings").data == {"mails": 2, "days": 7}
    with untouched():
        assert Api(alfa.tokens["sales"]).put("/campaigns/settings", {"mails": 9}).status == 403
        for wrong in ({"mails": None}, {"days": None}, {"mails": 0}, {"days": 366}, {"mails": "many"}):
            assert api.put("/campaigns/settings", wrong).status == 422, wrong
        cap(api, 2, 7)
    assert api.put("/campaigns/settings", {"mails": 3}).data == {"mails": 3, "days": 7}


def claimed_at_once(live: TestTenant) -> Counter[str]:
    """By how many campaigns each address is claimed when all claim together under a cap of one."""
    Tenant.objects.filter(pk=live.row.pk).update(settings={"campaign_cap": {"mails": 1, "days": 7}})
    live.row.refresh_from_db()
    with bind(live.bound):
        campaigns = [a_campaign(SHARED, name=str(number)).pk for number in range(CAMPAIGNS)]

    def claim(campaign_id: int) -> list[str]:
        with bind(live.bound):
            return [row.email for row in journal.turn_over(f"c{campaign_id}", campaign_id, len(SHARED), "", {}).rows]

    claims = in_parallel([lambda pk=pk: claim(pk) for pk in campaigns])  # type: ignore[misc]
    return Counter(email for emails in claims for email in emails)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each claim takes a moment between looking and writing, so that those at once do overlap."""
    statement = journal.SETTLE_AND_CLAIM.replace("FROM next WHERE", "FROM pg_sleep(0.2), next WHERE")
    assert statement != journal.SETTLE_AND_CLAIM
    monkeypatch.setattr(journal, "SETTLE_AND_CLAIM", statement)


@pytest.mark.usefixtures("slowly")
def test_senders_at_once_keep_to_the_cap(live: TestTenant) -> None:
    assert claimed_at_once(live) == dict.fromkeys(SHARED, 1)


@pytest.mark.usefixtures("slowly")
def test_control_without_the_lock_they_do_not(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LOCK", "SELECT 1 WHERE %(kind)s <> %(tenant)s")
    assert max(claimed_at_once(live).values()) > 1
