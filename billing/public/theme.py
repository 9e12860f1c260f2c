"""A tenant's colours for its public pages: a style sheet, since their policy allows no styles in the page."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from leadercrm.core.web.colours import accent, dark_tint, on_dark, tint


@require_safe
def theme(request: HttpRequest, colour: str) -> HttpResponse:
    """The variables of one colour; it is in the address, and so of no tenant in particular."""
    chosen = f"#{colour}"
    context = {
        "accent": accent(chosen),
        "tint": tint(chosen),
        "accent_on_dark": on_dark(chosen),
        "tint_on_dark": dark_tint(chosen),
    }
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    css = render_to_string("billing/public/theme.css", context)
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers=headers)
