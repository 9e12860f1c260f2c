"""What a browser may load for our pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing from elsewhere, and no script in the page itself. Unfold's Alpine.js reads expressions from
# attributes, and evaluates them ('unsafe-eval'); its colours and sizes stand in the page ('unsafe-inline' for styles).
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
ADMIN_PAGES = ("/admin/", "/operator/")


class ContentPolicy:
    """Middleware that sets the policy of the admin sites' pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(ADMIN_PAGES):
            response.headers.setdefault("Content-Security-Policy", POLICY)
            response.headers["Cache-Control"] = "no-store, private"
        return response
