"""What a plan of taking back is made of: steps, and what stands against them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from leadercrm.core.admin_kit import told
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry

Key = tuple[str, int]
REMOVE, RESTORE, PUT_BACK, SPECIAL = "remove", "restore", "put_back", "special"


@dataclass(frozen=True)
class Obstacle:
    """Why something stays as it is: of which row, which column if one, and who did what to it when."""

    key: Key
    text: str
    column: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def place(self) -> str:
        """What it is about, as the API names places: `contact 8.job_title`."""
        kind = self.key[0].rpartition(".")[2]
        return f"{kind} {self.key[1]}.{self.column}" if self.column else f"{kind} {self.key[1]}"


@dataclass(frozen=True)
class Step:
    """One row, taken back in one way."""

    key: Key
    row: Any
    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    entry: AuditEntry | None = None

    @property
    def text(self) -> str:
        """What will be done, in the reader's words."""
        words = {
            REMOVE: _("%(row)s: removed"), RESTORE: _("%(row)s: restored"),
            PUT_BACK: _("%(row)s: put back %(columns)s"), SPECIAL: _("%(row)s: undone"),
        }  # fmt: skip
        columns = ", ".join(told.column(self.key[0], name) for name in self.values)
        return words[self.kind] % {"row": named(self.key, self.row), "columns": columns}


@dataclass
class Plan:
    """The steps, the latest change first; what stands against them; and what stays behind whatever is done."""

    steps: list[Step] = field(default_factory=list)
    conflicts: list[Obstacle] = field(default_factory=list)
    finals: list[Obstacle] = field(default_factory=list)
    remains: list[str] = field(default_factory=list)

    def refuse(self) -> None:
        """Raise what stands against it, all of it: nothing is taken back by halves."""
        if not self.conflicts and not self.finals:
            return
        errors: dict[str, list[str]] = {}
        for obstacle in (*self.finals, *self.conflicts):
            errors.setdefault(obstacle.place, []).append(obstacle.text)
        if self.finals:
            message, code = _("This cannot be undone, and nothing was."), "irreversible"
        else:
            message, code = _("Something newer stands against undoing this, and nothing was undone."), "undo_conflict"
        raise DomainError(message, code=code, errors=errors, hint=_("Correct by hand what is named here."))


def named(key: Key, row: models.Model | None) -> str:
    """A row as people call it: «Contact Ana Pérez»."""
    title = str(row) if row is not None else str(key[1])
    return f"{told.kind(key[0])} {title[:80]}"
