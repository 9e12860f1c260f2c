"""Who one is, and how one gets in."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from leadercrm.accounts.actions.sessions import log_in
from leadercrm.accounts.api.serializers import LoginInput
from leadercrm.accounts.models import User
from leadercrm.agents.models import Approval
from leadercrm.agents.queries import waiting_of
from leadercrm.core.actor import Actor, Caps
from leadercrm.core.api import throttling
from leadercrm.core.api.responses import json_number, timestamp
from leadercrm.core.api.shapes import TEXT, list_of
from leadercrm.core.caps import used_today
from leadercrm.core.clock import tenant_today, tenant_zone
from leadercrm.core.token_scopes import READING_ALONE, TokenScope
from leadercrm.mcp.inputs import Nothing
from leadercrm.mcp.registry import READS, ROW, WRITES, Call, Outcome, tool
from leadercrm.mcp.results import lean, then
from leadercrm.tenancy.credentials import Credential

MOST_COLLEAGUES = 50
MOST_WAITING = 20
# A token that went through a model's memory ends soon.
LIFE = timedelta(hours=8)


@tool(
    "leader_authenticate",
    """Log in (iniciar sesión) with e-mail and password for a token of 8 hours. A token in the Authorization header is
    the better way: it stays out of this conversation.""",
    scope="crm:read",
    input=LoginInput,
    gives={"token": TEXT, "user": ROW, "tenant": ROW, "expires_at": TEXT},
    hints=WRITES,
    public=True,
    notes={"code": "Of those with a second factor."},
)
def authenticate(call: Call) -> Outcome:
    visit = call.visit
    visit.headers.update(throttling.LOGIN.spend(f"{visit.ip}:{call.values['email']}"))
    visitor = Actor.visitor(via="mcp", ip=visit.ip, request_id=visit.request_id)
    entrance = log_in(**call.values, actor=visitor, life=LIFE)
    user = entrance.user
    return Outcome(
        {
            "token": entrance.token,
            "user": {"id": user.pk, "name": user.name, "email": user.email, "role": user.role},
            "tenant": {"id": entrance.tenant.id, "name": entrance.tenant.name},
            "expires_at": timestamp(timezone.now() + LIFE),
        },
        [then("leader_whoami", auth_token=entrance.token)],
    )


@tool(
    "leader_whoami",
    """Say who you act for: user, role, tenant, today's date and time zone, currency, what the token may and has left of
    its day, your calls that wait for approval, and the team with the ids for owner_id and user_id. Call it first.""",
    scope="crm:read",
    input=Nothing,
    gives={"user": ROW, "tenant": ROW, "today": TEXT, "approvals_waiting?": list_of(ROW)},
    hints=READS,
)
def whoami(call: Call) -> Outcome:
    actor = call.actor
    credential = call.visit.credential
    assert credential is not None  # noqa: S101 - the tool is bound by it
    team = User.objects.filter(is_active=True).order_by("id").values("id", "name", "email", "role")
    people = list(team[:MOST_COLLEAGUES])
    own = User.objects.filter(pk=credential.user_id).values("id", "name", "email", "role", "language").first()
    waiting = [_told(approval) for approval in waiting_of(credential.token_id, MOST_WAITING)]
    return Outcome(
        {
            "user": own,
            "tenant": {"id": credential.tenant.id, "name": credential.tenant.name},
            "today": tenant_today().isoformat(),
            "now": timestamp(timezone.now()),
            "timezone": str(tenant_zone()),
            "currency": credential.tenant.settings.get("currency", "MXN"),
            "read_only": actor.scopes == READING_ALONE,
            "token": _token_of(credential),
            **({"approvals_waiting": waiting} if waiting else {}),
            "team": people,
        },
        [then("leader_get_record", type="approval", id=waiting[0]["approval_id"])] if waiting else [],
    )


def _told(approval: Approval) -> dict[str, Any]:
    """A call that waits, by the handle that its agent was given."""
    amount = approval.amount
    return lean(
        {
            "approval_id": approval.pk,
            "tool": approval.tool,
            "amount": None if amount is None else json_number(amount),
            "currency": None if amount is None else approval.currency,
            "asked_at": timestamp(approval.created_at),
            "expires_at": timestamp(approval.expires_at),
        }
    )


def _token_of(credential: Credential) -> dict[str, Any]:
    """What the token may, and what is left of its day."""
    caps = credential.caps or Caps()
    use = used_today([credential.token_id]).get(credential.token_id) if credential.caps else None
    sends, amount = (use.sends, use.amount) if use else (0, Decimal(0))
    return lean(
        {
            "scopes": sorted(credential.scopes or TokenScope),
            "agent": credential.agent_name or None,
            "sends_left_today": max(0, caps.sends - sends) if caps.sends is not None else None,
            "amount_left_today": json_number(max(Decimal(0), caps.amount - amount))
            if caps.amount is not None
            else None,
        }
    )
