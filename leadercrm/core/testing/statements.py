"""Counting the SQL statements of a piece of code."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements_of(call: Callable[[], Any]) -> list[str]:
    """The statements that `call` sends, tenancy's own included."""
    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"] or "(prepared)" for query in captured.captured_queries]
