"""What a token's policy says of a call: allow, ask or deny, by tool and by amount.

Tools are named as agents know them. What is done over REST, or by a tool of a toolset, is judged by the very actions
that it took, so that a rule holds at every door.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from leadercrm.agents.effects import Effect
from leadercrm.agents.models import Policy
from leadercrm.core.actions import ACTIONS

EVERYTHING = "*"
PREFIX = "leader_"
MOVING = "leader_move_deal_stage"
# The tool that an action belongs to.
TOOL_OF = {
    "agents.undo_change_set": "leader_undo",
    "billing.approve_quote": "leader_set_quote_status",
    "billing.convert_to_contract": "leader_create_contract",
    "billing.convert_to_invoice": "leader_create_invoice",
    "billing.create_contract": "leader_create_contract",
    "billing.create_invoice": "leader_create_invoice",
    "billing.create_payment": "leader_record_payment",
    "billing.create_quote": "leader_create_quote",
    "billing.reject_quote": "leader_set_quote_status",
    "billing.send_contract": "leader_send_contract",
    "billing.send_invoice": "leader_send_invoice",
    "billing.send_quote": "leader_send_quote",
    "billing.sign_contract": "leader_sign_contract",
    "crm.add_note": "leader_add_note",
    "crm.change_contact": "leader_update_contact",
    "crm.change_deal": "leader_update_deal",
    "crm.complete_activity": "leader_complete_activity",
    "crm.create_activity": "leader_create_activity",
    "crm.create_contact": "leader_create_contact",
    "crm.create_deal": "leader_create_deal",
    "crm.move_stage": MOVING,
}


class Answer(StrEnum):
    """From the mildest to the strictest."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


STRICTNESS = list(Answer)


@dataclass(frozen=True)
class Verdict:
    """The strictest answer of the rules that speak of a call, and the tool that it was given for."""

    answer: Answer = Answer.ALLOW
    tool: str = ""
    over: Decimal | None = None


def policy_of(token_id: int | None) -> Policy | None:
    return Policy.objects.filter(token_id=token_id).first() if token_id is not None else None


def tool_names() -> list[str]:
    """What a rule may name: everything, tools, and actions that no tool takes, by their short names."""
    tools = {name for name in TOOL_OF.values() if name.startswith(PREFIX)}
    others = {name.rpartition(".")[2] for name in ACTIONS if name not in TOOL_OF}
    return [EVERYTHING, *sorted(tools), *sorted(others)]


def as_tool(name: str) -> str:
    """A tool's name as rules keep it: send_quote is leader_send_quote."""
    return f"{PREFIX}{name}" if f"{PREFIX}{name}" in TOOL_OF.values() else name


def judge(policy: Policy, tool: str, effect: Effect, currency: str) -> Verdict:
    """What the policy says of a call that had this effect. What has none needs nobody's word."""
    if effect.is_nothing:
        return Verdict()
    verdicts = [_about(policy.rules, name, effect, currency) for name in subjects(tool, effect)]
    return max(verdicts, key=lambda verdict: STRICTNESS.index(verdict.answer))


def subjects(tool: str, effect: Effect) -> list[str]:
    """The tools that a call comes to: the one that was called, and those whose actions it took."""
    called = [tool] if tool.startswith(PREFIX) else []
    taken = [TOOL_OF.get(act, act.rpartition(".")[2]) for act in effect.acts]
    moved = [MOVING] if effect.moves_stage else []
    return list(dict.fromkeys([*called, *taken, *moved]))


def _about(rules: Iterable[Mapping[str, Any]], tool: str, effect: Effect, currency: str) -> Verdict:
    """The strictest rule of a tool that has any of its own, else of those for everything."""
    rules = list(rules)
    own = [rule for rule in rules if rule["tool"] == tool] or [rule for rule in rules if rule["tool"] == EVERYTHING]
    amount, unknown = effect.amount(currency)
    found = Verdict(tool=tool)
    for rule in own:
        over = Decimal(rule["over"]) if rule.get("over") is not None else None
        answer = Answer(rule["answer"])
        if (over is None or unknown or amount > over) and STRICTNESS.index(answer) > STRICTNESS.index(found.answer):
            found = Verdict(answer, tool, over)
    return found
