"""Every operation of the API as a client calls it, for tests that go over all of them."""

from typing import Any

from django.utils import timezone

from leadercrm.api.tests.billing_operations import billing_operations
from leadercrm.api.tests.events_operations import events_operations
from leadercrm.api.tests.forms_operations import forms_operations
from leadercrm.api.tests.marketing_operations import marketing_operations
from leadercrm.api.tests.operation import PIXEL, Operation
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import PASSWORD
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.links import link_token
from leadercrm.tenancy.models import OneTimeLink

REGISTRATION = {
    "name": "J. García", "email": "jgarcia@empresa.mx", "password": "MiPassword2024!",
    "password_confirmation": "MiPassword2024!", "tenant_name": "García & Asociados",
}  # fmt: skip
CONTACT: dict[str, Any] = {
    "first_name": "A", "last_name": "B", "emails": [], "phones": [], "job_title": "C", "company_id": None,
    "lifecycle_stage": "lead", "owner_id": None, "source": "D", "city": "E", "country": "F", "custom_fields": {},
}  # fmt: skip
COMPANY: dict[str, Any] = {
    "name": "A", "domain": "B", "industry": "C", "employee_range": "D", "annual_revenue": 1, "tax_id": "E",
    "phone": "F", "email": "g@h.mx", "owner_id": None,
}  # fmt: skip
DEAL: dict[str, Any] = {
    "name": "A", "pipeline_id": 1, "stage_id": 1, "amount": 1, "currency": "MXN", "probability": 1,
    "expected_close_date": "2025-06-30", "contact_ids": [], "owner_id": None, "company_id": None, "lost_reason": None,
}  # fmt: skip
STAGE: dict[str, Any] = {
    "name": "A", "type": "open", "color": "#6B7280", "default_probability": 1, "rotten_after_days": None,
}  # fmt: skip
PIPELINE: dict[str, Any] = {
    "name": "A", "is_default": False, "stages": [STAGE, {**STAGE, "type": "won"}, {**STAGE, "type": "lost"}],
}  # fmt: skip
USER: dict[str, Any] = {
    "name": "A", "role": "sales", "team_id": None, "language": "en", "absent_from": "2025-06-30", "absent_until": None,
}  # fmt: skip
TEAM: dict[str, Any] = {"name": "Norte", "member_ids": []}
INVITATION: dict[str, Any] = {
    "email": "nueva@empresa.mx", "name": "Ana", "role": "sales", "team_id": None, "language": "en",
}  # fmt: skip
TOKEN: dict[str, Any] = {"name": "A", "abilities": ["read"], "expires_in_days": 30}
WEBHOOK: dict[str, Any] = {
    "url": "https://example.com/hook", "events": ["*"], "description": "A", "is_active": True,
}  # fmt: skip
NOTE = {"body": "A", "is_pinned": False}

ACTIVITY: dict[str, Any] = {
    "subject": "A", "type": "task", "status": "pending", "priority": "high", "due_at": "2025-04-16T14:00:00Z",
    "activitable_type": None, "activitable_id": None, "notes": "B", "user_id": None,
}  # fmt: skip


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


