import gettext
import re
from pathlib import Path

import polib
from django.utils import translation
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR

from leadercrm.embedded.stack import PROJECT
from leadercrm.embedded.translations import compile_messages

SPANISH = PROJECT / "leadercrm" / "locale" / "es_MX" / "LC_MESSAGES" / "django.po"


def test_compiled_messages_are_what_django_reads(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    source.write_text(SPANISH.read_text())

    with compile_messages(source).open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Outgoing mail") == "Correo saliente"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".new"] == []


def test_each_text_of_the_mail_pages_has_its_spanish() -> None:
    spoken = {entry.msgid for entry in polib.pofile(str(SPANISH)) if entry.msgstr}
    pages = (PROJECT / "templates" / "embedded").glob("*.html")
    texts = {text for page in pages for text in re.findall(r"""(?:translate |_\()["']([^"']+)""", page.read_text())}

    assert len(texts) > 10
    assert texts <= spoken


MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]


def test_no_text_of_ours_stands_in_for_a_month_or_a_day() -> None:
    """Django asks the same catalogue for "may", the month's short name: our own "may" would be printed."""
    with translation.override("es-mx"):
        assert [str(name).lower() for name in MONTHS_3.values()] == MONTHS
        assert [str(name).lower()[:2] for name in WEEKDAYS_ABBR.values()] == ["lu", "ma", "mi", "ju", "vi", "sa", "do"]


def test_a_word_that_is_counted_is_none_that_stands_alone() -> None:
    """Debian's Python 3.11.2 finds a word that has a plural for counting alone: elsewhere it stayed English."""
    counted = [entry for entry in polib.pofile(str(SPANISH)) if entry.msgid_plural and not entry.msgctxt]
    assert counted
    assert [entry.msgid for entry in counted if entry.msgid.isalpha()] == []
