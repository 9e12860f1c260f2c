"""A few rows of a resource, narrowed by the API's own filters."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from leadercrm.core.actor import Actor
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.rows import JsonRows, Page


def page_of(
    rows: JsonRows,
    actor: Actor,
    *,
    filters: Mapping[str, Any],
    query: Mapping[str, str],
    limit: int,
    offset: int = 0,
    order: tuple[Any, ...] | None = None,
    given: Mapping[str, Any] | None = None,
    counted: bool = True,
) -> Page:
    """A page of the rows that a query leaves, as `GET /resource?query` would. Raises DomainError for a bad query."""
    narrowing = Narrowing(filters, query)
    return rows.page(
        actor,
        limit=limit,
        offset=offset,
        values={**(given or {}), **narrowing.values},
        key=narrowing.key,
        narrow=narrowing.apply,
        cacheable=narrowing.cacheable,
        prepared=narrowing.prepared,
        order=order,
        counted=counted,
    )


def first_rows(
    rows: JsonRows,
    actor: Actor,
    filters: Mapping[str, Any],
    query: Mapping[str, str],
    most: int = 10,
    order: tuple[Any, ...] | None = None,
) -> list[dict[str, Any]]:
    """The first rows that a query leaves; how many more there are is not counted."""
    page = page_of(rows, actor, filters=filters, query=query, limit=most, order=order, counted=False)
    found: list[dict[str, Any]] = json.loads(page.rows)
    return found


def narrowed(queryset: QuerySet[Any], filters: Mapping[str, Any], query: Mapping[str, str]) -> QuerySet[Any]:
    """An ordinary queryset that the same filters narrow, for sums. Raises DomainError for a bad query."""
    Narrowing(filters, query)
    for name, filter_ in filters.items():
        if query.get(name):
            queryset = filter_.filter(queryset, filter_.field.clean(query[name]))
    return queryset
