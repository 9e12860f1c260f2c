"""The address by which a mail provider reports: whose it is, what it takes, and that it tells nobody anything."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from billing.models import Quote
from leadercrm.core import bounces
from leadercrm.core.mail import message_id_of
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, visiting
from leadercrm.core.tests.test_mail import complaint, notification
from leadercrm.tenancy.models import MailHook, Tenant
from marketing.delivery.plans import message_id
from marketing.models import Campaign, CampaignRecipient, Suppression
from marketing.tests.test_reports import NO_SUCH_USER, kinds, sent_mails


@pytest.fixture
def place(api: Api) -> str:
    """The tenant's own address, without the host."""
    url: str = api.put("/mail-webhook").data["url"]
    return urlsplit(url).path


def report(anonymous: Api, place: str, *events: dict[str, Any]) -> Answer:
    return anonymous.post(place, {"events": list(events)})


def about(mail: CampaignRecipient, kind: str = "bounced", **rest: Any) -> dict[str, Any]:
    return {"type": kind, "message_id": message_id(mail.campaign_id, mail.pk), **rest}


def test_its_address_is_shown_once_and_ends_with_the_next_one(
    api: Api, anonymous: Api, alfa: TestTenant, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://crm.example"
    assert api.get("/mail-webhook").data == {"created_at": None, "last_used_at": None}
    first, second = (api.put("/mail-webhook").data for _time in range(2))
    assert first["url"].startswith("https://crm.example/api/webhooks/mail/")
    assert first["url"].rpartition("/")[2] not in str(list(MailHook.objects.values()))
    assert report(anonymous, urlsplit(first["url"]).path).status == 404
    answer = report(anonymous, urlsplit(second["url"]).path)
    assert (answer.status, answer.data) == (200, {"taken": 0, "ignored": 0})
    assert api.get("/mail-webhook").data["last_used_at"] is not None
    assert api.delete("/mail-webhook").status == 200
    assert api.delete("/mail-webhook").status == 404
    assert report(anonymous, urlsplit(second["url"]).path).status == 404
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        *["mail_hook.created"] * 2, "mail_hook.deleted",
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["manager", "sales", "viewer"])
def test_only_administrators_see_and_change_it(alfa: TestTenant, role: Any) -> None:
    api = Api(alfa.tokens[role])
    with untouched():
        assert [api.call(method, "/mail-webhook").status for method in ("GET", "PUT", "DELETE")] == [403] * 3


def test_a_bundle_of_reports(anonymous: Api, place: str, alfa: TestTenant) -> None:
    mails = sent_mails(4)
    CampaignRecipient.objects.filter(pk=mails[3].pk).update(status="in_doubt", sent_at=None)
    answer = report(
        anonymous, place,
        about(mails[0], detail="452 4.2.2 mailbox full"), about(mails[1], permanent=False, detail="550 5.1.1 x"),
        about(mails[3], "delivered"), about(mails[2], "complained", detail="abuse"),
        {"type": "bounced", "message_id": "<other@provider.example>"},
        {"type": "bounced", "email": "nobody@x.example", "detail": "452 4.2.2 mailbox full"},
    )  # fmt: skip
    assert answer.data == {"taken": 4, "ignored": 2}
    assert kinds() == ["deferred", "deferred", "complained"]
    assert set(CampaignRecipient.objects.values_list("status", flat=True)) == {"sent"}
    entry = Suppression.objects.get()
    assert (entry.email, entry.reason) == ("eva@x.example", "complained")


def test_by_address_alone_it_is_the_latest_mail(anonymous: Api, place: str, alfa: TestTenant) -> None:
    sent_mails(2)
    gone = {"type": "bounced", "message_id": "<theirs@provider.example>", "email": "EVA@x.example", "permanent": True}
    unknown = {"type": "complained", "email": "Otra@x.example"}
    assert report(anonymous, place, gone, unknown, gone).data == {"taken": 3, "ignored": 0}
    assert [campaign.bounced_count for campaign in Campaign.objects.order_by("pk")] == [0, 1]
    assert dict(Suppression.objects.values_list("email", "reason")) == {
        "eva@x.example": "bounced",
        "otra@x.example": "complained",
    }


def test_mails_are_read_as_they_come(anonymous: Api, place: str, alfa: TestTenant) -> None:
    [mail] = sent_mails(1)
    ours = message_id(mail.campaign_id, mail.pk)
    for raw in (notification(ours, said=NO_SUCH_USER), complaint(ours)):
        answer = anonymous.post(place, raw=raw, content_type="message/rfc822")
        assert answer.data == {"taken": 1, "ignored": 0}
    assert kinds() == ["bounced", "complained"]
    with untouched():
        for raw in (b"\r\n", b"\xff\x00\x80" * 999, b"Subject: x\n\nI am away"):
            answer = anonymous.post(place, raw=raw, content_type="message/rfc822; charset=utf-8")
            assert answer.data == {"taken": 0, "ignored": 1}
        assert anonymous.post(place, raw=b"x" * (bounces.MOST_BYTES + 1), content_type="message/rfc822").status == 422


def test_whoever_sent_a_document_hears_of_it_too(
    anonymous: Api, place: str, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setitem(bounces.LISTENERS, "quote", lambda *told_of: told.append(told_of))
    ours = message_id_of(f"quote.{alfa.row.pk}.5.1")
    assert report(anonymous, place, {"type": "bounced", "message_id": ours, "detail": "550 x"}).data["taken"] == 1
    assert report(anonymous, place, {"type": "complained", "message_id": ours}).data["ignored"] == 1
    assert (told, Quote.objects.count()) == ([("quote", "5.1", "550 x")], 0)


def test_of_another_account_s_mails_nothing_is_taken(
    anonymous: Api, place: str, alfa: TestTenant, beta: TestTenant
) -> None:
    """Their ids are the same as ours."""
    sent_mails(1)
    with visiting(beta):
        [theirs] = sent_mails(1)
        reports = [about(theirs, kind, permanent=True) for kind in ("bounced", "complained", "delivered")]
        raw = notification(message_id(theirs.campaign_id, theirs.pk), said=NO_SUCH_USER)
    with untouched():
        assert report(anonymous, place, *reports).data == {"taken": 0, "ignored": 3}
        assert anonymous.post(place, raw=raw, content_type="message/rfc822").data["ignored"] == 1
    with visiting(beta):
        assert not Suppression.objects.exists()
        assert kinds() == []


def test_what_leads_nowhere_is_not_found_and_what_is_no_report_is_refused(
    anonymous: Api, place: str, alfa: TestTenant
) -> None:
    [mail] = sent_mails(1)
    with untouched():
        for secret in ("x", "ñ" * 42, place[-42:-1] + "é", place[-42:].swapcase(), "a" * 42, "a" * 5000):
            assert report(anonymous, f"/api/webhooks/mail/{secret}", about(mail)).status == 404
        wrong: list[dict[str, Any]] = [
            {}, {"events": [{}]}, {"events": [{"type": "bounced"}]}, {"events": {"type": "bounced"}},
            {"events": [about(mail, "opened")]}, {"events": [about(mail, detail=5)]},
            {"events": [{"type": "bounced", "email": "no address"}]},
            {"events": [about(mail, permanent="maybe")]}, {"events": [about(mail)] * 501},
        ]  # fmt: skip
        for body in wrong:
            assert anonymous.post(place, body).status == 422, body
        assert anonymous.get(place).status == 405
        Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at="2026-01-01T00:00:00Z")
        assert report(anonymous, place, about(mail)).status == 404
        Tenant.objects.filter(pk=alfa.row.pk).update(suspended_at=None)
