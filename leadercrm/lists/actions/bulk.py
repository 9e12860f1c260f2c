"""Changing or deleting many rows: those that were ticked, or all that a list's filters find."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import after_commit, domain_action, record
from leadercrm.core.actor import Actor
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.bulk import insert_rows
from leadercrm.core.errors import DomainError
from leadercrm.lists.actions.batches import known_kind
from leadercrm.lists.kinds import Kind, Values
from leadercrm.lists.models import Batch, BatchKind, BatchRow, BatchStatus
from leadercrm.lists.permissions import user_of

MOST_ROWS = 100_000
WRITTEN_AT_ONCE = 5_000


@domain_action(permission="lists.start_batch")
def start_change(
    resource: str,
    values: Values | None,
    *,
    ids: Iterable[int] = (),
    query: Mapping[str, str] | None = None,
    once: str | None = None,
    actor: Actor,
) -> Batch:
    """Begin to give rows these values, or without any to delete them: those with `ids`, or all that `query` finds.

    `values` is the API's body. With the same `once` it is the same batch. Each row is judged by itself, when its turn
    comes. Refuses whom the role lets change nothing of the kind, and more than 100,000 rows.
    """
    kind = known_kind(resource)
    actor.require(kind.needs("delete" if values is None else "change"))
    before = Batch.objects.filter(once=once, user=user_of(actor)).first() if once else None
    if before is not None:
        return before
    chosen = _chosen(kind, ids, query, actor)
    batch = Batch.objects.create(
        kind=BatchKind.DELETE if values is None else BatchKind.CHANGE, resource=resource, status=BatchStatus.RUNNING,
        user_id=user_of(actor), once=once, total=len(chosen), started_at=timezone.now(), name=str(kind.label),
        options={} if values is None else {"values": kind.complete(values)},
    )  # fmt: skip
    _keep(batch, chosen)
    record(actor, batch, "batch.begun")
    after_commit("lists.work_batch", about=batch, batch_id=batch.pk, done=0)
    return batch


def matching(kind: Kind, query: Mapping[str, str], actor: Actor) -> Any:
    """The rows that a list's address finds, for the actor. Raises DomainError for a bad query."""
    Narrowing(kind.filters, query)
    rows = kind.rows.visible(actor)
    for name, filter_ in kind.filters.items():
        if query.get(name):
            rows = filter_.filter(rows, filter_.field.clean(query[name]))
    return rows


def _chosen(kind: Kind, ids: Iterable[int], query: Mapping[str, str] | None, actor: Actor) -> list[int]:
    if query is None:
        chosen = list(dict.fromkeys(ids))
    else:
        chosen = list(matching(kind, query, actor).order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1])
    if not chosen:
        raise DomainError(_("Choose at least one row."), field="ids")
    if len(chosen) > MOST_ROWS:
        raise DomainError(_("More than %(most)s rows at once cannot be changed.") % {"most": MOST_ROWS}, field="ids")
    return chosen


def _keep(batch: Batch, ids: Sequence[int]) -> None:
    places = iter(enumerate(ids, start=1))
    while chunk := list(islice(places, WRITTEN_AT_ONCE)):
        same = {"batch_id": batch.pk, "outcome": "", "why": ""}
        insert_rows(BatchRow, [{**same, "place": place, "object_id": pk} for place, pk in chunk])
