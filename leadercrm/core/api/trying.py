"""`?dry_run=true` on a write: the answer that it would have got and what it would have done; nothing is written."""

from collections.abc import Callable

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.filter_fields import BOOLEANS
from leadercrm.core.api.responses import json_response
from leadercrm.core.errors import DomainError
from leadercrm.core.trial import on_trial

NAME = "dry_run"


def is_trial(request: HttpRequest) -> bool:
    """Whether a write is to be tried only. 422 for a value that is neither true nor false: better than a write."""
    asked = request.GET.get(NAME, "false").lower()
    if asked not in BOOLEANS:
        raise DomainError(_("Must be true or false."), field=NAME)
    return BOOLEANS[asked]


def refuse_trial(request: HttpRequest) -> None:
    """For writes that nobody is logged in for: they are not tried, and must not be carried out by mistake."""
    if is_trial(request):
        raise DomainError(
            _("This cannot be tried."),
            field=NAME,
            code="not_triable",
            hint=_("Send it without dry_run; operations that need a token can be tried."),
        )


def tried(call: Callable[[], HttpResponse]) -> HttpResponse:
    """Carry out `call`, take it back, and tell both. The status is 200 where the write itself would answer 201."""
    with on_trial() as effects:
        response = call()
    body = orjson.loads(response.content)
    return json_response({**body, NAME: True, "effects": effects.told})
