"""Unfold's texts: a release with new ones fails here."""

import re
from pathlib import Path

import pytest
import unfold
from django.utils import translation

from leadercrm.core.admin_kit.borrowed import TEXTS

TEMPLATES = Path(unfold.__file__).parent / "templates"
TEXT = re.compile(r"""{% *trans(?:late)? +(["'])(.+?)\1""")
# Of pages that neither site has, and a word that is the same in Spanish.
ELSEWHERE = ("admin/auth/", "registration/")
SAME = {"General", "No"}


def shown() -> set[str]:
    """What Unfold's templates say."""
    pages = [page for page in TEMPLATES.rglob("*.html") if not str(page.relative_to(TEMPLATES)).startswith(ELSEWHERE)]
    return {text for page in pages for _quote, text in TEXT.findall(page.read_text())} - SAME


def test_all_that_unfold_says_is_said_in_spanish() -> None:
    found = shown()
    assert "No results found" in found
    with translation.override("es-mx"):
        assert [text for text in sorted(found) if translation.gettext(text) == text] == []


@pytest.mark.parametrize("text", TEXTS)
def test_text_of_others_has_a_translation(text: str) -> None:
    with translation.override("es-mx"):
        assert translation.gettext(text) != text
