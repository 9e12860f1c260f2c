"""How an operator compares a column of ours with a value: the tests that conditions are made of.

Texts are compared without regard to case and accents (marketing.folding). What says that something is not so (`!=`,
`not_in`, `not_contains`) holds for a contact of which it is not known. Days are those of the tenant's calendar.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from leadercrm.core.clock import MIDNIGHT, tenant_zone
from marketing import folding  # noqa: F401 - its lookups are used by name

DAY = timedelta(days=1)
EQUALITY = ("=", "!=")
LISTS = ("in", "not_in")
NULLS = ("is_null", "is_not_null")
ORDER = (">", ">=", "<", "<=")
TEXTS = (*EQUALITY, "contains", "not_contains", "starts_with", *LISTS, *NULLS)
NUMBERS = (*EQUALITY, *ORDER, *LISTS, *NULLS)
MOMENTS = ("before", "after", "within_days", *EQUALITY, *ORDER, *NULLS)
OPERATORS = tuple(dict.fromkeys((*TEXTS, *NUMBERS, *MOMENTS)))

Value = Any
Test = Callable[[str, Value], Q]


def text_test(path: str) -> Test:
    """On a column with a text."""

    def test(operator: str, value: Value) -> Q:
        plain = {
            "=": lambda: Q(**{f"{path}__folded__same": value}),
            "contains": lambda: Q(**{f"{path}__folded__holds": value}),
            "starts_with": lambda: Q(**{f"{path}__folded__begins": value}),
            "in": lambda: Q(**{f"{path}__folded__among": value}),
            "is_null": lambda: Q(**{f"{path}__isnull": True}) | Q(**{path: ""}),
        }
        return with_opposites(plain, operator)

    return test


def value_test(path: str) -> Test:
    """On a column with a number, an id or a truth."""

    def test(operator: str, value: Value) -> Q:
        compared = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
        if operator in compared:
            return Q(**{f"{path}__{compared[operator]}": value})
        plain = {
            "=": lambda: Q(**{path: value}),
            "in": lambda: Q(**{f"{path}__in": value}),
            "is_null": lambda: Q(**{f"{path}__isnull": True}),
        }
        return with_opposites(plain, operator)

    return test


def moment_test(path: str) -> Test:
    """On a column with a moment. A date means that whole day; `within_days` looks back, today included."""

    def test(operator: str, value: Value) -> Q:
        if operator == "within_days":
            return Q(**{f"{path}__gte": _begins(timezone.now().astimezone(tenant_zone()).date() - DAY * (value - 1))})
        if operator in NULLS:
            return Q(**{f"{path}__isnull": operator == "is_null"})
        start, end = _span(value)
        compared = {
            "before": {"lt": start}, "<": {"lt": start}, "after": {"gte": end}, ">": {"gte": end}, "<=": {"lt": end},
            ">=": {"gte": start}, "=": {"gte": start, "lt": end}, "!=": {"gte": start, "lt": end},
        }[operator]  # fmt: skip
        q = Q(**{f"{path}__{lookup}": moment for lookup, moment in compared.items()})
        return ~q if operator == "!=" else q

    return test


def with_opposites(plain: Mapping[str, Callable[[], Q]], operator: str) -> Q:
    """The test of an operator, or the contrary of that of its opposite."""
    opposite = {"!=": "=", "not_contains": "contains", "not_in": "in", "is_not_null": "is_null"}.get(operator)
    return ~plain[opposite]() if opposite else plain[operator]()


def any_of(tests: Iterator[Q]) -> Q:
    joined = Q()
    for each in tests:
        joined |= each
    return joined


def _span(value: date | datetime) -> tuple[datetime, datetime]:
    """The moments at which what was given begins and ends: a day lasts its day, a moment a microsecond."""
    if isinstance(value, datetime):
        return value, value + timedelta(microseconds=1)
    return _begins(value), _begins(value + DAY)


def _begins(day: date) -> datetime:
    return datetime.combine(day, MIDNIGHT, tenant_zone())
