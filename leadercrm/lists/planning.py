"""What would become of the rows of a file: read, checked, and compared with what is there. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from leadercrm.core.actor import Actor
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.validating import validated
from leadercrm.core.text import fold
from leadercrm.lists.kinds import Kind, Lookup, Target, Values, importing_of
from leadercrm.lists.models import BatchRow


@dataclass
class Planned:
    """A row of a file on its way. `values` is the body that its action will get, as far as it is known.

    `same_as` is the row that is there already, `twin` an earlier one of the same file that is not made yet.
    `pending` are names of what has to be made first, by the target that needs it.
    """

    row: BatchRow
    raw: Values = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    pending: dict[str, str] = field(default_factory=dict)
    same_as: int | None = None
    twin: "Planned | None" = None


class Planner:
    """Plans the rows of one import, a chunk at a time."""

    def __init__(self, kind: Kind, options: Mapping[str, Any], actor: Actor) -> None:
        self.kind, self.options, self.actor = kind, options, actor
        self.importing = importing_of(kind)
        self.targets: dict[str, Target] = {target.name: target for target in self.importing.targets()}
        self.columns = [(place, self.targets[name]) for place, name in enumerate(options["columns"]) if name]

    def plan(self, rows: Sequence[BatchRow]) -> list[Planned]:
        """The rows in their order, each with what would become of it."""
        planned = [self._read(row) for row in rows]
        self._look_up(planned)
        for each in planned:
            if not each.problems:
                self._check(each)
        if self.options["same"] != "make":
            self._compare(planned)
        return planned

    def _read(self, row: BatchRow) -> Planned:
        planned, cells = Planned(row), row.cells or []
        if len(cells) > len(self.options["columns"]):
            planned.problems.append(_("The row has more cells than the heading."))
        for place, target in self.columns:
            cell = cells[place] if place < len(cells) else ""
            if not cell:
                continue
            try:
                value = target.read(cell, self.options)
            except ValueError as error:
                planned.problems.append(f"{target.label}: {error}")
                continue
            if target.many:
                planned.raw[target.name] = [*planned.raw.get(target.name, []), *value]
            elif value != "":
                planned.raw[target.name] = value
        return planned

    def _look_up(self, planned: Sequence[Planned]) -> None:
        """Put what names stand for in their places."""
        for target in self.targets.values():
            if target.lookup is None:
                continue
            named = [(each, self._named(each, target)) for each in planned]
            wanted = {name for _each, names in named for name in names}
            found = target.lookup.find(wanted, self.actor) if wanted else {}
            for each, names in named:
                self._settle(each, target, target.lookup, names, found)

    def _named(self, planned: Planned, target: Target) -> list[str]:
        value = planned.raw.get(target.name)
        if target.many:
            return [fold(name) for name in value or []]
        lookup = target.lookup
        return [fold(value)] if value else [""] if lookup is not None and lookup.default else []

    def _settle(
        self, planned: Planned, target: Target, lookup: Lookup, names: list[str], found: Mapping[str, Values]
    ) -> None:
        given = planned.raw.pop(target.name, None)
        for place, name in enumerate(names):
            if name in found:
                merge(planned.raw, found[name])
            elif lookup.make is not None and self.actor.may(lookup.allowed):
                planned.pending[target.name] = given
            else:
                written = given[place] if target.many else given or ""
                planned.problems.append(f"{target.label}: {lookup.missing} “{written}”")

    def _check(self, planned: Planned) -> None:
        """Let the API's serializer judge the body."""
        try:
            planned.values = validated(self.kind.serializer, self.importing.shape(planned.raw))
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None:
                raise
            planned.problems += list(self.told(refusal.errors or {"": [refusal.message]}))

    def told(self, errors: Mapping[str, Sequence[Any]]) -> Iterable[str]:
        """A refusal's errors, with the names of the columns that they are about."""
        for path, texts in errors.items():
            name = path.partition(".")[0]
            target = self.targets.get(name) or self.targets.get(path)
            for text in texts:
                yield f"{target.label}: {text}" if target else str(text)

    def _compare(self, planned: Sequence[Planned]) -> None:
        """Know again what is there already, in the tenant or earlier in the file."""
        keyed = [(each, list(self.importing.keys(each.values)) if not each.problems else []) for each in planned]
        found = self.importing.find({key for _each, keys in keyed for key in keys})
        first: dict[str, Planned] = {}
        for each, keys in keyed:
            each.same_as = next((found[key] for key in keys if key in found), None)
            if each.same_as is None:
                each.twin = next((first[key] for key in keys if key in first), None)
                for key in keys:
                    first.setdefault(key, each)


def merge(values: Values, more: Values) -> None:
    """Add to a body; lists grow."""
    for name, value in more.items():
        values[name] = [*values.get(name, []), *value] if isinstance(value, list) else value
