"""Every operation of the API as a client calls it, for tests that go over all of them."""

from typing import Any

from django.utils import timezone

from leadercrm.api.tests.account_operations import account_operations, session_operations
from leadercrm.api.tests.billing_operations import billing_operations
from leadercrm.api.tests.crm_operations import CONTACT, crm_operations
from leadercrm.api.tests.events_operations import events_operations
from leadercrm.api.tests.forms_operations import forms_operations
from leadercrm.api.tests.marketing_operations import marketing_operations
from leadercrm.api.tests.operation import Operation
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.notifications.models import Notification

WEBHOOK: dict[str, Any] = {
    "url": "https://example.com/hook", "events": ["*"], "description": "A", "is_active": True,
}  # fmt: skip


def operations(api: Api) -> list[Operation]:
    """All operations, on rows that are made for it."""
    return [
        *account_operations(api),
        *agents_operations(api),
        *billing_operations(api),
        *marketing_operations(api),
        *forms_operations(api),
        *events_operations(api),
        *session_operations(),
        *notification_operations(api),
        *webhook_operations(api),
        *crm_operations(api),
        Operation("bulk", "POST", "/bulk", {"operations": [{"method": "POST", "path": "/contacts", "body": CONTACT}]}),
        Operation("openapi", "GET", "/openapi.json", public=True),
        Operation("postal-code", "GET", "/api/copomex/64000", public=True),
        Operation("dashboard-stats", "GET", "/api/v1/dashboard/stats"),
    ]


def notification_of(user_id: int) -> int:
    """A notification; the API makes none by itself."""
    return Notification.objects.create(user_id=user_id, type="deal_won", title="A").pk


def agents_operations(api: Api) -> list[Operation]:
    """The agents' journal; what an agent does here is a contact."""
    token = api.headers["Authorization"].removeprefix("Bearer ")
    made = [Agent(token).call("leader_create_contact", first_name="A", if_exists="create") for _number in range(2)]
    one, other = (f"/agent/changesets/{each['change_set_id']}" for each in made)
    kept = api.post("/auth/tokens", {"name": "A"}).data
    policy = f"/auth/tokens/{kept['id']}/policy"
    rules = {"rules": [{"tool": "leader_create_contact", "answer": "ask", "over": None}], "hours": 24}
    api.put(policy, rules)
    waiting = Agent(kept["token"]).refusal("leader_create_contact", first_name="A", if_exists="create")["approval_id"]
    return [
        Operation("token-policy", "GET", policy),
        Operation("token-policy", "PUT", policy, rules),
        Operation("approval-list", "GET", "/agent/approvals"),
        Operation("approval-detail", "GET", f"/agent/approvals/{waiting}"),
        Operation("changeset-list", "GET", "/agent/changesets"),
        Operation("changeset-detail", "GET", one),
        Operation("changeset-undo", "POST", f"{other}/undo"),
    ]


def notification_operations(api: Api) -> list[Operation]:
    notification = f"/notifications/{notification_of(api.get('/auth/me').data['id'])}"
    preferences = {"preferences": [{"type": "deal_won", "in_app": True, "email": False}]}
    return [
        Operation("notification-list", "GET", "/notifications"),
        Operation("notification-read", "POST", f"{notification}/read"),
        Operation("notification-read-all", "POST", "/notifications/read-all"),
        Operation("notification-preferences", "GET", "/notifications/preferences"),
        Operation("notification-preferences", "PUT", "/notifications/preferences", preferences),
    ]


def webhook_operations(api: Api) -> list[Operation]:
    """And the feed of changes."""
    webhook = f"/webhooks/{api.post('/webhooks', WEBHOOK).data['id']}"
    delivery = api.post(f"{webhook}/test").data["id"]
    return [
        Operation("webhook-list", "GET", "/webhooks"),
        Operation("webhook-list", "POST", "/webhooks", WEBHOOK),
        Operation("webhook-detail", "GET", webhook),
        Operation("webhook-detail", "PUT", webhook, WEBHOOK),
        Operation("webhook-deliveries", "GET", f"{webhook}/deliveries"),
        Operation("webhook-test", "POST", f"{webhook}/test"),
        Operation("webhook-resend", "POST", f"{webhook}/deliveries/{delivery}/resend"),
        Operation("webhook-replay", "POST", f"{webhook}/replay", {"since": timezone.now().isoformat()}),
        Operation("webhook-rotate-secret", "POST", f"{webhook}/rotate-secret"),
        Operation("webhook-detail", "DELETE", webhook),
        Operation("changes", "GET", "/changes"),
    ]
