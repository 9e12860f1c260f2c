"""Cookies that stand for a login: read by the server alone, sent by no other site's form."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# Of users who have logged in to the pages; a token of the kind "browser".
SESSION_COOKIE = "leadercrm_session"


def give(
    request: HttpRequest, response: HttpResponse, name: str, text: str, path: str, life: timedelta | None = None
) -> None:
    """Set a cookie that lives until the browser is closed, or so long; how long it is good for, its row says."""
    secure = settings.SECURE_COOKIES or request.is_secure()
    response.set_cookie(name, text, path=path, secure=secure, httponly=True, samesite="Lax", max_age=life)


def take(response: HttpResponse, name: str, path: str) -> None:
    """Remove a cookie."""
    response.delete_cookie(name, path=path, samesite="Lax")
