"""Rows whose name is being typed, for fields that find them; and what a row is called that a form starts with."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import resolve, reverse

from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.errors import NotFound
from leadercrm.core.web.pages import Page, json_row
from leadercrm.core.web.reading import first_rows

MOST_OFFERED = 20


class OptionsPage(Page):
    """The rows of a resource that words find. `named` names each, `beside` what stands after it."""

    rows: ClassVar[JsonRows]
    filters: ClassVar[Mapping[str, Any]]
    named: ClassVar[str]
    beside: ClassVar[str] = ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        query = {"search": request.GET.get("q", "")}
        found = first_rows(self.rows, self.actor, self.filters, query, MOST_OFFERED)
        return JsonResponse({"options": [{"value": row["id"], "text": self.text_of(row)} for row in found]})

    @classmethod
    def text_of(cls, row: Mapping[str, Any]) -> str:
        return " · ".join(filter(None, (row[cls.named], row.get(cls.beside))))

    @classmethod
    def names_of(cls, ids: Iterable[str], actor: Actor) -> list[dict[str, Any]]:
        """Those of the rows that the actor sees, each with its id and its name."""
        found = []
        for pk in ids:
            try:
                row = json_row(cls.rows, int(pk), actor)
            except (NotFound, ValueError):
                continue
            found.append({"id": row["id"], "full_name": row[cls.named]})
        return found


def begin(field: Any, values: list[str], actor: Actor) -> dict[str, Any]:
    """What a form's field starts with when its address says so; of one that finds rows, those that the actor sees."""
    values = [value for value in values if value]
    if not values:
        return {}
    several = field.kind in ("lookups", "checks")
    if not (field.find and field.shown):
        return {field.name: values if several else values[-1]}
    view = resolve(reverse(field.find)).func.view_class  # type: ignore[attr-defined]
    rows = view.names_of(values, actor)
    if several:
        return {field.name: [row["id"] for row in rows], field.shown: rows}
    return {field.name: rows[-1]["id"], field.shown: rows[-1]["full_name"]} if rows else {}
