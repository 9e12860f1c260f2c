"""A view becomes a PDF: by its template, in its language, once."""

import hashlib
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from billing.pdf.pages import CONTEXTS, qr_code
from billing.pdf.views import Paper
from leadercrm.core import money
from leadercrm.core.pdf import cache as pdf_cache
from leadercrm.core.pdf.child import __file__ as child_file
from leadercrm.core.pdf.renderer import fonts, html_to_pdf
from leadercrm.core.web.colours import accent, tint

PHONE = re.compile(r"[\d+(). -]{1,40}")


def pdf_of_view(view: Paper) -> bytes:
    """The PDF of a view, in the bound tenant's cache. Raises TooLargeForPdf or PdfUnavailable."""
    return pdf_cache.cached(key_of(view), lambda: html_to_pdf(html_of(view)))


def html_of(view: Paper) -> str:
    """The document's HTML. What users wrote is a value in it, never a template and never markup."""
    with override(view.language):
        context = CONTEXTS[type(view)](view)
        context.update(
            view=view,
            brand=view.brand,
            client=view.client,
            brand_line=_joined(view.brand.email, unbroken(view.brand.phone), view.brand.website),
            client_line=_joined(view.client.email, unbroken(view.client.phone)),
            accent=accent(view.brand.colour),
            tint=tint(view.brand.colour),
            qr=qr_code(view.link),
        )
        return render_to_string(view.template, context)


def _joined(*texts: str) -> str:
    return " · ".join(filter(None, texts))


def unbroken(phone: str) -> str:
    """A phone number that stays on one line; any other text as it is."""
    return phone.replace(" ", "\N{NO-BREAK SPACE}") if PHONE.fullmatch(phone) else phone


def key_of(view: Paper) -> str:
    """A SHA-256 of all that decides how the PDF looks: what it shows, and everything of ours that draws it."""
    shown = f"{template_version()}\n{type(view).__name__}\n{view!r}"
    return hashlib.sha256(shown.encode(errors="backslashreplace")).hexdigest()


@cache
def template_version() -> str:
    """A SHA-256 of the sources and libraries behind the pages: who changes one makes every PDF anew."""
    here = Path(__file__).parent
    sources = [
        *here.glob("*.py"),
        *(settings.BASE_DIR / "templates" / "billing" / "pdf").iterdir(),
        *(Path(folder) / name for folder in settings.LOCALE_PATHS for name in ("es_MX/LC_MESSAGES/django.mo",)),
        Path(money.__file__),
        Path(child_file),
    ]
    digest = hashlib.sha256(f"{version('weasyprint')} {fonts()}".encode())
    for path in sorted(sources):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()
