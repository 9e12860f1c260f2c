"""Calls that wait for somebody's word: kept, approved and carried out once, or refused."""

import hashlib
from datetime import timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.agents.effects import Effect, effect_of
from leadercrm.agents.gate import Held, own_currency
from leadercrm.agents.masking import MOST_BYTES, masked
from leadercrm.agents.models import Approval, ApprovalState
from leadercrm.core import tally
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor, Role
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.responses import json_bytes
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.journal import journaled
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType
from leadercrm.tenancy.credentials import credential_in_force

TITLE = _("An agent asks for approval")
BODY = _("%(agent)s wants to do this for %(user)s: %(tool)s.")
MOST_WAITING = 100


@domain_action(permission="agents.ask")
def ask_for_approval(held: Held, *, actor: Actor) -> Approval:
    """Keep a call that must ask, with its effect, and tell those who may approve it. The same call waits once.

    Refuses a call that holds a secret or is too large to be kept, and a token's hundred-and-first that waits.
    """
    call = held.call
    stored = json_bytes(call.stored)
    if call.stored is None or len(stored) > MOST_BYTES or masked(call.arguments) != _plain(call.arguments):
        raise DomainError(
            _("This must be approved first, and cannot be kept until then: it is too large or holds a secret."),
            field="body",
            code="not_keepable",
        )
    call_hash = hashlib.sha256(stored).hexdigest()
    assert actor.user_id is not None and actor.token_id is not None  # noqa: S101, PT018 - agents come with tokens
    User.objects.select_for_update(no_key=True).get(pk=actor.user_id)  # two at once ask once
    of_token = Approval.objects.filter(token_id=actor.token_id)
    waiting = of_token.filter(state=ApprovalState.WAITING, expires_at__gt=timezone.now())
    known: Approval | None = waiting.filter(call_hash=call_hash).first()
    if known is not None:
        return known
    if waiting.count() >= MOST_WAITING:
        raise DomainError(
            _("Too many calls of this token wait for approval."), field="approvals", code="too_many_waiting"
        )
    whose = {"user_id": actor.user_id, "token_id": actor.token_id}
    approval = _kept(held, actor, call_hash=call_hash, **whose)
    record(actor, approval, "approval.asked")
    _tell(approval)
    return approval


def _kept(held: Held, actor: Actor, **columns: Any) -> Approval:
    call, effect = held.call, held.effect
    amount, currency = _amount(effect, actor)
    now = timezone.now()
    approval = Approval(
        **columns,
        agent=call.agent,
        client=actor.label,
        ip=actor.ip,
        tool=call.tool,
        arguments=masked(call.arguments),
        call={"kind": call.kind, **_plain(call.stored)},
        effect=_plain(effect.told),
        digest=effect.digest,
        amount=amount,
        currency=currency,
        created_at=now,
        expires_at=now + timedelta(hours=held.policy.hours),
    )
    approval.save()
    return approval


def _tell(approval: Approval) -> None:
    """Tell whoever may decide: the user whom the agent acts for, and the administrators."""
    admins = User.objects.filter(is_active=True, role=Role.ADMIN).values_list("pk", flat=True)
    values = {"agent": approval.agent or _("An agent"), "user": approval.user.name, "tool": approval.tool}
    kind, url = NotificationType.AGENT_APPROVAL_REQUESTED, f"/agents/approvals/{approval.pk}"
    notify([approval.user_id, *admins], kind, title=TITLE, body=BODY, values=values, url=url)


