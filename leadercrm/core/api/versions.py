"""ETag and If-Match: whoever changes a row can say which state of it they have seen.

A row's tag is a digest of the answer to GET, so that all that it shows counts.
"""

from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags

from leadercrm.core.errors import ChangedMeanwhile


def tag_of(response: HttpResponse) -> str:
    """The strong entity tag of an answer's body."""
    return f'"{blake2b(response.content, digest_size=16).hexdigest()}"'


def tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its tag; 304 without a body when the client has it already (If-None-Match)."""
    tag = response["ETag"] = tag_of(response)
    answer: HttpResponse = get_conditional_response(request, etag=tag, response=response)  # type: ignore[assignment]
    return answer


def wants_version(request: HttpRequest) -> bool:
    return "HTTP_IF_MATCH" in request.META


def require_version(request: HttpRequest, tag: str) -> None:
    """Raise ChangedMeanwhile unless the row is in a state that the client has named, or it takes any."""
    wanted = parse_etags(request.META["HTTP_IF_MATCH"])
    if wanted != ["*"] and tag not in wanted:
        raise ChangedMeanwhile()
