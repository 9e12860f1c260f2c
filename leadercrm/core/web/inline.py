"""A row's values on its page, each of which is changed where it stands: a form of one field, in its place.

It is a part of the form that changes the whole row: the same fields, serializer and action. What somebody else has
changed meanwhile is not written over: the form carries a mark of the value that was on the page, and the row
is looked at again under the action's lock.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import guarding, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.web.forms import Field, FormPage, Shown
from leadercrm.core.web.pages import row_of, wants_part


@dataclass(frozen=True)
class Fact:
    """A value, or some that belong together, with the address of the form in its place ("" where there is none)."""

    name: str
    label: Any
    parts: list[Shown]
    edit: str = ""
    whole: str = ""
    commas: bool = False

    @property
    def shown(self) -> list[tuple[Shown, bool]]:
        """What there is of it, and whether a comma stands before it."""
        there = [part for part in self.parts if part.value not in (None, "", [])]
        return [(part, self.commas and at > 0) for at, part in enumerate(there)]

    @property
    def place(self) -> str:
        """The id of the element that it stands in."""
        return place_of(self.name)

    @property
    def is_empty(self) -> bool:
        return all(part.value in (None, "", []) for part in self.parts)


def place_of(name: str) -> str:
    return f"fact-{name.replace('.', '-')}"


class InPlace(FormPage):
    """One field of a form, in its place on the row's page: subclass it with that form.

    `together` names fields that are changed at once: the first one's name, their label, and them all.
    """

    together: ClassVar[Mapping[str, tuple[Any, tuple[str, ...]]]] = {}
    # Of these names the values have commas between them.
    commas: ClassVar[tuple[str, ...]] = ()
    # The name of its address; that of the row's page and "-field" unless said.
    route: ClassVar[str] = ""
    template = "web/inline.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The form, or with `shown` the value as it is."""
        self.actor.require(self._permission(), row_of(self.rows, kwargs["pk"], self.actor))
        if "shown" not in request.GET:
            return super().get(request, **kwargs)
        row = self._row() or {}
        fact = facts_of(type(self), row, self.actor, [kwargs["name"]], form=self)[0]
        return render(request, "web/_fact_value.html", {"fact": fact, "actor": self.actor, **self.around(row)})

    def around(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the page has beside its values that they are drawn with."""
        return {}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        with guarding(row_of(self.rows, kwargs["pk"], self.actor), self._refuse_changed):
            return super().post(request, **kwargs)

    def asked(self) -> tuple[Field, ...]:
        fields = fields_of(self, self.kwargs["name"])
        if not fields:
            raise NotFound()
        return fields

    def every_field(self) -> tuple[Field, ...]:
        """All fields of the form that this one is a part of."""
        return super().asked()

    def mark(self, row: Any) -> str:
        """What says whether the values that are asked for are still those that they were."""
        values = [self.held(row, field.name) for field in self.asked()]
        return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:20]

    def held(self, row: Any, name: str) -> Any:
        """The value of a field in the row itself; `custom_fields.size` is a key of a column."""
        column, _dot, key = name.partition(".")
        value = snapshot(row)[column]
        return value.get(key) if key else value

    def beside(self) -> dict[str, Any]:
        name, pk = self.kwargs["name"], self.kwargs["pk"]
        row = row_of(self.rows, pk, self.actor)
        return {"was": self.mark(row), "place": place_of(name), "name": name}

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """In its place, when htmx asks; what was refused goes there, too, though the form would change the page."""
        if not wants_part(self.request) or "was" not in context:
            return super().draw(context, template=template, status=status)
        response = render(self.request, "web/_inline.html", {"actor": self.actor, **context}, status=status)
        response["HX-Retarget"], response["HX-Reswap"] = f"#{context['place']}", "innerHTML"
        return response

    def _refuse_changed(self, row: Any) -> None:
        if self.request.POST.get("was") == self.mark(row):
            return
        shown = [self._shown(field, self._row() or {}, {}) for field in self.asked()]
        text = ", ".join(filter(None, (part.told for part in shown))) or "–"
        raise DomainError(
            _("Somebody has changed it meanwhile, to: %(value)s. Save again to put yours in its place.")
            % {"value": text},
            field=self.asked()[0].name,
            code="changed_meanwhile",
        )

    @classmethod
    def _permission(cls) -> str:
        permission: str = cls.update_action.permission  # type: ignore[union-attr]
        return permission


def fields_of(form: InPlace, name: str) -> tuple[Field, ...]:
    """The fields that one name stands for; none for a name that is not asked for."""
    names = form.together[name][1] if name in form.together else (name,)
    return tuple(field for field in form.every_field() if field.name in names)


def facts_of(
    kind: type[InPlace],
    row: Mapping[str, Any],
    actor: Actor,
    names: list[str],
    *,
    form: InPlace | None = None,
    target: Any = None,
) -> list[Fact]:
    """The values of these names as the page shows them; those who may not change them see no empty ones.

    `target` is the row itself, against which the permission is checked.
    """
    form = form or kind()
    may = target is None or actor.may(kind._permission(), target)
    facts = [_fact(form, row, name, may) for name in names]
    return [fact for fact in facts if may or not fact.is_empty]


def _fact(form: InPlace, row: Mapping[str, Any], name: str, may: bool) -> Fact:
    fields = fields_of(form, name)
    parts = [form._shown(field, row, {}) for field in fields]
    label = form.together[name][0] if name in form.together else fields[0].label
    commas = name in form.commas
    if not may:
        return Fact(name, label, parts, commas=commas)
    route = form.route or f"{form.place[1]}-field"
    edit = reverse(route, args=(row["id"], name))
    whole = edit if form.route else reverse(f"{form.place[1]}-edit", args=(row["id"],))
    return Fact(name, label, parts, edit, whole, commas)
