"""Agents whose tokens have rules, and people who decide on what they ask."""

from typing import Any

from leadercrm.agents.actions.approving import approve_call
from leadercrm.agents.actions.policies import set_policy
from leadercrm.agents.models import Approval
from leadercrm.core.actor import Actor
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.models import AccessToken

ITEMS = [{"description": "Licencia", "quantity": 2, "unit_price": 1500}]
ASK, DENY = "ask", "deny"


def person(alfa: TestTenant, role: str = "admin") -> Actor:
    return alfa.actor(role, via="page")


def token_with(alfa: TestTenant, *rules: tuple[Any, ...], role: str = "admin") -> tuple[AccessToken, str]:
    """An agent's token with rules: tool, answer, and over which amount."""
    token, text = make_token(alfa.users[role], agent_name="Cobranza")
    kept = [{"tool": tool, "answer": answer, "over": over[0] if over else None} for tool, answer, *over in rules]
    set_policy(token, rules=kept, actor=person(alfa, role))
    return token, text


def contact(alfa: TestTenant, **values: Any) -> int:
    emails = [{"email": "lucia@cliente.mx"}]
    made = Agent(alfa.tokens["admin"]).call(
        "leader_create_contact", first_name="Lucía", emails=emails, if_exists="create", **values
    )
    return int(made["contact"]["id"])


def quote(alfa: TestTenant, price: int = 1500, **values: Any) -> int:
    items = [{**ITEMS[0], "unit_price": price}]
    made = Agent(alfa.tokens["admin"]).call("leader_create_quote", contact_id=contact(alfa), items=items, **values)
    return int(made["quote"]["id"])


def approve(alfa: TestTenant, number: int, role: str = "admin") -> Any:
    approval = Approval.objects.get(pk=number)
    return approve_call(approval, digest=approval.digest, actor=person(alfa, role))
