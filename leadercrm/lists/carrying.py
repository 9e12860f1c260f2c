"""Carrying out a plan: rows made in bulk, rows changed one by one, each refused by itself. In a transaction."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leadercrm.core import tally
from leadercrm.core.actions import changes_between, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.errors import DomainError, Unavailable
from leadercrm.core.text import fold
from leadercrm.lists.kinds import Values
from leadercrm.lists.models import BatchRow, Outcome
from leadercrm.lists.planning import Planned, Planner, merge

EMPTY: tuple[Any, ...] = (None, "", [], {})


def refusal_of(act: Callable[[], Any]) -> DomainError | None:
    """Do something in a savepoint; what it was refused for, or None. A server that was not had in time is an error."""
    try:
        with tally.savepoint(), transaction.atomic():
            act()
    except Exception as error:
        refusal = as_refusal(error)
        if refusal is None or isinstance(refusal, Unavailable):
            raise
        return refusal
    return None


class Carrier:
    """Carries out the rows of one import."""

    def __init__(self, planner: Planner, actor: Actor) -> None:
        self.planner, self.kind, self.actor = planner, planner.kind, actor

    def carry_out(self, rows: Sequence[BatchRow]) -> None:
        """Make, change or pass over each row, and note on it what became of it.

        Rows that are the same as one before them wait until that is made, and are planned anew then.
        """
        waiting = list(rows)
        while waiting:
            planned = self.planner.plan(waiting)
            waiting = [each.row for each in planned if each.twin is not None]
            ready = [each for each in planned if each.twin is None]
            for each in ready:
                self._note_at_once(each)
            new = [each for each in ready if not each.row.outcome and each.same_as is None]
            self._make_pending(new)
            self._make([each for each in new if not each.row.outcome])
            for each in ready:
                if not each.row.outcome:
                    self._fill(each)

    def _note_at_once(self, planned: Planned) -> None:
        row = planned.row
        if planned.problems:
            row.outcome, row.why = Outcome.FAILED, " ".join(planned.problems)
        elif planned.same_as is not None and self.planner.options["same"] == "skip":
            row.outcome, row.object_id = Outcome.SKIPPED, planned.same_as
            row.why = _("There is one already: number %(id)s.") % {"id": planned.same_as}

    def _make(self, planned: list[Planned]) -> None:
        """Make rows, all together; where that is refused, one half and the other, down to whose fault it is."""
        if not planned:
            return
        made: list[Any] = []
        bodies = [each.values for each in planned]
        create_many = self.planner.importing.create_many
        refusal = refusal_of(lambda: made.extend(create_many(bodies, actor=self.actor)))
        if refusal is None:
            for each, row in zip(planned, made, strict=True):
                each.row.outcome, each.row.object_id = Outcome.MADE, row.pk
        elif len(planned) == 1:
            self._note_refusal(planned[0], refusal)
        else:
            half = len(planned) // 2
            self._make(planned[:half])
            self._make(planned[half:])

    def _make_pending(self, planned: Sequence[Planned]) -> None:
        """Make what rows need that is not there: a company of the name that a row gives, once for all rows."""
        for name, target in self.planner.targets.items():
            needing = [each for each in planned if name in each.pending]
            if needing and target.lookup is not None and target.lookup.make is not None:
                self._make_one_kind(target.lookup, name, needing)

    def _make_one_kind(self, lookup: Any, name: str, needing: Sequence[Planned]) -> None:
        common = {"owner_id": needing[0].values.get("owner_id", self.actor.user_id)}
        names: dict[str, str] = {}
        for each in needing:
            names.setdefault(fold(each.pending[name]), each.pending[name])
        made: dict[str, Values] = {}
        noted: set[str] = set()
        refusal = refusal_of(lambda: made.update(lookup.make(list(names.values()), common, self.actor)))
        for each in needing:
            if refusal is not None:
                self._note_refusal(each, refusal)
                continue
            written = names[fold(each.pending.pop(name))]
            merge(each.values, made[written])
            if lookup.makes and written not in noted:
                noted.add(written)
                each.row.also = {**(each.row.also or {}), lookup.makes: list(made[written].values())}

    def _fill(self, planned: Planned) -> None:
        """Fill in the empty columns of the row that is there already; nothing that stands there is overwritten."""
        row = planned.row
        there = self.kind.rows.instance(planned.same_as or 0, self.actor)
        if there is None:
            row.outcome, row.why = Outcome.FAILED, _("There is one already that you do not see.")
            return
        row.object_id = there.pk
        values = missing_values(there, planned.values)
        before = snapshot(there)
        refusal = refusal_of(lambda: self.kind.change(there, values, actor=self.actor)) if values else None
        if refusal is not None:
            self._note_refusal(planned, refusal)
            return
        after = snapshot(type(there)._base_manager.get(pk=there.pk)) if values else before
        row.changes = {name: pair for name, pair in changes_between(there, before, after).items() if name in values}
        row.outcome = Outcome.CHANGED if row.changes else Outcome.SKIPPED
        row.why = (
            "" if row.changes else _("There is one already, with nothing to fill in: number %(id)s.") % {"id": there.pk}
        )

    def _note_refusal(self, planned: Planned, refusal: DomainError) -> None:
        errors = refusal.errors or {"": [refusal.message]}
        planned.row.outcome, planned.row.why = Outcome.FAILED, " ".join(self.planner.told(errors))


def missing_values(row: Any, values: Values) -> Values:
    """Of a body, what the row has nothing for; of a column of keys and values, the keys that it has not."""
    missing: Values = {}
    for name, value in values.items():
        if value in EMPTY or not hasattr(row, name):
            continue
        there = getattr(row, name)
        if there in EMPTY:
            missing[name] = value
        elif isinstance(there, dict) and isinstance(value, dict):
            more = {key: inner for key, inner in value.items() if there.get(key) in EMPTY}
            missing.update({name: more} if more else {})
    return missing
