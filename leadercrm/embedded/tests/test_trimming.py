"""The style sheet that pages get of Tabler's: all that they name, and little else."""

import gzip
import re
from pathlib import Path

from django.conf import settings

TABLER = settings.NODE_PACKAGES / "@tabler" / "core" / "dist" / "css" / "tabler.min.css"
TAG = re.compile(r"\{[{%].*?[}%]\}")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
# Classes that have a rule for themselves.
ALONE = re.compile(r"[},]\.([\w-]+)\{")
LITERAL = re.compile(r'class="([^"]*)"')


def test_pages_get_what_their_templates_name_and_a_third_of_the_weight() -> None:
    known = set(ALONE.findall(TABLER.read_text(encoding="utf-8")))
    named = set()
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        for text in LITERAL.findall(TAG.sub(" {} ", template.read_text(encoding="utf-8"))):
            named.update(text.split())
    sheet = Path(settings.BASE_DIR, "static", "dist", "components.css").read_bytes()
    there = set(CLASS.findall(sheet.decode()))
    assert {"card", "table-responsive", "navbar-vertical"} < there
    assert known & named <= there
    assert len(gzip.compress(sheet)) < len(gzip.compress(TABLER.read_bytes())) / 2.5
