"""What operators do: a decorator for their actions, and the entry that each of them leaves in `public`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import Snapshot, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import Forbidden
from leadercrm.operators.models import Operator, OperatorAudit

P = ParamSpec("P")
R = TypeVar("R")


def operator_action(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function an operators' action: one transaction, refused to whoever is no operator at /operator/.

    An operator on a visit is not one there: inside a tenant they are its administrator, and no more.
    """

    @wraps(function)
    def action(*args: P.args, **kwargs: P.kwargs) -> R:
        actor: Any = kwargs["actor"]
        if actor.kind not in ("operator", "system") or actor.role is not None:
            raise Forbidden(_("Only operators of the platform may do this."))
        with transaction.atomic():
            return function(*args, **kwargs)

    return action


def note(
    actor: Actor,
    row: models.Model,
    action: str,
    *,
    before: Snapshot | None = None,
    tenant_id: int | None = None,
    **notes: Any,
) -> None:
    """Write the audit entry of a change to the platform. `actor.user_id` is the operator's id here."""
    after, old = snapshot(row), before or {}
    hidden = {"secret_hash", *getattr(row, "UNAUDITED", ())}
    changes = {
        name: [old.get(name), after[name]] for name in after if old.get(name) != after[name] and name not in hidden
    }
    OperatorAudit.objects.create(
        operator_id=actor.user_id if actor.kind == "operator" else None,
        action=action,
        object_type=row._meta.label_lower,
        object_id=row.pk,
        tenant_id=tenant_id,
        label=actor.label,
        ip=actor.ip,
        request_id=actor.request_id,
        changes={**changes, **notes},
    )


def actor_for(operator: Operator, *, ip: str, request_id: str) -> Actor:
    """An operator at /operator/."""
    return Actor(
        kind="operator", via="operator", user_id=operator.pk, ip=ip, request_id=request_id, label=operator.email
    )
