"""Django's WSGI handler, with a request that survives what Django's own does not."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest


class Request(WSGIRequest):
    """A request whose Content-Type may be nonsense: Django's raises before any of our code has a say."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except (ValueError, LookupError):
            self.content_type, self.content_params = "", {}


class Application(WSGIHandler):
    """Django's handler with our request."""

    request_class = Request
