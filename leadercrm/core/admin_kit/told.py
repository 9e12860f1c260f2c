"""The audit in the reader's words: what was done, to what kind of object, and which of its columns changed.

Entries keep names: "quote.approved", "billing.quote", "valid_until". Here they get the words that the apps gave them;
a name that nobody gave one stays as it is.
"""

from collections.abc import Iterable
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import DateField, DateTimeField, DecimalField, Field
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from leadercrm.core.money import number_text

_DEEDS: dict[str, Any] = {}
_COLUMNS: dict[str, Any] = {}
# The doors and the kinds of actors, which are not many (core.actor.Actor).
DOORS: dict[str, Any] = {
    "api": _("API"), "page": _("page"), "admin": _("administration"), "mcp": _("MCP"), "link": _("public link"),
    "task": _("automatic"), "operator": _("platform"), "command": _("command line"),
}  # fmt: skip
ACTORS: dict[str, Any] = {
    "user": _("user"), "visitor": _("visitor"), "operator": _("operator"), "client": _("client"),
    "system": _("Leader CRM"),
}  # fmt: skip


def tell(**deeds: Any) -> None:
    """Say what is done to rows: the nouns for what stands behind the dot of an entry's action."""
    _DEEDS.update(deeds)


def tell_columns(**columns: Any) -> None:
    """Name notes of entries, and columns that no page shows by a name of its own."""
    _COLUMNS.update(columns)


@cache
def _names() -> None:
    """Have the apps name their models and deeds, which they do beside their admin pages. Whoever tells first waits."""
    import_string("leadercrm.core.admin_kit.site.load_admins")()


def deed(action: str) -> str:
    """What was done: "Approval" for quote.approved."""
    _names()
    done = action.rpartition(".")[2]
    return capfirst(str(_DEEDS[done])) if done in _DEEDS else action


def kind(object_type: str) -> str:
    """What it was done to: "Quote" for billing.quote."""
    _names()
    model = _model(object_type)
    return capfirst(str(model._meta.verbose_name)) if model is not None else object_type


def door(via: str) -> str:
    """Through which door: "Public link" for link."""
    return capfirst(str(DOORS.get(via, via)))


def actor(actor_kind: str) -> str:
    """What kind of actor: "Client" for client."""
    return capfirst(str(ACTORS.get(actor_kind, actor_kind)))


def column(object_type: str, name: str) -> str:
    """What a column is called, or a note: "Valid until" for valid_until."""
    _names()
    field = _field(object_type, name)
    if field is not None and isinstance(field.verbose_name, Promise):  # who got no name has Django's, a mere text
        return capfirst(str(field.verbose_name))
    known = _COLUMNS.get(field.name if field is not None else name)
    return capfirst(str(known)) if known is not None else name


def introduce(entries: Iterable[Any]) -> list[Any]:
    """Tell entries what the rows are called that their changes point to: one statement for each kind of row."""
    entries, wanted = list(entries), dict[Any, set[int]]()
    for entry in entries:
        for name, change in entry.changes.items():
            model = _pointed_to(_field(entry.object_type, name))
            if model is not None:
                ids = change if isinstance(change, list) else [change]
                wanted.setdefault(model, set()).update(pk for pk in ids if isinstance(pk, int))
    names = {
        (model, pk): str(row) for model, ids in wanted.items() for pk, row in model._base_manager.in_bulk(ids).items()
    }
    for entry in entries:
        entry.names = names
    return entries


def value(entry: Any, name: str, stored: Any) -> Any:
    """A stored value as people write it: a choice by its label, yes and no, a moment by their clock, a day, a number.

    And a row by its name, where the entry was introduced to it.
    """
    if isinstance(stored, bool):
        return str(_("Yes") if stored else _("No"))
    field = _field(entry.object_type, name)
    if isinstance(stored, int):
        return getattr(entry, "names", {}).get((_pointed_to(field), stored), stored)
    return _written(field, stored) if isinstance(stored, str) else stored


def _written(field: "Field[Any, Any] | None", stored: str) -> str:
    if isinstance(field, DateTimeField):
        at = parse_datetime(stored)
        return date_format(localtime(at), "SHORT_DATETIME_FORMAT") if at else stored
    if isinstance(field, DateField):
        day = parse_date(stored)
        return date_format(day, "SHORT_DATE_FORMAT") if day else stored
    if isinstance(field, DecimalField):
        with suppress(InvalidOperation):
            return number_text(Decimal(stored))
    labels = dict(field.flatchoices) if field is not None and field.choices else {}
    return str(labels.get(stored, stored))


class ToldMixin:
    """Columns for the admin of audit entries."""

    @admin.display(description=_("what"), ordering="action")
    def deed(self, entry: Any) -> str:
        return deed(entry.action)

    @admin.display(description=_("kind of object"), ordering="object_type")
    def kind(self, entry: Any) -> str:
        return kind(entry.object_type)

    @admin.display(description=_("door"), ordering="via")
    def door(self, entry: Any) -> str:
        return door(entry.via)

    @admin.display(description=_("kind of actor"))
    def acted(self, entry: Any) -> str:
        return actor(entry.actor_kind)


def _model(object_type: str) -> Any:
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):  # of a release that had it
        return None


def _pointed_to(field: "Field[Any, Any] | None") -> Any:
    """The model whose rows a foreign key's column holds the ids of."""
    return field.related_model if field is not None and field.is_relation else None


def _field(object_type: str, name: str) -> "Field[Any, Any] | None":
    model = _model(object_type)
    fields = model._meta.concrete_fields if model is not None else ()
    return next((field for field in fields if name in (field.attname, field.name)), None)


tell(
    created=_("creation"), changed=_("change"), deleted=_("deletion"), restored=_("restoration"),
    undone=_("undoing"), repeated=_("repetition"), confirmed=_("confirmation"), came_back=_("mail returned"),
)  # fmt: skip
tell_columns(
    id=_("identifier"), deleted_at=_("deleted"), reason=_("reason"), updated_at=_("changed"), position=_("place")
)
