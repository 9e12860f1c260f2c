"""Filters shared by the API and the pages.

A FilterSet is declared as django-filter has it. The API does not build its form for each request:
it cleans the parameters that are present with the filter's own field, and compiles the query once
for each combination of them (leadercrm.core.api.rows). A filter's `label` and its field's `shape` are
what the API's description says of it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, TextField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.columns import Param
from leadercrm.core.api.filter_fields import (
    DayField,
    FlagField,
    IdField,
    MomentField,
    OneOfField,
    SearchField,
    WordsField,
)
from leadercrm.core.errors import DomainError


class IdFilter(django_filters.Filter):
    """Equality with an id."""

    field_class = IdField


class ChoiceFilter(django_filters.Filter):
    """Equality with one of a closed set; `choices` is a callable or an iterable of values."""

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allowed = choices

    @property
    def field(self) -> forms.Field:
        return OneOfField(self.allowed)


class ExactFilter(django_filters.Filter):
    """What says just this."""

    field_class = WordsField


class FlagFilter(django_filters.Filter):
    """A yes-or-no that changes the query itself: each answer is a shape of its own."""

    field_class = FlagField
    shaping = True


class EmptyFilter(FlagFilter):
    """Yes: rows with nothing in the column, an empty text counts as nothing. No: those with something."""

    def __init__(self, *, is_text: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_text = is_text

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        empty = Q(**{f"{self.field_name}__isnull": True})
        if self.is_text:
            empty |= Q(**{self.field_name: ""})
        return queryset.filter(empty if value else ~empty)


class DayFilter(django_filters.Filter):
    """A comparison with a day."""

    field_class = DayField


class SinceFilter(django_filters.Filter):
    """What was written at a moment or later."""

    field_class = MomentField

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(updated_at__gte=value)


class WrittenFilterSet(django_filters.FilterSet):
    """The filters of rows that know when they were last written."""

    updated_since = SinceFilter(label=_("Only those that were written at this moment or later."))


class SearchFilter(django_filters.Filter):
    """Every pattern must be found in the row's search column.

    How many rows a pattern finds decides the plan of finding them, so that no plan is kept for that.
    """

    field_class = SearchField
    planned_by_value = True

    def filter(self, queryset: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        for pattern in value:
            queryset = queryset.filter(**{f"{self.field_name}__matches": pattern})
        return queryset


class Narrowing:
    """The filters of one request: their cleaned values, their shape, and how they narrow a queryset."""

    def __init__(self, filters: Mapping[str, django_filters.Filter], query: Mapping[str, str]) -> None:
        self.values: dict[str, Any] = {}
        self.cacheable = self.prepared = True
        self._steps: list[tuple[django_filters.Filter, Callable[[], Any]]] = []
        shape: list[Any] = []
        errors: dict[str, list[Any]] = {}
        for name in sorted(filters.keys() & query.keys()):  # a request names few of them
            raw = query.get(name)
            if raw is None or raw == "":
                continue
            try:
                shape.append((name, self._add(name, filters[name], filters[name].field.clean(raw))))
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise DomainError(_("The given data was invalid."), errors=errors)
        self.key = tuple(shape)

    def _add(self, name: str, filter_: django_filters.Filter, value: Any) -> Any:
        """Take a filter in; returns what of its value belongs to the shape."""
        self.cacheable = self.cacheable and not getattr(filter_, "looks_elsewhere", False)
        self.prepared = self.prepared and not getattr(filter_, "planned_by_value", False)
        if getattr(filter_, "shaping", False):
            self._steps.append((filter_, lambda: value))
            return value
        if isinstance(value, list):
            places = {f"{name}.{index}": item for index, item in enumerate(value)}
            self.values.update(places)
            self._steps.append((filter_, lambda: [Param(place, TextField()) for place in places]))
            return len(value)
        self.values[name] = value
        self._steps.append((filter_, lambda: Param(name)))
        return None

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that are left; asked for once of each shape, whose statement is kept."""
        for filter_, given in self._steps:
            queryset = filter_.filter(queryset, given())
        return queryset


def flag_of(request: HttpRequest, name: str) -> bool:
    """A yes-or-no query parameter that is no filter; absent or empty is no."""
    raw = request.GET.get(name)
    try:
        return bool(raw) and FlagField().clean(raw)
    except ValidationError as error:
        raise DomainError(error.message, field=name) from None
