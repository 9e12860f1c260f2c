"""What is read of the agents' journal."""

from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Now

from leadercrm.agents.models import Approval, ApprovalState
from leadercrm.core.actor import Actor, Role, Scope
from leadercrm.core.api.columns import Number, Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import FREE_OBJECT, TEXT, nullable, one_of
from leadercrm.core.models import ChangeSet


class UsersRows(JsonRows):
    """Rows that their own `user` sees; administrators see everybody's."""

    def _scope(self, actor: Actor | None) -> Scope:
        return Scope.OWN if actor is not None and actor.kind == "user" and actor.role != Role.ADMIN else Scope.ALL

    def _visibility(self, scope: Scope, user_id: Any) -> Q:
        return Q(user_id=user_id) if scope == Scope.OWN else Q()


STATE = Case(
    When(state=ApprovalState.WAITING, expires_at__lte=Now(), then=Value(ApprovalState.EXPIRED.value)),
    default=F("state"),
    output_field=CharField(choices=ApprovalState.choices),
)
APPROVALS = UsersRows(
    Approval.objects.all,
    {
        "id": "id",
        "status": STATE,
        "tool": "tool",
        "arguments": "arguments",
        "effect": "effect",
        "amount": Number("amount"),
        "currency": "currency",
        "agent": "agent",
        "client": "client",
        "user_id": "user_id",
        "user_name": "user__name",
        "token_id": "token_id",
        "created_at": Timestamp("created_at"),
        "expires_at": Timestamp("expires_at"),
        "decided_at": Timestamp("decided_at"),
        "decided_by_id": "decided_by_id",
        "decided_by_name": "decided_by__name",
        "reason": "reason",
        "result": "result",
        "change_set_id": "change_set_id",
    },
    types={
        "arguments": FREE_OBJECT,
        "effect": FREE_OBJECT,
        "result": nullable(FREE_OBJECT),
        "status": one_of(ApprovalState.values),
    },
)


def waiting_of(token_id: int, most: int) -> list[Approval]:
    """The token's calls that wait for somebody's word, the latest first."""
    waiting = Approval.objects.filter(token_id=token_id, state=ApprovalState.WAITING, expires_at__gt=Now())
    return list(waiting.only("id", "tool", "amount", "currency", "created_at", "expires_at").order_by("-pk")[:most])


CHANGE_SETS = UsersRows(
    ChangeSet.objects.all,
    {
        "id": "id",
        "at": Timestamp("at"),
        "tool": "tool",
        "arguments": "arguments",
        "agent": "agent",
        "client": "client",
        "via": "via",
        "user_id": "user_id",
        "user_name": "user__name",
        "token_id": "token_id",
        "ip": "ip",
        "approver_id": "approver_id",
        "approver_name": "approver__name",
        "undoes_id": "undoes_id",
        "undone_at": Timestamp("undone_at"),
        "undone_by_id": "undone_by_id",
    },
    types={"arguments": FREE_OBJECT, "ip": nullable(TEXT)},
)
