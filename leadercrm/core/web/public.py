"""What all pages for people without a login have in common: language, limits, headers, and how they refuse."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.errors import DomainError

SPANISH, ENGLISH = "es-mx", "en"
LANGUAGES = {"es": SPANISH, "en": ENGLISH}
# The code of leadercrm.tenancy.links.InvalidLink.
INVALID_LINK = "invalid_link"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # The address is the secret: it is told to no other site, kept in no cache, and found by no search.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
}


class Gone(DomainError):
    """Its owner has withdrawn what the link leads to."""

    status = 410
    code = "gone"


class TooLarge(DomainError):
    status = 413
    code = "too_large"


class PublicView(View):
    """A page for anybody. `most_bytes` is how long a form's body may be, `refused` the template of a refusal."""

    http_method_names = ["get", "head", "post"]
    most_bytes: ClassVar[int] = 512 * 1024
    limit: ClassVar[throttling.Limit] = throttling.PUBLIC
    refused: ClassVar[str] = "billing/public/refused.html"
    language: str

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        """Nothing but the address stands for a visitor, no cookie does: another site's form has nothing to misuse.

        Said here and not of dispatch(), which subclasses have their own of.
        """
        view: Callable[..., HttpResponseBase] = csrf_exempt(super().as_view(**initkwargs))
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.language = language_of(request)
        with translation.override(self.language):
            try:
                self.limit.spend(client_ip(request))
                self._refuse_large(request)
                response = super().dispatch(request, *args, **kwargs)
            except Exception as error:
                response = self._refused(request, error)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Language"] = self.language
        return response

    def _refuse_large(self, request: HttpRequest) -> None:
        """Before anything of the body is read."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > self.most_bytes:
            raise TooLarge(_("That is too large."))

    def _refused(self, request: HttpRequest, error: Exception) -> HttpResponse:
        refusal = as_refusal(error)
        if refusal is None:
            raise error
        status = 404 if refusal.code == INVALID_LINK else refusal.status
        response = render(request, self.refused, self.common(refusal=refusal), status=status)
        if getattr(refusal, "retry_after", None) is not None:
            response.headers["Retry-After"] = str(refusal.retry_after)  # type: ignore[attr-defined]
        return response

    def common(self, **context: Any) -> dict[str, Any]:
        """What every template gets."""
        other = "en" if self.language == SPANISH else "es"
        return {
            **context,
            "language": self.language,
            "lang": "es" if self.language == SPANISH else "en",
            "other_lang": other,
            "other_name": {"en": "English", "es": "Español"}[other],
        }


def language_of(request: HttpRequest) -> str:
    """The one that the address names, or that the browser asks for; Spanish otherwise."""
    named = LANGUAGES.get(request.GET.get("lang", ""))
    if named is not None or not request.META.get("HTTP_ACCEPT_LANGUAGE"):
        return named or SPANISH
    return ENGLISH if translation.get_language_from_request(request) == ENGLISH else SPANISH
