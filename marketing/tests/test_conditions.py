"""Random conditions over random people: the database finds whom a plain reading of the rules finds."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Company, Contact
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.text import fold
from marketing.conditions import read_rules
from marketing.fields import field_of
from marketing.members import matching

# The second is decomposed; the mark that stands alone folds to nothing.
WORDS = ["León", "LEO\u0301N", "\u0301", "leon", "Lerdo", "A%b", "a_b", "\\", "ñu", "x' OR 1=1 --", "%", "_"]
TEXTS = ("city", "source", "job_title", "company_industry")
TEXT_OPERATORS = ("=", "!=", "contains", "not_contains", "starts_with", "in", "not_in", "is_null", "is_not_null")
words = st.sampled_from(WORDS)
people = st.fixed_dictionaries({name: st.none() | words for name in TEXTS})


def values_for(operator: str) -> st.SearchStrategy[Any]:
    if operator in ("in", "not_in"):
        return st.lists(words, min_size=1, max_size=3)
    return st.none() if operator.endswith("null") else words


conditions = st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXT_OPERATORS)).flatmap(
    lambda pair: values_for(pair[1]).map(lambda value: {"field": pair[0], "operator": pair[1], "value": value})
)
groups = st.tuples(st.sampled_from(("any", "all")), st.lists(conditions, min_size=1, max_size=3)).map(
    lambda pair: {pair[0]: pair[1]}
)


def folded(text: str) -> str:
    """A value as a search has it; marks alone are themselves, and stand in no text that is folded."""
    return fold(text) or text


def holds(person: dict[str, str | None], entry: dict[str, Any]) -> bool:
    """The rules of marketing.comparing, written without SQL."""
    for kind, judge in (("any", any), ("all", all)):
        if kind in entry:
            return judge(holds(person, each) for each in entry[kind])
    operator, value = entry["operator"], entry["value"]
    text = fold(person[entry["field"]] or "")
    known = person[entry["field"]] is not None
    plain: dict[str, Any] = {
        "=": lambda: known and text == folded(value),
        "contains": lambda: known and folded(value) in text,
        "starts_with": lambda: known and text.startswith(folded(value)),
        "in": lambda: known and text in map(folded, value),
        "is_null": lambda: not known,
    }
    opposite = {"!=": "=", "not_contains": "contains", "not_in": "in", "is_not_null": "is_null"}.get(operator)
    found: bool = plain[opposite or operator]()
    return found is not bool(opposite)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    crowd=st.lists(people, min_size=1, max_size=6),
    entries=st.lists(conditions | groups, min_size=1, max_size=4),
)
def test_found_are_those_for_whom_the_conditions_hold(
    alfa: TestTenant, crowd: list[dict[str, str | None]], entries: list[dict[str, Any]]
) -> None:
    Contact.objects.all().delete()
    companies = Company.objects.bulk_create(
        Company(name="A", industry=person["company_industry"], search="") for person in crowd
    )
    rows = Contact.objects.bulk_create(
        Contact(first_name="A", company=company, **{name: person[name] for name in TEXTS if name != "company_industry"})
        for person, company in zip(crowd, companies, strict=True)
    )
    expected = {row.pk for row, person in zip(rows, crowd, strict=True) if all(holds(person, e) for e in entries)}
    found = set(matching(read_rules(entries, field_of)).values_list("pk", flat=True))
    assert found == expected
