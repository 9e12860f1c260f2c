"""What a page says after something was done, with a way back where there is one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


def toast(request: HttpRequest, text: Any, *, undo: str = "") -> None:
    """Say it, in the reader's language, on the next page that is drawn. `undo` is where a POST takes it back."""
    messages.success(request, str(text), extra_tags=f"{UNDO}{undo}" if undo else "")


def warn(request: HttpRequest, text: Any) -> None:
    """Say what was refused, where no form shows it."""
    messages.error(request, str(text))
