"""The curls of the published reference, run as printed against a fresh demo, and their printed answers.

Each example runs in a transaction of its own. What the reference prints must be there, with the same
keys, types and values; we may answer more (the contract adds fields). Rows of a printed list must be
among ours: the reference prints one row of three.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from leadercrm.api.reference import HOST, Example, read_examples
from leadercrm.core.testing.doors import Answer, Api

EXAMPLES = read_examples()
# Printed values that no server can repeat: (method, path, path in the answer) -> why.
NOT_REPEATABLE = {
    ("POST", "/api/v1/auth/login", "token"): "a secret, new each time",
    ("POST", "/api/v1/auth/register", "token"): "a secret, new each time",
    ("POST", "/api/v1/contacts", "data.id"): "hundreds of contacts stand before the new one (demo.loading)",
    ("GET", "/api/v1/invoices?status=sent", "data.0.amount_paid"): "the printed payment 3 was made since (A-27)",
    ("GET", "/api/v1/invoices?status=sent", "data.0.amount_due"): "the printed payment 3 was made since (A-27)",
    ("GET", "/api/copomex/64000", "state"): "written without its accent (A-55)",
    ("GET", "/api/copomex/64000", "colonies"): "SAT's catalogue has its own names for them (A-55)",
}
CREATED = {
    "/api/v1/auth/register",
    "/api/v1/contacts",
    "/api/v1/contacts/1/notes",
    "/api/v1/companies",
    "/api/v1/activities",
    "/api/v1/deals",
    "/api/v1/quotes",
    "/api/v1/invoices",
    "/api/v1/contracts",
    "/api/v1/payments",
    "/api/v1/products",
    "/api/v1/segments",
    "/api/v1/campaigns",
    "/api/forms/abc123def456/submit",
    "/api/v1/events",
}
# What has to be done first: an invoice is not deleted before its payments.
BEFORE = {("DELETE", "/api/v1/invoices/4"): ("DELETE", "/api/v1/payments/3")}
# A day on which what is printed was so: later, the invoice that is printed as sent is overdue.
PRINTED_ON = date(2025, 4, 20)


def run(example: Example, token: str) -> Answer:
    """Send the example as curl would, with the token for its placeholder."""
    headers = {name: value.replace("{token}", token) for name, value in example.headers.items()}
    content_type = headers.pop("Content-Type", "")
    raw = example.body.encode() if example.body is not None else None
    return Api().call(example.method, example.path, raw=raw, content_type=content_type, headers=headers)


def differences(printed: Any, actual: Any, path: str, skipped: set[str]) -> list[str]:
    """Where `actual` lacks something printed or has it otherwise; one line each."""
    if type(printed) is not type(actual):
        return [f"{path}: {printed!r} is printed, {actual!r} came"]
    if isinstance(printed, dict):
        inner = [(f"{path}.{key}".lstrip("."), key) for key in printed]
        missing = [f"{where}: is missing" for where, key in inner if key not in actual]
        pairs = [(printed[key], actual[key], where) for where, key in inner if key in actual]
    elif path in skipped:
        return [] if _kinds(printed) == _kinds(actual) else [f"{path}: is of another kind than {printed!r}"]
    elif isinstance(printed, list):
        missing = [] if len(printed) <= len(actual) else [f"{path}: {len(actual)} rows"]
        pairs = [(row, _counterpart(row, place, actual), f"{path}.{place}") for place, row in enumerate(printed)]
    else:
        return [] if printed == actual else [f"{path}: {printed!r} is printed, {actual!r} came"]
    return missing + [line for pair in pairs for line in differences(*pair, skipped)]


def _kinds(value: Any) -> set[type]:
    """What a value is, or what a list consists of: that is printed even where the value is excused."""
    return {type(row) for row in value} if isinstance(value, list) else {type(value)}


def _counterpart(row: Any, place: int, actual: list[Any]) -> Any:
    """The row of the same id, else the one in the same place."""
    same = [other for other in actual if isinstance(row, dict) and "id" in row and other["id"] == row["id"]]
    return (same or actual[place : place + 1] or [None])[0]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_example_answers_as_printed(
    example: Example, demo: Api, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_URL = HOST
    monkeypatch.setattr("billing.columns.tenant_today", lambda: PRINTED_ON)
    monkeypatch.setattr("events.queries.current_moment", lambda: datetime(*PRINTED_ON.timetuple()[:3], tzinfo=UTC))
    if (example.method, example.path) in BEFORE:
        assert demo.call(*BEFORE[(example.method, example.path)]).status == 200
    answer = run(example, demo.headers["Authorization"].removeprefix("Bearer "))
    created = example.method == "POST" and example.path in CREATED
    assert answer.status == (201 if created else 200), answer
    skipped = {where for method, path, where in NOT_REPEATABLE if (method, path) == (example.method, example.path)}
    assert differences(example.answer or {}, answer.json, "", skipped) == []


def test_all_examples_were_found() -> None:
    assert len(EXAMPLES) == 82
    assert all(example.answer is not None for example in EXAMPLES if example.resource == "auth")


def test_exceptions_are_still_needed() -> None:
    """A printed value that came true must not stay excused; every entry names something printed."""
    printed = {(example.method, example.path): example.answer for example in EXAMPLES}
    for method, path, where in NOT_REPEATABLE:
        value = printed[(method, path)]
        for key in where.split("."):
            value = value[int(key) if isinstance(value, list) else key]
        assert value is not None


def test_differences_sees_what_differs() -> None:
    """The control of the comparison."""
    printed = {"data": [{"id": 1, "score": 45}], "total": 3}
    assert differences(printed, {"data": [{"id": 2}, {"id": 1, "score": 45}], "total": 3, "more": 1}, "", set()) == []
    assert differences(printed, {"data": [{"id": 1, "score": 45.0}], "total": 3}, "", set()) != []
    assert differences(printed, {"data": [{"id": 1, "score": 44}], "total": 3}, "", set()) != []
    assert differences(printed, {"data": [], "total": 3}, "", set()) != []
    assert differences(printed, {"data": [{"id": 1, "score": 45}]}, "", set()) == ["total: is missing"]
    assert differences(printed, {"data": [{"id": 1, "score": 45}], "total": 4}, "", {"total"}) == []
    assert differences({"names": ["Centro"]}, {"names": ["Norte", "Sur"]}, "", {"names"}) == []
    for other in ([], [7], ["Sur", None], "Sur"):
        assert differences({"names": ["Centro"]}, {"names": other}, "", {"names"}) != []
