"""The operations of marketing as a client calls them, on rows that are made for it."""

from typing import Any
from urllib.parse import urlsplit

from leadercrm.api.tests.operation import PIXEL, Operation
from leadercrm.core.testing.doors import Api
from marketing.models import Campaign, CampaignStatus

CONDITIONS: list[dict[str, Any]] = [{"field": "city", "operator": "=", "value": "A"}]
SEGMENT: dict[str, Any] = {
    "name": "A",
    "type": "dynamic",
    "conditions": CONDITIONS,
    "contact_ids": [],
    "owner_id": None,
}
CONSENT: dict[str, Any] = {
    "status": "granted", "source": "A", "text": "B", "text_version": "1", "decided_at": "2025-05-05T10:00:00Z",
    "do_not_contact": False, "repep": False,
}  # fmt: skip
CAMPAIGN: dict[str, Any] = {
    "name": "A", "subject": "B", "subject_b": None, "test_share": 20, "test_hours": 4, "test_measure": "opens",
    "topic": "news", "preheader": None, "content": "<p>[[first_name]]</p>", "segment_id": None, "scheduled_at": None,
    "owner_id": None,
}  # fmt: skip
SUPPRESSION = {"email": "a@b.mx", "detail": "A", "reason": "manual"}


def marketing_operations(api: Api) -> list[Operation]:
    """All of them; each can be carried out without another."""
    contact = api.post("/contacts", {"first_name": "A"}).data["id"]
    return [
        *_segments(api, contact),
        *_consents(api, contact),
        *_campaigns(api, contact),
        *_pictures(api),
        *_reports(api),
    ]


def _pictures(api: Api) -> list[Operation]:
    row = f"/campaign-pictures/{api.post('/campaign-pictures', {'image': PIXEL}).data['id']}"
    return [
        Operation("campaign-picture-list", "GET", "/campaign-pictures"),
        Operation("campaign-picture-list", "POST", "/campaign-pictures", {"image": PIXEL}),
        Operation("campaign-picture-detail", "GET", row),
        Operation("campaign-picture-detail", "DELETE", row),
    ]


def _reports(api: Api) -> list[Operation]:
    report = {"type": "bounced", "message_id": "<a@b.mx>", "email": "a@b.mx", "permanent": True, "detail": "A"}
    place = urlsplit(api.put("/mail-webhook").data["url"]).path
    return [
        Operation("mail-reports", "POST", place, {"events": [report]}, public=True),
        Operation("campaign-settings", "GET", "/campaigns/settings"),
        Operation("campaign-settings", "PUT", "/campaigns/settings", {"mails": 3, "days": 7}),
        Operation("mail-hook", "GET", "/mail-webhook"),
        Operation("mail-hook", "PUT", "/mail-webhook"),
        Operation("mail-hook", "DELETE", "/mail-webhook"),
    ]


def _segments(api: Api, contact: int) -> list[Operation]:
    row = f"/segments/{api.post('/segments', SEGMENT).data['id']}"
    static = f"/segments/{api.post('/segments', {'name': 'A', 'type': 'static'}).data['id']}"
    return [
        Operation("segment-list", "GET", "/segments"),
        Operation("segment-list", "POST", "/segments", SEGMENT),
        Operation("segment-detail", "GET", row),
        Operation("segment-detail", "PUT", row, SEGMENT),
        Operation("segment-detail", "DELETE", row),
        Operation("segment-contacts", "GET", f"{static}/contacts"),
        Operation("segment-contacts", "POST", f"{static}/contacts", {"contact_ids": [contact]}),
        Operation("segment-contacts", "DELETE", f"{static}/contacts", {"contact_ids": [contact]}),
        Operation("segment-fields", "GET", "/segments/fields"),
        Operation("segment-preview", "POST", "/segments/preview", {"conditions": CONDITIONS}),
        Operation("segment-why", "GET", f"{row}/contacts/{contact}/why"),
    ]


def _consents(api: Api, contact: int) -> list[Operation]:
    listed = f"/suppressions/{api.post('/suppressions', {'email': 'c@d.mx'}).data['id']}"
    return [
        Operation("contact-consent", "GET", f"/contacts/{contact}/consent"),
        Operation("contact-consent", "PUT", f"/contacts/{contact}/consent", CONSENT),
        Operation("suppression-list", "GET", "/suppressions"),
        Operation("suppression-list", "POST", "/suppressions", SUPPRESSION),
        Operation("suppression-detail", "GET", listed),
        Operation("suppression-detail", "DELETE", listed, {"reason": "A"}),
        Operation("suppression-import", "POST", "/suppressions/import", {"emails": ["e@f.mx"]}),
    ]


def _campaigns(api: Api, contact: int) -> list[Operation]:
    people = api.post("/segments", {"name": "A", "type": "static", "contact_ids": [contact]}).data["id"]
    row = f"/campaigns/{api.post('/campaigns', {**CAMPAIGN, 'segment_id': people}).data['id']}"
    mail = {"emails": [api.get("/auth/me").data["email"]]}
    return [
        Operation("campaign-list", "GET", "/campaigns"),
        Operation("campaign-list", "POST", "/campaigns", CAMPAIGN),
        Operation("campaign-detail", "GET", row),
        Operation("campaign-detail", "PUT", row, CAMPAIGN),
        Operation("campaign-detail", "DELETE", row),
        Operation("campaign-duplicate", "POST", f"{row}/duplicate"),
        Operation("campaign-checks", "GET", f"{row}/checks"),
        Operation("campaign-preview", "GET", f"{row}/preview"),
        Operation("campaign-recipients", "GET", f"{row}/recipients"),
        Operation("campaign-report", "GET", f"{row}/report"),
        Operation("campaign-test", "POST", f"{row}/test", mail),
        Operation("campaign-send", "POST", f"{row}/send"),
        Operation("campaign-pause", "POST", f"{_in(row, CampaignStatus.SENDING)}/pause"),
        Operation("campaign-resume", "POST", f"{_in(row, CampaignStatus.PAUSED)}/resume"),
        Operation("campaign-cancel", "POST", f"{_in(row, CampaignStatus.SENDING)}/cancel"),
        Operation("campaign-unschedule", "POST", f"{_in(row, CampaignStatus.SCHEDULED)}/unschedule"),
    ]


def _in(row: str, status: CampaignStatus) -> str:
    """A campaign like that one, in another status."""
    like = Campaign.objects.get(pk=int(row.rpartition("/")[2]))
    copy = Campaign.objects.create(
        name="A", subject="B", content="C", segment=like.segment, owner_id=like.owner_id, status=status
    )
    return f"/campaigns/{copy.pk}"
