"""Unsubscribing, preferences and coming back: GET changes nothing, one POST is enough, and only the reader's own."""

from typing import Any

import pytest
from django.test import Client

from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound, visiting
from marketing.links import reader_token, tracking_token
from marketing.models import Campaign, CampaignRecipient, MailEvent, MailPreference, Suppression
from marketing.tests.campaigns import a_campaign


@pytest.fixture
def recipient(alfa: TestTenant) -> CampaignRecipient:
    a_campaign(["eva.luna@x.example"])
    return CampaignRecipient.objects.get()


def get(path: str, **headers: str) -> Any:
    with unbound():
        return Client(headers=headers).get(path)


def post(path: str, data: Any = None, **kwargs: Any) -> Any:
    with unbound():
        return Client(enforce_csrf_checks=True).post(path, data or {}, **kwargs)


def count() -> int:
    return int(Campaign.objects.get().unsubscribed_count)


def test_looking_changes_nothing(recipient: CampaignRecipient) -> None:
    token = reader_token(recipient.pk)
    for page in ("", "/preferences"):
        with untouched():
            answer = get(f"/u/{token}{page}?lang=es")
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "ev…@x.example" in text
        assert "eva.luna" not in text
        assert "<script" not in text
        assert "Alfa" in text
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    with untouched():
        assert get(f"/u/{token}/again").status_code == 200


def test_one_click_unsubscribes_without_cookie_or_form(recipient: CampaignRecipient) -> None:
    place = f"/u/{reader_token(recipient.pk)}"
    for _twice in range(2):
        answer = post(place, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200  # RFC 8058: no redirect
    entry = Suppression.objects.get()
    assert (entry.email, entry.reason, entry.detail) == ("eva.luna@x.example", "unsubscribed", "Abril")
    assert count() == 1
    assert MailEvent.objects.filter(kind="unsubscribed").count() == 1
    assert AuditEntry.objects.filter(action="suppression.added").count() == 1
    assert "Ya no recibe" in get(f"{place}?lang=es").content.decode()
    assert "You get no more" in get(place, accept_language="en").content.decode()


def test_the_reader_may_come_back_and_leave_again(recipient: CampaignRecipient) -> None:
    place = f"/u/{reader_token(recipient.pk)}"
    post(place)
    assert "Le damos la bienvenida" in post(f"{place}/again?lang=es").content.decode()
    assert not Suppression.objects.exists()
    post(f"{place}/again")
    post(place)
    assert (Suppression.objects.count(), count()) == (1, 1)


@pytest.mark.parametrize("reason", ["bounced", "complained", "manual", "imported"])
def test_only_the_readers_own_unsubscription_is_taken_back(recipient: CampaignRecipient, reason: str) -> None:
    Suppression.objects.create(email=recipient.email, reason=reason)
    place = f"/u/{reader_token(recipient.pk)}"
    with untouched():
        post(f"{place}/again")
        assert b"/again" not in get(place).content
    post(f"{place}/preferences", {"mails": "all"})
    assert Suppression.objects.get().reason == reason
    post(place)
    assert Suppression.objects.get().reason == reason


def test_some_topics_none_and_all_again(recipient: CampaignRecipient) -> None:
    place = f"/u/{reader_token(recipient.pk)}/preferences"
    assert "Guardado" in post(f"{place}?lang=es", {"mails": "some", "topic": ["news", "nonsense"]}).content.decode()
    assert MailPreference.objects.get().refused == ["events", "offers"]
    text = get(place).content.decode()
    assert 'value="news" checked' in text
    assert 'value="offers" checked' not in text
    post(place, {"mails": "none"})
    assert Suppression.objects.get().reason == "unsubscribed"
    post(place, {"mails": "some", "topic": ["offers"]})
    assert (MailPreference.objects.get().refused, Suppression.objects.count()) == (["events", "news"], 0)
    post(place, {"mails": "all"})
    assert MailPreference.objects.get().refused == []
    post(place, {})  # nothing ticked
    assert Suppression.objects.exists()


def test_other_links_open_nothing(recipient: CampaignRecipient, alfa: TestTenant, beta: TestTenant) -> None:
    token = reader_token(recipient.pk)
    with visiting(beta):
        foreign = reader_token(recipient.pk)
    for wrong in (tracking_token(recipient.pk), reader_token(recipient.pk + 1), token[::-1], "x", foreign):
        with untouched():
            for page in ("", "/again", "/preferences"):
                assert get(f"/u/{wrong}{page}").status_code == 404
                assert post(f"/u/{wrong}{page}").status_code == 404
