"""The operations of marketing as a client calls them, on rows that are made for it."""

from typing import Any

from leadercrm.api.tests.operation import Operation
from leadercrm.core.testing.doors import Api

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
SUPPRESSION = {"email": "a@b.mx", "detail": "A", "reason": "manual"}


def marketing_operations(api: Api) -> list[Operation]:
    """All of them; each can be carried out without another."""
    contact = api.post("/contacts", {"first_name": "A"}).data["id"]
    return [*_segments(api, contact), *_consents(api, contact)]


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
