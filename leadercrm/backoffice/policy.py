"""What a browser may load for our pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from leadercrm.backoffice.addresses import is_page

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
# The back office's own pages bring neither script nor style with them, and frame pages of ours: a mail as it will
# be, or a PDF.
STRICT = POLICY.replace(" 'unsafe-eval'", "").replace(" 'unsafe-inline'", "") + "; frame-src 'self' blob:"


class ContentPolicy:
    """Middleware that sets the policy of the pages that have a session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = self._policy_of(request)
        if policy:
            response.headers.setdefault("Content-Security-Policy", policy)
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def _policy_of(self, request: HttpRequest) -> str:
        if request.path_info.startswith(ADMIN_PAGES):
            return POLICY
        return STRICT if is_page(request.path_info) else ""