@domain_action(permission="agents.approve")
def approve_call(approval: Approval, *, digest: str, actor: Actor) -> Approval:
    """Carry out a call that waits, once, as the agent for its user, in this very transaction.

    `digest` is that of the effect that the approver has seen. Where the effect is another one by now, nothing is done
    and the new one stands there to be looked at: the state stays "waiting". What the rules refuse is "failed".
    """
    approval = _undecided(approval, actor)
    if digest != approval.digest:
        raise DomainError(_("The effect has changed since: look at it again."), field="digest", code="effect_changed")
    before = snapshot(approval)
    try:
        values, action = _carried_out(approval, actor), "approval.approved"
    except _Different as other:
        amount, currency = _amount(other.effect, actor)
        values = {"effect": _plain(other.effect.told), "digest": other.effect.digest, "amount": amount}
        return _written(approval, {**values, "currency": currency}, before, actor, "approval.changed")
    except Exception as error:
        refusal = as_refusal(error)
        if refusal is None or refusal.status >= 500:
            raise
        values, action = {"state": ApprovalState.FAILED, "reason": str(refusal.message)}, "approval.failed"
    decided = {**values, "decided_by_id": actor.user_id, "decided_at": timezone.now()}
    return _written(approval, decided, before, actor, action)


@domain_action(permission="agents.approve")
def refuse_call(approval: Approval, *, reason: str = "", actor: Actor) -> Approval:
    """Refuse a call that waits, with a reason that its agent reads."""
    approval = _undecided(approval, actor)
    decided = {"decided_by_id": actor.user_id, "decided_at": timezone.now()}
    amend(
        approval,
        {"state": ApprovalState.REFUSED, "reason": reason, **decided},
        actor=actor,
        action="approval.turned_down",
    )
    return approval


class _Different(Exception):
    """What the call does now is not what was shown."""

    def __init__(self, effect: Effect) -> None:
        super().__init__(effect.digest)
        self.effect = effect


def _undecided(approval: Approval, actor: Actor) -> Approval:
    """The approval, locked, if the actor may decide and nobody has. An agent never approves."""
    if actor.is_agent or actor.is_limited:
        raise Forbidden(_("Only a person approves, on the page."))
    approval = lock(approval)
    if actor.role != Role.ADMIN and approval.user_id != actor.user_id:
        raise NotFound()
    if approval.state != ApprovalState.WAITING:
        raise DomainError(_("This has been decided already."), field="state", code="already_decided")
    if not approval.is_waiting:
        raise DomainError(_("This has expired: the agent has to ask again."), field="expires_at", code="expired")
    return approval


def _carried_out(approval: Approval, approver: Actor) -> dict[str, Any]:
    """Carry the call out, apart from what else this transaction counts, so that it can be rolled back by itself."""
    agent, since = _agent_of(approval), timezone.now()
    names = {"agent": approval.agent, "approver_id": approver.user_id}
    with transaction.atomic(), tally.apart():
        with journaled(agent, approval.tool, approval.arguments, **names) as watch:
            result = import_string(settings.AGENT_DOORS[approval.call["kind"]])(approval.call, agent)
            effect = effect_of(watch, since, timezone.now())
            if effect.digest != approval.digest:
                raise _Different(effect)
        return {
            "state": ApprovalState.DONE,
            "result": _plain(result),
            "change_set_id": watch.number if watch.kept_as else None,
        }


def _agent_of(approval: Approval) -> Actor:
    """The agent, with the rights that its user and its token have now."""
    credential = credential_in_force(approval.token_id)
    if credential is None:
        raise DomainError(_("The agent's token is not in force any more."), field="token_id", code="token_ended")
    via = "mcp" if approval.call["kind"] == "mcp" else "api"
    return credential.actor(via=via, ip=approval.ip or "", request_id=f"approval-{approval.pk}", label=approval.client)


def _amount(effect: Effect, actor: Actor) -> tuple[Any, str]:
    """What it is about, in the tenant's currency; None where no rate is known."""
    amount, unknown = effect.amount(own_currency(actor))
    return (None if unknown or not effect.worths else amount), own_currency(actor)


def _written(approval: Approval, values: dict[str, Any], before: Any, actor: Actor, action: str) -> Approval:
    for name, value in values.items():
        setattr(approval, name, value)
    approval.save(update_fields=list(values))
    record(actor, approval, action, before=before)
    return approval


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return orjson.loads(json_bytes(value))
