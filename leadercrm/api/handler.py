"""The WSGI application: Django's handler for pages, and a short way to the API and to the agents' door."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from leadercrm.api.gateway import way_of
from leadercrm.core.database import this_connection


class Request(WSGIRequest):
    """A request whose Content-Type may be nonsense: Django's raises before any of our code has a say."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (ValueError, LookupError):
            self.content_type, self.content_params = "", {}


class Application(WSGIHandler):
    """Django's handler with our request.

    Programs need nothing of what Django does around a request: no middleware, no signals but for the
    end of kept connections, which is one line here. Their gateway is also a middleware, for whoever calls Django
    in another way, as its test client does.
    """

    request_class = Request

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        serve = way_of(environ.get("PATH_INFO", ""))
        if serve is None:
            return super().__call__(environ, start_response)
        _measure_chunks(environ)
        request = Request(environ)
        try:
            response = serve(request)
        finally:
            this_connection().close_if_unusable_or_obsolete()
        if not _is_read(request):
            response.headers["Connection"] = "close"
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [response.content]


def _measure_chunks(environ: dict[str, Any]) -> None:
    """Give a body that came in chunks the length that Django goes by; one byte beyond the limit is enough."""
    if environ.get("CONTENT_LENGTH") or environ.get("HTTP_TRANSFER_ENCODING", "").lower() != "chunked":
        return
    body = environ["wsgi.input"].read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(body), str(len(body))


def _is_read(request: Any) -> bool:
    """Whether the whole body was read; what nobody has looked at of somebody known's is read now.

    The server hangs up on a client whose body it could not hand over, and the client must hear of it: it would send
    its next request there. Nobody unknown is waited for.
    """
    if request.META.get("CONTENT_LENGTH", "") in ("", "0") or hasattr(request, "_body"):
        return True
    context = getattr(request, "api", None)
    if context is None or context.actor is None:
        return bool(request._read_started)
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return len(request.environ["wsgi.input"].read(most)) < most
