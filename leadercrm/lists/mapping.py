"""Which column of a file becomes what: guessed by its heading, chosen by the person who imports."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import DomainError
from leadercrm.core.text import fold
from leadercrm.lists.kinds import Importing, Target

SAME = ("skip", "fill", "make")
DATES = ("dmy", "mdy")


def guess(head: Sequence[str], targets: Sequence[Target]) -> list[str]:
    """A target's name for each heading, "" where none is known; one that takes a single column is given once."""
    taken: set[str] = set()
    found = []
    for heading in head:
        target = _known(_words(heading), targets, taken)
        if target is not None and not target.many:
            taken.add(target.name)
        found.append(target.name if target else "")
    return found


def _words(heading: str) -> str:
    return " ".join(fold(heading).replace("_", " ").replace("-", " ").replace(".", " ").replace(":", " ").split())


def _known(heading: str, targets: Sequence[Target], taken: set[str]) -> Target | None:
    """By the whole heading, then without a number behind it: `correo 2` is another e-mail address."""
    bare = heading.rstrip("0123456789 ")
    for wanted in (heading, bare):
        for target in targets:
            named = {*target.headings, fold(str(target.label))}
            if wanted and wanted in named and target.name not in taken:
                return target
    return None


def check(options: Mapping[str, Any], importing: Importing) -> None:
    """Refuse a choice of columns by which nothing could be made."""
    known = {target.name: target for target in importing.targets()}
    chosen = [name for name in options["columns"] if name]
    unknown = [name for name in chosen if name not in known]
    twice = [name for name, times in Counter(chosen).items() if times > 1 and name in known and not known[name].many]
    if unknown or options["same"] not in SAME or options["dates"] not in DATES:
        raise DomainError(_("Choose what each column is to become."), field="columns")
    if twice:
        text = _("Two columns are to become “%(name)s”: choose one of them.")
        raise DomainError(text % {"name": known[twice[0]].label}, field="columns")
    wanted = importing.required.split("|")
    if importing.required and not set(wanted) & set(chosen):
        text = _("Choose the column that becomes “%(name)s”.")
        raise DomainError(text % {"name": known[wanted[0]].label}, field="columns")
