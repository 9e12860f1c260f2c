"""What of a row a client wants: `fields=id,name` leaves out the rest, `include=company,notes` adds related rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import Shape, component, list_of, nullable
from leadercrm.core.errors import DomainError

FIELDS, INCLUDE = "fields", "include"
# Of rows that a row has many of, the latest.
MOST_INCLUDED = 25


@dataclass(frozen=True)
class Included:
    """Related rows: `of` is the key of the row that has their id, or `via` the path from theirs to it.

    `title` names their component in the API's description. One that the actor does not see is null, or not there.
    """

    title: str
    rows: JsonRows
    of: str = ""
    via: str = ""

    @property
    def shape(self) -> Shape:
        return list_of(component(self.title)) if self.via else nullable(component(self.title))

    def add(self, name: str, rows: list[dict[str, Any]], actor: Actor) -> None:
        """Put them into each of `rows` under `name`, by two statements however many there are."""
        if self.via:
            self._add_many(name, rows, actor)
        else:
            seen = self._named({row[self.of] for row in rows if row[self.of] is not None}, actor)
            for row in rows:
                row[name] = seen.get(row[self.of])

    def _add_many(self, name: str, rows: list[dict[str, Any]], actor: Actor) -> None:
        latest = Window(RowNumber(), partition_by=F(self.via), order_by="-pk")
        related = self.rows.visible(actor).filter(**{f"{self.via}__in": [row["id"] for row in rows]})
        pairs = related.annotate(place=latest).filter(place__lte=MOST_INCLUDED).order_by("-pk")
        found = list(pairs.values_list("pk", self.via))
        known = self._read({pk for pk, _row in found})
        of_row: dict[int, list[Any]] = {row["id"]: [] for row in rows}
        for pk, row_id in found:
            of_row[row_id].append(known[pk])
        for row in rows:
            row[name] = of_row[row["id"]]

    def _named(self, ids: set[int], actor: Actor) -> dict[int, Any]:
        return self._read(set(self.rows.visible(actor).filter(pk__in=ids).values_list("pk", flat=True)))

    def _read(self, ids: set[int]) -> dict[int, Any]:
        return {row["id"]: row for row in orjson.loads(self.rows.named(ids))} if ids else {}


def with_included(shape: Shape, offered: Mapping[str, Included]) -> Shape:
    """A row's shape with the related rows that it may come with."""
    return {**shape, "properties": {**shape["properties"], **{name: each.shape for name, each in offered.items()}}}


def is_choosy(request: HttpRequest) -> bool:
    return FIELDS in request.GET or INCLUDE in request.GET


def chosen(
    request: HttpRequest, response: HttpResponse, known: set[str], offered: Mapping[str, Included], actor: Actor
) -> HttpResponse:
    """The answer with the rows as the client wants them; an unknown name is a 422 that tells the known ones."""
    names = _names(request, INCLUDE, set(offered))
    fields = _names(request, FIELDS, known | set(offered))
    body = orjson.loads(response.content)
    rows = body["data"] if isinstance(body["data"], list) else [body["data"]]
    for name in names:
        offered[name].add(name, rows, actor)
    if fields:
        kept = {*fields, *names}
        for row in rows:
            for name in row.keys() - kept:
                del row[name]
    return json_response(body, response.status_code)


def _names(request: HttpRequest, parameter: str, allowed: set[str]) -> list[str]:
    names = [name.strip() for name in request.GET.get(parameter, "").split(",") if name.strip()]
    unknown = next((name for name in names if name not in allowed), None)
    if unknown is not None:
        text = _("There is no %(name)s here; there are: %(allowed)s.")
        told = ", ".join(sorted(allowed)) or "-"
        raise DomainError(text % {"name": unknown[:50], "allowed": told}, field=parameter)
    return names
