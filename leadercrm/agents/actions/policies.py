"""Setting what a token's agent may do by itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.models import Policy
from leadercrm.agents.policies import as_tool, tool_names
from leadercrm.core.actions import amend, domain_action, record, snapshot
from leadercrm.core.actor import Actor, Role
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import AccessToken, LoginIndex, TokenKind

MOST_OF_A_NAME = 80


def token_of(pk: int, actor: Actor) -> AccessToken:
    """A token in force that the actor may set rules for: their own, or of this tenant for administrators."""
    held = AccessToken.objects.exclude(kind=TokenKind.BROWSER).filter(
        pk=min(pk, MAX_ID),
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
        login__tenant_id=current_tenant_id(),
    )
    token: AccessToken | None = held.first()
    if token is None or (actor.role != Role.ADMIN and token.login_id != actor.user_id):
        raise NotFound()
    return token


@domain_action(permission="agents.set_policy")
def set_policy(
    token: AccessToken, *, rules: Iterable[Mapping[str, Any]], hours: int | None = None, actor: Actor
) -> Policy:
    """Replace a token's rules; a token with rules is an agent's, and gets its own name for it if it has none.

    For the token's user and administrators, and no agent: its rules are not its own to set. Refuses, on
    `rules.N.tool`, a tool that there is not.
    """
    if actor.is_agent or actor.is_limited:
        raise Forbidden(_("A token with limits sets no rules."))
    if actor.role != Role.ADMIN and token.login_id != actor.user_id:
        raise NotFound()
    kept = _checked(rules)
    # Two at once are one after the other; the platform's row is there before the tenant's.
    LoginIndex.objects.select_for_update(no_key=True).get(pk=token.login_id)
    if kept and not token.agent_name:
        amend(token, {"agent_name": token.name[:MOST_OF_A_NAME]}, actor=actor, action="token.changed")
    policy = Policy.objects.select_for_update().filter(token_id=token.pk).first()
    before = snapshot(policy) if policy is not None else None
    policy = policy or Policy(token_id=token.pk)
    policy.rules, policy.hours = kept, hours or policy.hours
    if before is None or snapshot(policy) != before:
        policy.save()
        record(actor, policy, "policy.set", before=before)
    return policy


def _checked(rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rules as they are kept."""
    known, kept = set(tool_names()), []
    for place, rule in enumerate(rules):
        tool, over = as_tool(rule["tool"]), rule.get("over")
        if tool not in known:
            raise DomainError(
                _("There is no tool of this name."),
                field=f"rules.{place}.tool",
                hint=_("There are: %(names)s.") % {"names": ", ".join(sorted(known))},
            )
        kept.append({"tool": tool, "answer": str(rule["answer"]), "over": None if over is None else str(over)})
    return kept
