"""Mails as a browser draws them: readable in light and dark, and no wider than a telephone."""

from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import Browser, Page

from billing.mails import invoice_paper, quote_paper
from billing.models import Invoice, Quote
from events.mails import Kind, letter
from events.models import Event
from leadercrm.core.testing.axe import violations
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk
from leadercrm.core.web.branding import house
from leadercrm.tenancy.binding import bind
from marketing.models import Campaign

# A mail has no landmarks and no headings of its own: the program that shows it has.
RULES = ("color-contrast", "link-in-text-block", "image-alt", "link-name", "html-has-lang", "document-title", "list")
ADDRESS = f"https://crm.example/p/{'a1b2c3d4' * 8}"
SOMEBODY = SimpleNamespace(name="Ana Ríos", email="ana@ejemplo.mx")
CONSENT = "Acepto recibir noticias de Consultores del Bajío."


def _quote() -> dict[str, Any]:
    return {"paper": quote_paper(Quote.objects.filter(status="sent").order_by("pk")[0], "Casa"), "house": house()}


def _reminder() -> dict[str, Any]:
    invoice = Invoice.objects.exclude(status__in=("draft", "paid")).order_by("pk")[0]
    return {"paper": invoice_paper(invoice, "Casa", reminds=True), "house": house()}


def _event() -> dict[str, Any]:
    event = Event.objects.order_by("pk")[0]
    return {"letter": letter(event, Kind.REMINDER, name="Ana", tenant_name="Casa"), "house": house()}


MAILS: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "quote": ("billing/document", _quote),
    "reminder": ("billing/document", _reminder),
    "event": ("events/mail", _event),
    "confirm": (
        "marketing/confirm",
        lambda: {"submission": SimpleNamespace(name="Ana", consent_text=CONSENT), "house": house()},
    ),
    "invitation": ("accounts/invitation", lambda: {"invitation": SimpleNamespace(name="Ana", invited_by=SOMEBODY)}),
    "reset": ("accounts/reset", lambda: {"user": SOMEBODY}),
    "welcome": ("accounts/welcome", lambda: {"user": SOMEBODY}),
    "notification": ("notifications/notification", lambda: {"user": SOMEBODY, "body": f"Vence el {date(2026, 12, 1)}"}),
}


@pytest.fixture(scope="module")
def page(chrome: Browser, server: str, demo: TestTenant) -> Iterator[Page]:
    desk = Desk(chrome, server)
    yield desk.at(demo)
    desk.close()


def looked_at(page: Page) -> list[str]:
    """What is wrong with a mail, light and dark, as wide as a window and as a telephone."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (800, 360):
            page.set_viewport_size({"width": width, "height": 740})
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{scheme}, {width}: {wide} pixels too wide"] if wide > 0 else []
            found += [f"{scheme}, {width}: {text}" for text in violations(page, *RULES)]
    return found


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("language", ["es-mx", "en"])
def test_mail(name: str, language: str, page: Page, demo: TestTenant) -> None:
    template, context = MAILS[name]
    with bind(demo.bound), override(language):
        html = render_to_string(f"{template}.html", {"tenant": demo.row, "link": ADDRESS, **context()})
    page.set_content(html)
    assert page.locator("html").get_attribute("lang") == language
    assert page.get_by_role("link", name=ADDRESS).count() == 1
    assert looked_at(page) == []


def test_preview_of_a_campaign(page: Page, demo: TestTenant) -> None:
    with bind(demo.bound):
        campaign = Campaign.objects.filter(status="sent").order_by("pk")[0]
    # On its page, which is one for a frame, no script runs: axe-core's neither.
    page.set_content(page.request.get(reverse("web:campaign-preview", args=(campaign.pk,))).text())
    assert page.get_by_role("link").count() > 1
    assert looked_at(page) == []
