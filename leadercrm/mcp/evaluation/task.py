"""What a task is: what is asked, the calls that do it, and what must be true afterwards."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from leadercrm.core.models import AuditEntry
from leadercrm.core.text import fold

Arguments = Mapping[str, Any]
# A tool, its arguments, and the code of the refusal that is expected of it, if one is. An argument may name what an
# earlier call gave: "{0.contact.id}".
Step = tuple[str, Arguments] | tuple[str, Arguments, str]
REFERENCE = re.compile(r"^\{(\d+)\.([^}]+)\}$")
# Kept beside what a call is about; whoever may not touch a thing may still leave these.
BOOKKEEPING = {"core.changeset", "agents.approval"}


@dataclass(frozen=True)
class Rows:
    """So many living rows of a model have these values."""

    model: type[models.Model]
    count: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)

    def failure(self) -> str:
        found = self.model._default_manager.filter(**self.values).distinct().count()
        wanted = {name: str(value) for name, value in self.values.items()}
        return "" if found == self.count else f"{found} instead of {self.count} {self.model.__name__} with {wanted}"


def rows(model: type[models.Model], count: int = 1, **values: Any) -> Rows:
    return Rows(model, count, values)


def contact(search: str) -> Step:
    """Looking for a contact: the first is "{0.items.0.id}" to what follows."""
    return "leader_search_contacts", {"search": search}


def deal(search: str) -> Step:
    """Looking for a deal."""
    return "leader_list_deals", {"search": search}


@dataclass(frozen=True)
class Task:
    """`expects` are rows that must be there, and their kinds the only ones that may have been written; `keeps` are rows
    that must still be there. `says` is what the answer tells.

    `script` are the calls of an agent that does it well: it stands in for a model where there is none.
    """

    name: str
    language: str
    asks: str
    script: Sequence[Step]
    expects: Sequence[Rows] = ()
    keeps: Sequence[Rows] = ()
    says: Sequence[str] = ()
    # Rules of the agent's token, as its policy has them.
    rules: Sequence[Mapping[str, Any]] = ()
    read_only: bool = False

    def failures(self, last_entry: int, answer: str) -> list[str]:
        """What is not as it should be; nothing is a pass. `last_entry` is the audit's last before the agent began."""
        wrong = [failure for row in (*self.expects, *self.keeps) if (failure := row.failure())]
        wrong += [f"the answer does not tell {text!r}" for text in self.says if plain(text) not in plain(answer)]
        written = set(AuditEntry.objects.filter(pk__gt=last_entry).values_list("object_type", flat=True)) - BOOKKEEPING
        strays = written - {row.model._meta.label_lower for row in self.expects}
        return wrong + [f"{kind} was written" for kind in sorted(strays)]


def plain(text: str) -> str:
    """A text without accents, case, and what stands between digits or around amounts."""
    return re.sub(r"(?<=\d)[,\s](?=\d)|\$", "", fold(text)).replace(".00", "")


def latest_entry() -> int:
    """The audit's last entry: what comes after it, the agent has done."""
    return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


TASKS: dict[str, Task] = {}


def task(name: str, language: str, asks: str, *script: Step, **declared: Any) -> None:
    """Enter a task; what is declared are Task's fields."""
    if name in TASKS:
        raise ValueError(f"there are two tasks {name}")
    TASKS[name] = Task(name=name, language=language, asks=" ".join(asks.split()), script=script, **declared)


Call = Callable[[str, Arguments], dict[str, Any]]


def play(chosen: Task, call: Call) -> str:
    """Do a task by its script; returns all that was told. `call` gives a tool's object, or what refused it."""
    given: list[dict[str, Any]] = []
    for tool, arguments, *refused in chosen.script:
        found = call(tool, resolved(arguments, given))
        code = found.get("code") if found.get("refused") else None
        if code != (refused[0] if refused else None):
            raise AssertionError(f"{tool}: {found}")
        given.append(found)
    return str(given)


def resolved(value: Any, given: Sequence[Any]) -> Any:
    """Arguments with what earlier calls gave in its places."""
    if isinstance(value, Mapping):
        return {name: resolved(inner, given) for name, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, given) for inner in value]
    reference = REFERENCE.match(value) if isinstance(value, str) else None
    if reference is None:
        return value
    found: Any = given[int(reference[1])]
    for part in reference[2].split("."):
        found = found[int(part)] if part.isdigit() and isinstance(found, list) else found[part]
    return found
