"""What activities are about: held while they are attached, and followed into the bin and out of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.models import Activity, Company, Contact, Deal
from crm.queries_activities import target_there
from crm.targets import TARGETS, target_column, unknown_target
from leadercrm.core import tally
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError

NOTHING = dict.fromkeys(TARGETS.values())


def target_columns(values: Mapping[str, Any], activity: Activity | None, actor: Actor) -> dict[str, int | None]:
    """The foreign keys that `activitable_type` and `activitable_id` stand for; {} if none is given or all stays.

    Refuses one without the other, an unknown type, and a target that is not there, in the bin, or not
    to be seen by the actor. The target stays there until the running transaction ends.
    """
    names = ("activitable_type", "activitable_id")
    given: dict[str, Any] = {name: values[name] for name in names if name in values}
    for name, other in (names, names[::-1]):
        if name in given and (other not in given or (given[name] is not None and given[other] is None)):
            raise DomainError(
                _("Give activitable_type and activitable_id together, or neither."), field=other, code="half_a_target"
            )
    if not given:
        return {}
    kind, pk = given["activitable_type"], given["activitable_id"]
    if kind is None:
        return NOTHING
    column = target_column(kind)
    if column is None:
        raise DomainError(unknown_target(), field="activitable_type")
    if activity is not None and getattr(activity, column) == pk:
        return {}
    if not target_there(column, pk, actor):
        raise DomainError(_("There is nothing with this id."), field="activitable_id", code="unknown_reference")
    return {**NOTHING, column: pk}


def refuse_gone_target(activity: Activity) -> None:
    """Refuse to restore an activity of something that is in the bin: nobody could reach it."""
    for column in NOTHING:
        pk = getattr(activity, column)
        if pk is not None and not target_there(column, pk, Actor.system()):
            raise DomainError(
                _("What it belongs to was deleted."),
                field="activitable_id",
                code="target_deleted",
                hint=_("Restore that, and this comes back."),
            )


def bin_activities(target: Contact | Deal | Company, at: datetime) -> None:
    """Put the activities of a row, which is locked, into the bin at the very moment at which it goes there itself."""
    _move(target, None, at)


def restore_activities(target: Contact | Deal | Company) -> None:
    """Take out of the bin what went there with the row, which is locked and still there itself."""
    _move(target, target.deleted_at, None)


def _move(target: Contact | Deal | Company, old: datetime | None, new: datetime | None) -> None:
    rows = Activity.with_deleted.filter(**{str(target._meta.model_name): target, "deleted_at": old})
    moved = rows.update(deleted_at=new)
    tally.touch(Activity._meta.label_lower, moved if new is None else -moved)
