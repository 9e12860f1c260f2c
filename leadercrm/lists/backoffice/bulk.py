"""Changing and deleting many rows of a list: what was ticked in it, or all that its filters find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadercrm.core.actor import Actor
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.web.forms import Field
from leadercrm.core.web.pages import Page, see_other
from leadercrm.core.web.toasts import toast
from leadercrm.lists.actions.batches import AT_ONCE, work_on
from leadercrm.lists.actions.bulk import matching, start_change
from leadercrm.lists.kinds import Kind, Values, kind_of
from leadercrm.lists.models import Batch, BatchKind, BatchRow, Outcome

MOST_TICKED = 500
# Fields of a bulk change, by the name of the kind.
_fields: dict[str, tuple[Field, ...]] = {}


def let_change(name: str, fields: Sequence[Field], *names: str) -> None:
    """Let these fields of a form be changed of many rows of a kind at once."""
    _fields[name] = tuple(field for field in fields if field.name in names)


def _kind(name: str) -> Kind:
    """A kind of which many rows can be changed at once. Raises NotFound."""
    kind = kind_of(name)
    if kind is None or name not in _fields:
        raise NotFound()
    return kind


@dataclass(frozen=True)
class Choice:
    """A field of the form, and what is wrong with what was typed."""

    field: Field
    value: str
    errors: list[Any]
    nullable: bool
    emptied: bool

    @property
    def typed(self) -> str:
        return self.value

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        make: Callable[[], Any] = self.field.options or list
        return [(str(value), label, str(value) == self.value) for value, label in make()]


class BulkPage(Page):
    """Choose what becomes of the rows, and do it."""

    template = "lists/bulk.html"
    required_permission = "lists.start_batch"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The browser's "back" leads here without the rows that were ticked: to where they are ticked."""
        return see_other(reverse(_kind(kwargs["name"]).listing))

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        kind = _kind(name)
        act = request.POST.get("act", "")
        if act not in ("change", "delete"):
            return self.draw(self._form(kind, {}))
        try:
            values = self._values(kind, request.POST) if act == "change" else None
            batch = self._start(kind, values)
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None or refusal.status != 422 or act == "delete":
                raise
            return self.draw(self._form(kind, refusal.errors, refusal), status=422)
        return self._answer(kind, batch)

    def _start(self, kind: Kind, values: Values | None) -> Batch:
        data = self.request.POST
        query = dict(parse_qsl(data.get("query", ""))) if data.get("all") else None
        ids = [int(pk) for pk in data.getlist("ids")[:MOST_TICKED] if pk.isascii() and pk.isdigit() and len(pk) < 19]
        once = data.get("once", "")[:64] or None
        return start_change(kind.name, values, ids=ids, query=query, once=once, actor=self.actor)

    def _values(self, kind: Kind, data: QueryDict) -> Values:
        """What was typed; a field that was left alone is none, and one that is to be emptied is null."""
        values: Values = {field.name: field.read(data) for field in _fields[kind.name] if data.get(field.name)}
        emptied = set(data.getlist("empty")) & {field.name for field in _fields[kind.name]}
        values.update(dict.fromkeys(emptied))
        if not values:
            raise DomainError(_("Choose at least one new value."))
        validated(kind.serializer, kind.complete(values), partial=True)
        return values

    def _answer(self, kind: Kind, batch: Batch) -> HttpResponse:
        """A small one is done at once and told by a toast with its undo; a large one has a page with its progress."""
        if batch.total > AT_ONCE:
            return see_other(reverse("web:batch", args=(batch.pk,)))
        if not batch.done:
            batch = work_on(batch, done=0, actor=Actor.system())
        undo = reverse("web:batch-revert", args=(batch.pk,)) if batch.changed else ""
        toast(self.request, told(batch), undo=undo)
        query = self.request.POST.get("query", "")
        return see_other(reverse(kind.listing) + (f"?{query}" if query else ""))

    def _form(self, kind: Kind, errors: Any, refusal: DomainError | None = None) -> dict[str, Any]:
        data = self.request.POST
        serializer = kind.serializer()
        known: Any = serializer.fields  # type: ignore[attr-defined]
        choices = [
            Choice(
                field, data.get(field.name, ""), list(errors.get(field.name, ())), known[field.name].allow_null,
                field.name in data.getlist("empty"),
            )
            for field in _fields[kind.name]
        ]  # fmt: skip
        query = data.get("query", "") if data.get("all") else None
        count = (
            matching(kind, dict(parse_qsl(query)), self.actor).count()
            if query is not None
            else len(data.getlist("ids")[:MOST_TICKED])
        )
        loose = [
            text for path, texts in errors.items() if path not in {f.name for f in _fields[kind.name]} for text in texts
        ]
        return {
            "kind": kind, "title": kind.label, "section": kind.name, "choices": choices, "count": count,
            "ids": data.getlist("ids")[:MOST_TICKED] if query is None else [], "query": data.get("query", ""),
            "all": query is not None, "once": token_hex(16), "refusal": refusal, "loose": loose,
            "back": reverse(kind.listing) + (f"?{data.get('query')}" if data.get("query") else ""),
            "may_change": self.actor.may(kind.needs("change")), "may_delete": self.actor.may(kind.needs("delete")),
        }  # fmt: skip


def told(batch: Batch) -> str:
    """What became of a batch, in a sentence, and why not all of it did."""
    if batch.kind == BatchKind.DELETE:
        text = ngettext("%(n)s row deleted.", "%(n)s rows deleted.", batch.changed)
    else:
        text = ngettext("%(n)s row changed.", "%(n)s rows changed.", batch.changed)
    parts = [text % {"n": batch.changed}]
    for outcome, count in ((Outcome.FAILED, batch.failed), (Outcome.SKIPPED, batch.skipped)):
        if count:
            why = BatchRow.objects.filter(batch=batch, outcome=outcome).values_list("why", flat=True).first()
            left = ngettext("%(n)s stays as it was: %(why)s", "%(n)s stay as they were: %(why)s", count)
            parts.append(left % {"n": count, "why": why})
    return " ".join(parts)
