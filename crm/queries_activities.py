"""What is read of activities: their JSON rows, and whether what they are about is there."""

from typing import Any

from django.db.models import Case, CharField, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from crm.models import Activity, Company, Contact, Deal
from crm.queries import in_bin
from crm.targets import TARGETS
from leadercrm.core.actor import Actor, Scope, owned_by_scope
from leadercrm.core.api.columns import Slot, Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import TEXT, nullable, one_of
from leadercrm.core.api.statements import Statement

ACTIVITY_COLUMNS: dict[str, Any] = {
    "id": "id",
    "subject": "subject",
    "type": "type",
    "status": "status",
    "priority": "priority",
    "due_at": Timestamp("due_at"),
    "due_all_day": "due_all_day",
    "completed_at": Timestamp("completed_at"),
    "activitable_type": Case(
        *[When(**{f"{column}__isnull": False}, then=Value(name)) for name, column in TARGETS.items()],
        output_field=CharField(),
    ),
    "activitable_id": Cast(Coalesce(*TARGETS.values()), TextField()),
    "user_id": "user_id",
    "user_name": "user__name",
    "notes": "notes",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
TYPES = {"activitable_type": nullable(one_of(TARGETS)), "activitable_id": nullable(TEXT)}
ACTIVITIES = JsonRows(Activity.objects.all, ACTIVITY_COLUMNS, order=("due_at", "-id"), owner="user_id", types=TYPES)
DELETED_ACTIVITIES = in_bin(Activity, ACTIVITY_COLUMNS, owner="user_id", types=TYPES)

MODELS: dict[str, Any] = {"contact_id": Contact, "deal_id": Deal, "company_id": Company}
# The lock that a foreign key's check takes: all who refer to a row share it, who deletes or merges it waits.
_HELD = {
    column: Statement(
        f"SELECT 1 FROM {model._meta.db_table} WHERE id = %s AND deleted_at IS NULL FOR KEY SHARE",  # noqa: S608
        (Slot("pk"),),
        True,
    )
    for column, model in MODELS.items()
}


def target_there(column: str, pk: int, actor: Actor) -> bool:
    """Whether there is a living target that the actor sees; it stays until the running transaction ends."""
    if _HELD[column].fetch({"pk": pk}) is None:
        return False
    scope = actor.read_scope
    if scope == Scope.ALL:
        return True
    seen: bool = MODELS[column].objects.filter(owned_by_scope(scope, actor.user_id), pk=pk).exists()
    return seen
