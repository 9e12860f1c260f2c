"""Opens and clicks: once for each reader, machines told apart, and no way to anywhere that was not in the mail."""

import random
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound, visiting
from marketing.links import reader_token, tracking_token
from marketing.models import Campaign, CampaignLink, CampaignRecipient, MailEvent
from marketing.tests.campaigns import a_campaign

PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
URLS = [
    "https://example.com/oferta?a=1&b=2",
    "http://example.com/otra",
    "https://example.com/ñandú",
    "https://x.example/4",
]


@pytest.fixture
def token(alfa: TestTenant) -> str:
    """Of a mail that was sent an hour ago, with four links."""
    campaign = a_campaign(["eva@x.example"])
    CampaignRecipient.objects.update(status="sent", sent_at=timezone.now() - timedelta(hours=1))
    for place, url in enumerate(URLS):
        CampaignLink.objects.create(campaign=campaign, position=place, url=url)
    return tracking_token(CampaignRecipient.objects.get().pk)


def fetch(path: str, agent: str = PERSON, method: str = "get", **headers: str) -> Any:
    with unbound():
        return getattr(Client(headers={"user_agent": agent, **headers}), method)(path)


def counts() -> tuple[int, int, list[int]]:
    campaign = Campaign.objects.get()
    links = [link.clicked_count for link in CampaignLink.objects.order_by("position")]
    return campaign.opened_count, campaign.clicked_count, links


def test_an_opening_counts_once(token: str) -> None:
    for agent in (PERSON, GMAIL, "Microsoft Outlook 16.0; ms-office"):
        answer = fetch(f"/t/{token}.gif", agent)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/gif")
        assert answer.headers["Cache-Control"] == "no-store, private"
    assert counts() == (1, 0, [0, 0, 0, 0])
    assert CampaignRecipient.objects.get().opened_at is not None
    assert MailEvent.objects.filter(kind="opened", is_robot=False).count() == 3


def test_a_click_leads_on_and_is_an_opening_too(token: str) -> None:
    for _twice in range(2):
        answer = fetch(f"/t/{token}/0")
        assert (answer.status_code, answer.headers["Location"]) == (302, URLS[0])
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert counts() == (1, 1, [1, 0, 0, 0])
    assert fetch(f"/t/{token}/2").headers["Location"] == "https://example.com/%C3%B1and%C3%BA"
    fetch(f"/t/{token}.gif")
    assert counts() == (1, 1, [1, 0, 1, 0])


@pytest.mark.parametrize(
    ("agent", "method", "headers"),
    [
        ("", "get", {}),
        ("Mozilla/5.0", "get", {}),
        ("Barracuda Sentinel (EE)", "get", {}),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", "get", {}),
        ("python-requests/2.32", "get", {}),
        ("Mozilla/5.0 HeadlessChrome/140", "get", {}),
        (PERSON, "head", {}),
        (PERSON, "get", {"sec_purpose": "prefetch"}),
    ],
)
def test_machines_are_served_and_not_counted(token: str, agent: str, method: str, headers: dict[str, str]) -> None:
    assert fetch(f"/t/{token}.gif", agent, method, **headers).status_code == 200
    assert fetch(f"/t/{token}/1", agent, method, **headers).status_code == 302
    assert counts() == (0, 0, [0, 0, 0, 0])
    assert MailEvent.objects.filter(is_robot=True).count() == 2


def test_whoever_comes_within_seconds_of_the_sending_is_a_scanner(token: str) -> None:
    CampaignRecipient.objects.update(sent_at=timezone.now() - timedelta(seconds=1))
    fetch(f"/t/{token}.gif")
    fetch(f"/t/{token}/1")
    assert counts() == (0, 0, [0, 0, 0, 0])


def test_whoever_follows_all_links_at_once_is_a_scanner_and_what_was_counted_is_taken_back(token: str) -> None:
    fetch(f"/t/{token}/0")
    fetch(f"/t/{token}/1")
    assert counts() == (1, 1, [1, 1, 0, 0])
    for place in (2, 3):
        fetch(f"/t/{token}/{place}")
    assert counts() == (0, 0, [0, 0, 0, 0])
    recipient = CampaignRecipient.objects.get()
    assert (recipient.opened_at, recipient.clicked_at) == (None, None)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        fetch(f"/t/{token}/3")
    assert counts() == (1, 1, [0, 0, 0, 1])


def test_links_that_were_not_in_the_mail_lead_nowhere(token: str, alfa: TestTenant, beta: TestTenant) -> None:
    recipient = CampaignRecipient.objects.get()
    with visiting(beta):
        foreign = tracking_token(recipient.pk)
    chance = random.Random(7)
    tampered = [
        token[:place] + chance.choice("abcXYZ019-_") + token[place + 1 :] for place in range(43) for _n in "12345"
    ]
    wrong = {*tampered, foreign, reader_token(recipient.pk), tracking_token(recipient.pk + 1)} - {token}
    with untouched():
        for other in sorted(wrong):
            answer = fetch(f"/t/{other}/0")
            assert (answer.status_code, "Location" in answer.headers) == (404, False), other
            assert fetch(f"/t/{other}.gif").status_code == 404
        for place in ("4", "99999999999999999999", "-1", "0x0", "https://evil.example", "0/https://evil.example"):
            assert fetch(f"/t/{token}/{place}").status_code == 404


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/admin", "", "https:", "http://[", "https://x\n.y"],
)
def test_what_is_no_web_address_is_never_gone_to(token: str, url: str) -> None:
    CampaignLink.objects.filter(position=1).update(url=url)
    with untouched():
        answer = fetch(f"/t/{token}/1")
    assert (answer.status_code, "Location" in answer.headers) == (404, False)


def test_a_query_changes_nothing_about_where_a_link_leads(token: str) -> None:
    assert fetch(f"/t/{token}/1?url=https://evil.example&next=//evil.example").headers["Location"] == URLS[1]


def test_a_mail_in_doubt_that_is_opened_has_arrived(token: str) -> None:
    CampaignRecipient.objects.update(status="in_doubt", claimed_at=timezone.now() - timedelta(minutes=5), sent_at=None)
    fetch(f"/t/{token}.gif", "Mozilla/5.0")
    assert CampaignRecipient.objects.get().status == "sent"
    assert Campaign.objects.get().sent_count == 1


def test_events_of_one_mail_are_bounded(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketing.actions.reading.MOST_EVENTS", 5)
    for _again in range(8):
        assert fetch(f"/t/{token}.gif").status_code == 200
    assert MailEvent.objects.count() == 5