def account_operations(api: Api) -> list[Operation]:
    """Users, teams, invitations, tokens, and what is done by a mailed link."""
    someone = api.get("/users", search="viewer").data[0]
    user, team = f"/users/{someone['id']}", f"/teams/{api.post('/teams', TEAM).data['id']}"
    invited = [api.post("/users/invitations", {**INVITATION, "email": f"i{n}@empresa.mx"}).data["id"] for n in (1, 2)]
    api.post("/auth/forgot-password", {"email": someone["email"]})
    passwords = {"password": "otra-clave-9", "password_confirmation": "otra-clave-9"}
    acceptance = {"token": link_token(OneTimeLink.Purpose.INVITATION, invited[1]), "name": "A", **passwords}
    reset = {"token": link_token(OneTimeLink.Purpose.PASSWORD_RESET, someone["id"]), **passwords}
    token = api.post("/auth/tokens", TOKEN).data["id"]
    return [
        Operation("forgot-password", "POST", "/auth/forgot-password", {"email": "nobody@nowhere.mx"}, public=True),
        Operation("reset-password", "POST", "/auth/reset-password", reset, public=True),
        Operation("accept-invitation", "POST", "/auth/accept-invitation", acceptance, public=True),
        Operation("token-list", "GET", "/auth/tokens"),
        Operation("token-list", "POST", "/auth/tokens", TOKEN),
        Operation("token-detail", "DELETE", f"/auth/tokens/{token}"),
        Operation("user-list", "GET", "/users"),
        Operation("user-detail", "GET", user),
        Operation("user-detail", "PUT", user, USER),
        Operation("user-deactivate", "POST", f"{user}/deactivate"),
        Operation("user-reactivate", "POST", f"{user}/reactivate"),
        Operation("user-avatar", "PUT", f"{user}/avatar", {"image": PIXEL}),
        Operation("user-avatar", "DELETE", f"{user}/avatar"),
        Operation("team-list", "GET", "/teams"),
        Operation("team-list", "POST", "/teams", {**TEAM, "name": "B", "member_ids": [someone["id"]]}),
        Operation("team-detail", "GET", team),
        Operation("team-detail", "PUT", team, TEAM),
        Operation("team-detail", "DELETE", team),
        Operation("invitation-list", "GET", "/users/invitations"),
        Operation("invitation-list", "POST", "/users/invitations", INVITATION),
        Operation("invitation-detail", "GET", f"/users/invitations/{invited[0]}"),
        Operation("invitation-detail", "DELETE", f"/users/invitations/{invited[0]}"),
        Operation("invitation-resend", "POST", f"/users/invitations/{invited[0]}/resend"),
    ]


