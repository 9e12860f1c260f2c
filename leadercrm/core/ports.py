"""What the kernel needs of the tenancy, handed in at start-up: the kernel imports nothing of the project."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

bind_tenant: Callable[[int], AbstractContextManager[Any]]
current_tenant_id: Callable[[], int]
announce_work: Callable[[int, datetime], None]
settle_work: Callable[[int, str | None], None]


def install(**functions: Callable[..., Any]) -> None:
    """Set this module's functions; called once, by the tenancy app."""
    globals().update(functions)
