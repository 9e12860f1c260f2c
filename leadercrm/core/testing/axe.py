"""axe-core on a page: what it finds against the Web Content Accessibility Guidelines 2.2 AA, and good practice."""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Rules beyond the guidelines' AA that a widget of others' making breaks.
THEIRS = {
    "#calendar": ("aria-allowed-role", "empty-table-header", "label-content-name-mismatch"),
    # Unfold's menu and its lists scroll in boxes of one name, which its script gives them.
    "#nav-sidebar-apps .simplebar-content-wrapper": ("landmark-unique",),
    # Select2 names its field by the row that is chosen in it, which there may be none of.
    ".select2-container": ("aria-input-field-name",),
    "#reference": ("nested-interactive", "heading-order", "region"),
}


@cache
def _source() -> str:
    source: str = (settings.NODE_PACKAGES / "axe-core" / "axe.min.js").read_text()
    return source


@cache
def _findings() -> str:
    return Path(__file__).with_name("axe_findings.js").read_text()


def violations(page: Page, *rules: str) -> list[str]:
    """What is wrong with a page as it is drawn now, a text for each rule; of these `rules` alone, or of all."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    only: dict[str, Any] = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "resultTypes": ["violations"]}
    found: list[str] = page.evaluate(_findings(), {"options": options, "theirs": THEIRS})
    return found