def operations(api: Api) -> list[Operation]:
    """All operations, on rows that are made for it."""
    contact = f"/contacts/{api.post('/contacts', CONTACT).data['id']}"
    company = f"/companies/{api.post('/companies', COMPANY).data['id']}"
    deleted = f"/contacts/{api.post('/contacts', CONTACT).data['id']}"
    closed = f"/companies/{api.post('/companies', COMPANY).data['id']}"
    deal = f"/deals/{api.post('/deals', DEAL).data['id']}"
    dropped = f"/deals/{api.post('/deals', DEAL).data['id']}"
    pipeline = api.post("/pipelines", PIPELINE).data
    stages = f"/pipelines/{pipeline['id']}/stages"
    added = api.post(stages, STAGE).data["stages"][-1]["id"]
    order = {"stage_ids": [stage["id"] for stage in pipeline["stages"]] + [added]}
    for gone in (deleted, closed, dropped):
        api.delete(gone)
    twin, merged = (api.post("/contacts", CONTACT).data["id"] for _number in range(2))
    api.post(f"{contact}/merge", {"contact_id": merged})
    note = f"{contact}/notes/{api.post(f'{contact}/notes', NOTE).data['id']}"
    target = {"activitable_type": r"App\Models\Contact", "activitable_id": str(twin)}
    activity = f"/activities/{api.post('/activities', ACTIVITY).data['id']}"
    scrapped = f"/activities/{api.post('/activities', ACTIVITY).data['id']}"
    api.delete(scrapped)
    passwords = {"current_password": PASSWORD, "password": "otra-clave-9", "password_confirmation": "otra-clave-9"}
    login = {"email": "admin@alfa.example.com", "password": PASSWORD}
    notification = f"/notifications/{notification_of(api.get('/auth/me').data['id'])}"
    webhook = f"/webhooks/{api.post('/webhooks', WEBHOOK).data['id']}"
    delivery = api.post(f"{webhook}/test").data["id"]
    preferences = {"preferences": [{"type": "deal_won", "in_app": True, "email": False}]}
    return [
        *account_operations(api),
        *agents_operations(api),
        *billing_operations(api),
        *marketing_operations(api),
        *forms_operations(api),
        *events_operations(api),
        Operation("login", "POST", "/auth/login", login, public=True),
        Operation("register", "POST", "/auth/register", REGISTRATION, public=True),
        Operation("logout", "POST", "/auth/logout"),
        Operation("me", "GET", "/auth/me"),
        Operation("password", "PUT", "/auth/password", passwords),
        Operation("notification-list", "GET", "/notifications"),
        Operation("notification-read", "POST", f"{notification}/read"),
        Operation("notification-read-all", "POST", "/notifications/read-all"),
        Operation("notification-preferences", "GET", "/notifications/preferences"),
        Operation("notification-preferences", "PUT", "/notifications/preferences", preferences),
        Operation("bulk", "POST", "/bulk", {"operations": [{"method": "POST", "path": "/contacts", "body": CONTACT}]}),
        Operation("contact-upsert", "PUT", "/contacts/upsert", {**CONTACT, "emails": [{"email": "upsert@empresa.mx"}]}),
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
        Operation("openapi", "GET", "/openapi.json", public=True),
        Operation("contact-list", "GET", "/contacts"),
        Operation("contact-list", "POST", "/contacts", CONTACT),
        Operation("contact-detail", "GET", contact),
        Operation("contact-detail", "PUT", contact, CONTACT),
        Operation("contact-detail", "DELETE", contact),
        Operation("contact-duplicates", "GET", "/contacts/duplicates"),
        Operation("contact-merge", "POST", f"{contact}/merge", {"contact_id": twin, "fields": {"city": "loser"}}),
        Operation("contact-unmerge", "POST", f"{contact}/merge/undo", {"merge_id": None}),
        Operation("contact-score", "GET", f"{contact}/score"),
        Operation("contact-restore", "POST", f"{deleted}/restore"),
        Operation("company-restore", "POST", f"{closed}/restore"),
        Operation("note-list", "GET", f"{contact}/notes"),
        Operation("note-list", "POST", f"{contact}/notes", NOTE),
        Operation("note-detail", "PUT", note, NOTE),
        Operation("note-detail", "DELETE", note),
        Operation("activity-list", "GET", "/activities"),
        Operation("activity-list", "POST", "/activities", {**ACTIVITY, **target}),
        Operation("activity-detail", "GET", activity),
        Operation("activity-detail", "PUT", activity, {**ACTIVITY, **target}),
        Operation("activity-detail", "DELETE", activity),
        Operation("activity-complete", "POST", f"{activity}/complete"),
        Operation("activity-restore", "POST", f"{scrapped}/restore"),
        Operation("company-list", "GET", "/companies"),
        Operation("company-list", "POST", "/companies", COMPANY),
        Operation("company-detail", "GET", company),
        Operation("company-detail", "PUT", company, COMPANY),
        Operation("company-detail", "DELETE", company),
        Operation("deal-list", "GET", "/deals"),
        Operation("deal-list", "POST", "/deals", DEAL),
        Operation("deal-detail", "GET", deal),
        Operation("deal-detail", "PUT", deal, DEAL),
        Operation("deal-move-stage", "POST", f"{deal}/move-stage", {"stage_id": 2, "lost_reason": None}),
        Operation("deal-stage-history", "GET", f"{deal}/stage-history"),
        Operation("deal-detail", "DELETE", deal),
        Operation("deal-restore", "POST", f"{dropped}/restore"),
        Operation("pipeline-list", "GET", "/pipelines"),
        Operation("pipeline-list", "POST", "/pipelines", PIPELINE),
        Operation("stage-list", "POST", stages, STAGE),
        Operation("stage-order", "PUT", f"{stages}/order", order),
        Operation("stage-detail", "PUT", f"{stages}/{added}", STAGE),
        Operation("stage-detail", "DELETE", f"{stages}/{added}"),
        Operation("pipeline-detail", "GET", f"/pipelines/{pipeline['id']}"),
        Operation("pipeline-detail", "PUT", f"/pipelines/{pipeline['id']}", {"name": "B", "is_default": False}),
        Operation("pipeline-detail", "DELETE", f"/pipelines/{pipeline['id']}"),
        Operation("postal-code", "GET", "/api/copomex/64000", public=True),
        Operation("dashboard-stats", "GET", "/api/v1/dashboard/stats"),
    ]
