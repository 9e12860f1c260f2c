"""Forms: what people type, made into the body that the API would get, and handed to the same action.

A form declares its fields; what may stand in them is said by the resource's serializer and by the
action, once for every door. What they refuse is shown at the field, with everything that was typed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, localtime, make_aware
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import BaseSerializer

from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.validating import validated, validator
from leadercrm.core.errors import DomainError, Forbidden, NotFound
from leadercrm.core.web.options import begin
from leadercrm.core.web.pages import Page, json_row, see_other
from leadercrm.core.web.toasts import toast

MOST_ENTRIES = 20


@dataclass(frozen=True)
class Field:
    """A field of a form: the API's field `name`, drawn as its `kind` (templates/web/_field.html).

    `options` gives value and label of a choice. Of a `lookup` (a row found by typing; `lookups`: several)
    `find` is the address that finds, and `shown` the API's field that names what is chosen. `entries` are a
    list of {`key`: text, "type": text}, `checks` some of the `options`, `numbers` some with commas between them.
    `lines` are a list of texts, one on each line. A name with a dot is a key of an object: `custom_fields.size`.
    `half` fields stand two on a line; those of an object are `required` if they say so. `page` is the page that a
    chosen row leads to, `of` what its values are called by (core.web.wording).
    """

    name: str
    label: Any
    kind: str = "text"
    options: Callable[[], Iterable[tuple[Any, Any]]] | None = None
    find: str = ""
    shown: str = ""
    key: str = ""
    hint: Any = ""
    half: bool = True
    page: str = ""
    required: bool = False
    of: str = ""

    def read(self, data: QueryDict) -> Any:
        """What was typed, as JSON would have it. Nothing typed is null."""
        if self.kind == "flag":
            return self.name in data
        if self.kind in ("lookups", "checks"):
            return [value for value in data.getlist(self.name) if value]
        if self.kind == "entries":
            return self._entries(data)
        typed = data.get(self.name, "") or None
        if self.kind == "lines":
            return [line for line in map(str.strip, (typed or "").splitlines()) if line]
        if self.kind == "numbers":
            return (typed or "").replace(",", " ").split()
        return _aware(typed) if self.kind == "moment" and typed else typed

    def _entries(self, data: QueryDict) -> list[dict[str, str]]:
        """`emails.0`, `emails.1` … until one is missing; empty ones were taken out by the reader."""
        texts, types = data.getlist(self.name)[:MOST_ENTRIES], data.getlist(f"{self.name}.type")
        pairs = zip(texts, [*types, *[""] * len(texts)], strict=False)
        return [{self.key: text, **({"type": type_} if type_ else {})} for text, type_ in pairs if text.strip()]


def _aware(typed: str) -> str:
    """What a clock on the wall says, with the zone of that wall; something else as it was typed, to be refused."""
    parsed = parse_datetime(typed) if len(typed) > len("2025-12-31") else None
    return make_aware(parsed).isoformat() if parsed and is_naive(parsed) else typed


@dataclass(frozen=True)
class Shown:
    """A field as it stands on the page: with what is in it, and what is wrong with it."""

    field: Field
    value: Any
    named: str
    rows: list[Any]
    errors: list[Any]
    required: bool

    @property
    def typed(self) -> str:
        """The value as its input has it."""
        if self.field.kind == "moment" and isinstance(self.value, str):
            parsed = parse_datetime(self.value)
            return localtime(parsed).strftime("%Y-%m-%dT%H:%M") if parsed and not is_naive(parsed) else self.value
        if isinstance(self.value, (list, tuple)):
            return ("\n" if self.field.kind == "lines" else ", ").join(map(str, self.value))
        return "" if self.value is None else str(self.value)

    @property
    def told(self) -> str:
        """The value in words."""
        if self.named:
            return self.named
        if self.field.kind == "lookups":
            return ", ".join(str(row["name"]) for row in self.chosen)
        if self.field.kind == "entries":
            return ", ".join(entry["text"] for entry in self.entries if entry["text"])
        return next((str(label) for value, label, chosen in self.options if chosen), self.typed)

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The rows that a field of `lookups` has, each with its id and what it is called."""
        known = {str(row["id"]): row["full_name"] for row in self.rows if isinstance(row, dict)}
        return [{"id": pk, "name": known.get(str(pk), pk)} for pk in self.value or []]

    @property
    def options(self) -> list[tuple[str, Any, bool]]:
        chosen = [str(value) for value in self.value] if isinstance(self.value, list) else [str(self.value)]
        offered = [(str(value), label, str(value) in chosen) for value, label in (self.field.options or list)()]
        if self.field.kind == "choice" and self.value not in (None, "") and not any(on for _v, _l, on in offered):
            offered.append((str(self.value), self.named or self.value, True))  # it stays, though it is not offered
        return offered

    @property
    def entries(self) -> list[dict[str, str]]:
        """Those there are, and an empty one to go on with."""
        found = [{"text": entry.get(self.field.key, ""), "type": entry.get("type", "")} for entry in self.value or []]
        return [*found, {"text": "", "type": ""}] if len(found) < MOST_ENTRIES else found


