"""What is read of the agents' journal."""

from typing import Any

from django.db.models import Q

from leadercrm.core.actor import Actor, Role, Scope
from leadercrm.core.api.columns import Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import FREE_OBJECT, TEXT, nullable
from leadercrm.core.models import ChangeSet


class UsersRows(JsonRows):
    """Rows that their own `user` sees; administrators see everybody's."""

    def _scope(self, actor: Actor | None) -> Scope:
        return Scope.OWN if actor is not None and actor.kind == "user" and actor.role != Role.ADMIN else Scope.ALL

    def _visibility(self, scope: Scope, user_id: Any) -> Q:
        return Q(user_id=user_id) if scope == Scope.OWN else Q()


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
