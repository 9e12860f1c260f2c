"""The gate that an agent's write goes through: kept as a change-set, and judged by the policy of its token.

The call is carried out first and judged by what it did: its effect is then exactly known. What must ask is rolled
back and kept as an approval; what is denied is rolled back and refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.effects import Effect, effect_of
from leadercrm.agents.masking import masked
from leadercrm.agents.models import Policy
from leadercrm.agents.policies import Answer, Verdict, judge, policy_of
from leadercrm.core.actor import Actor
from leadercrm.core.currencies import DEFAULT_CURRENCY
from leadercrm.core.errors import Forbidden
from leadercrm.core.journal import Watch, journaled

R = TypeVar("R")


@dataclass(frozen=True)
class AgentCall:
    """A call that writes: by whom, of which tool or route, with what, and what it takes to carry it out later.

    `kind` names the door that can do that (settings.AGENT_DOORS); `stored` is None of one that cannot be kept.
    """

    actor: Actor
    tool: str
    arguments: dict[str, Any]
    agent: str
    kind: str
    stored: dict[str, Any] | None


class Held(Exception):
    """The call must ask: what it did is rolled back, and its effect is known."""

    def __init__(self, call: AgentCall, policy: Policy, effect: Effect) -> None:
        super().__init__(call.tool)
        self.call, self.policy, self.effect = call, policy, effect


class Denied(Forbidden):
    """The policy of the agent's token does not allow this."""

    code = "denied_by_policy"
    hint = _("Do not try again, nor by another way: tell the user, who can change the rules of the token.")


def guarded(call: AgentCall, run: Callable[[], R], *, confirmed: bool = True) -> tuple[R, Watch]:
    """Carry out an agent's call, unless the policy of its token is against it. Raises Held or Denied.

    Without `confirmed` nothing stays: Unheld is raised where the policy has nothing against it.
    """
    policy = policy_of(call.actor.token_id)
    since = timezone.now()
    with journaled(call.actor, call.tool, masked(call.arguments), agent=call.agent) as watch:
        result = run()
        if policy is not None:
            _refuse(call, policy, watch, since)
        if not confirmed:
            raise Unheld
    return result, watch


class Unheld(Exception):
    """Nothing stood against a call that was only to be judged."""


def judge_only(call: AgentCall, run: Callable[[], Any]) -> None:
    """Raise Held or Denied if the call would be; otherwise nothing of it stays."""
    if policy_of(call.actor.token_id) is None:
        return
    try:
        guarded(call, run, confirmed=False)
    except Unheld:
        return


def foreseen(actor: Actor, tool: str, watch: Watch, since: datetime) -> Answer:
    """What the policy of the token would say of what has been done under the watch."""
    policy = policy_of(actor.token_id)
    if policy is None:
        return Answer.ALLOW
    return judge(policy, tool, effect_of(watch, since, timezone.now()), own_currency(actor)).answer


def own_currency(actor: Actor) -> str:
    """The currency that amounts in policies are in."""
    return str(actor.tenant_settings.get("currency", DEFAULT_CURRENCY))


def _refuse(call: AgentCall, policy: Policy, watch: Watch, since: datetime) -> None:
    effect = effect_of(watch, since, timezone.now())
    verdict = judge(policy, call.tool, effect, own_currency(call.actor))
    if verdict.answer == Answer.DENY:
        raise Denied(_said(verdict))
    if verdict.answer == Answer.ASK:
        raise Held(call, policy, effect)


def _said(verdict: Verdict) -> Any:
    if verdict.over is None:
        return _("The rules of this token do not allow %(tool)s.") % {"tool": verdict.tool}
    return _("The rules of this token do not allow %(tool)s over %(over)s.") % {
        "tool": verdict.tool,
        "over": verdict.over,
    }
