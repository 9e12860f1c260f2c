"""What a page says after something was done, with a way back where there is one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


def toast(request: HttpRequest, text: Any, *, undo: str = "") -> None:
    """Say it on the next page that is drawn. `undo` is the address that takes it back by POST."""
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def warn(request: HttpRequest, text: Any) -> None:
    """Say what was refused, where no form shows it."""
    messages.error(request, text)