class FormPage(Page):
    """Make a row, or change one (`pk` in the address). Subclasses name rows, serializer, fields and the actions."""

    template = "web/form.html"
    rows: ClassVar[JsonRows]
    serializer: ClassVar[type[BaseSerializer[Any]]]
    fields: ClassVar[tuple[Field, ...]]
    create_action: ClassVar[Callable[..., Any] | None] = None
    update_action: ClassVar[Callable[..., Any] | None] = None
    # The names of the list's and of the row's page, and what the form is called for a new row and for one there is.
    place: ClassVar[tuple[str, str, Any, Any]]
    done: ClassVar[Any] = _("Saved.")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        row = self._row()
        return self._form({**self.preset(), **(row or {})}, row, {})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self._row()
        body = self._body(request.POST)
        try:
            saved = self.save(validated(self.serializer, body, partial=row is not None), row)
        except (Forbidden, NotFound):
            raise
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None or refusal.status != 422:
                raise
            return self.draw(self._form({**(row or {}), **body}, row, refusal.errors, refusal), status=422)
        toast(request, self.done)
        return see_other(self.after(saved))

    def save(self, values: dict[str, Any], row: dict[str, Any] | None) -> Any:
        """Hand the values to the action; returns the row."""
        if row is None:
            return self._act("create_action")(values, actor=self.actor)
        return self._act("update_action")(self.rows.instance(row["id"], self.actor), values, actor=self.actor)

    def after(self, saved: Any) -> str:
        """Where to go from here."""
        return reverse(self.place[1], args=(saved.pk,))

    def preset(self) -> dict[str, Any]:
        """What an empty form starts with: what the address says of its fields."""
        query = self.request.GET
        begun = (begin(field, query.getlist(field.name)[:MOST_ENTRIES], self.actor) for field in self.asked())
        return {name: value for values in begun for name, value in values.items()}

    def asked(self) -> tuple[Field, ...]:
        """The fields of this form: those declared, unless a subclass asks for more or fewer."""
        return self.fields

    def _row(self) -> dict[str, Any] | None:
        pk = self.kwargs.get("pk")
        return json_row(self.rows, pk, self.actor) if pk is not None else None

    def _act(self, name: str) -> Callable[..., Any]:
        return getattr(type(self), name)  # type: ignore[no-any-return]

    def _body(self, data: QueryDict) -> dict[str, Any]:
        """The API's body. Nothing typed is null or an empty text where that is allowed, missed where it is required,
        else left out.
        """
        body: dict[str, Any] = {}
        for field in self.asked():
            value, (column, _dot, key) = field.read(data), field.name.partition(".")
            if key:
                body.setdefault(column, {})[key] = value
                continue
            known = validator(self.serializer, False).fields[field.name]
            if value is None and (known.required or (getattr(known, "allow_blank", False) and not known.allow_null)):
                value = ""
            if value is not None or known.allow_null:
                body[field.name] = value
        return body

    def _form(
        self,
        values: Mapping[str, Any],
        row: dict[str, Any] | None,
        errors: Mapping[str, Any],
        refusal: DomainError | None = None,
    ) -> dict[str, Any]:
        shown = [self._shown(field, values, errors) for field in self.asked()]
        loose = [
            text
            for path, texts in errors.items()
            for text in texts
            if not any(_is_of(field, path) for field in self.asked())
        ]
        if refusal is not None and not refusal.errors:
            loose = [refusal.message]
        around = {"back": self.back_to(row), "title": self.called(row)}
        return {"fields": shown, "row": row, "loose_errors": loose, "refusal": refusal, **around, **self.beside()}

    def beside(self) -> dict[str, Any]:
        """What the page shows besides the form, whatever became of it."""
        return {}

    def back_to(self, row: dict[str, Any] | None) -> str:
        """Where "Cancel" leads."""
        return reverse(self.place[1], args=(row["id"],)) if row else reverse(self.place[0])

    def called(self, row: dict[str, Any] | None) -> Any:
        """The form's heading."""
        return self.place[3] if row else self.place[2]

    def _shown(self, field: Field, values: Mapping[str, Any], errors: Mapping[str, Any]) -> Shown:
        wrong = [text for path, texts in errors.items() if _is_of(field, path) for text in texts]
        column, _dot, key = field.name.partition(".")
        value = (values.get(column) or {}).get(key) if key else values.get(field.name)
        required = field.required if key else validator(self.serializer, False).fields[field.name].required
        beside = values.get(field.shown) if field.shown else None
        named, rows = ("", beside) if isinstance(beside, list) else (str(beside or ""), [])
        return Shown(field, value, named, rows, wrong, required)


def _is_of(field: Field, path: str) -> bool:
    """Whether an error's path leads to a field, or into it."""
    return path == field.name or path.startswith(f"{field.name}.")
