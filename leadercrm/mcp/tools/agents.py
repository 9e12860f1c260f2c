"""What agents did: taking it back."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.agents.actions.undoing import refuse_forgotten, undo_change_set
from leadercrm.agents.queries import CHANGE_SETS
from leadercrm.core.api.fields import Flag, RowId
from leadercrm.core.api.shapes import INTEGER, TEXT, list_of
from leadercrm.core.errors import DomainError
from leadercrm.core.models import ChangeSet
from leadercrm.mcp.registry import Call, Hints, Outcome, tool
from leadercrm.mcp.writing import meant


class Undoing(serializers.Serializer[Any]):
    change_set_id = RowId(required=False)
    dry_run = Flag(required=False, default=False)


@tool(
    "leader_undo",
    """Undo (deshacer) a write of yours as a whole, by the change_set_id that it gave; without one, your last. Refused,
    with reasons, if something newer stands against it or it cannot be taken back, as a sent e-mail.""",
    scope="crm:write",
    input=Undoing,
    gives={"undone": list_of(TEXT), "remains": list_of(TEXT), "undone_change_set_id": INTEGER},
    hints=Hints(destroys=True),
)
def undo(call: Call) -> Outcome:
    pk = call.values.get("change_set_id")
    if pk is not None:
        refuse_forgotten(pk)
    change_set = _last(call) if pk is None else meant(CHANGE_SETS, pk, call, "change_set_id")
    done = undo_change_set(change_set, actor=call.actor)
    return Outcome({"undone": done.done, "remains": done.remains, "undone_change_set_id": change_set.pk})


def _last(call: Call) -> ChangeSet:
    """The last one of this very token: another agent of the same user is somebody else."""
    own = ChangeSet.objects.filter(user=call.actor.user_id, token_id=call.actor.token_id)
    last: ChangeSet | None = own.filter(undone_at__isnull=True, undoes__isnull=True).order_by("-pk").first()
    if last is None:
        raise DomainError(_("You have done nothing that could be undone."), code="nothing_to_undo")
    return last
