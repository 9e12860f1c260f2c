"""A campaign as a mail: compiled once, made somebody's by joining.

Merge fields, `[[first_name]]` or with a word for those of whom it is not known `[[first_name|amigo]]`, are
substituted and escaped for the place where they stand. No template engine ever sees what users write.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

from django.template.loader import render_to_string
from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from leadercrm.core.web.branding import house
from marketing.cleaning import clean
from marketing.models import Campaign

MERGE_FIELDS = ("first_name", "last_name", "full_name", "email", "company_name", "job_title", "city")
FIELD = re.compile(r"\[\[\s*(\w+)\s*(?:\|([^\]\[]*))?\]\]")
LINK = re.compile(r'<a\b[^>]*?\bhref="(https?://[^"]+)"')
# Marks that no text contains, for what is put in after the frame has been drawn.
CONTENT, UNSUBSCRIBE = "\ue000content\ue001", "\ue000off\ue001"
PREFERENCES, OPEN = "\ue000choose\ue001", "\ue000open\ue001"
MARKS = {UNSUBSCRIBE: "unsubscribe", PREFERENCES: "preferences", OPEN: "open"}
SPLIT = re.compile("|".join((*map(re.escape, MARKS), r"\[\[\s*\w+\s*(?:\|[^\]\[]*)?\]\]")))
PLAIN = ParserConfig(display_links=True, css=CSS_PROFILES["strict"])


@dataclass(frozen=True)
class Slot:
    """What is somebody's own. `place` says how it is escaped, and which kind of value it is."""

    place: str
    name: str
    default: str = ""

    def fill(self, values: Mapping[str, str], links: Callable[[int], str], urls: Mapping[str, str]) -> str:
        if self.place == "link":
            return links(int(self.name))
        if self.place == "url":
            return urls[self.name]
        value = values.get(self.name) or self.default
        return escape(value) if self.place == "html" else " ".join(value.split()) if self.place == "line" else value


Piece = str | Slot


@dataclass(frozen=True)
class CompiledMail:
    """The pieces of a mail, and its links in the order in which they stand. `subjects` are by variant."""

    subjects: Mapping[str, Sequence[Piece]]
    html: Sequence[Piece]
    text: Sequence[Piece]
    links: Sequence[str]

    def personalise(
        self,
        values: Mapping[str, str],
        variant: str,
        links: Callable[[int], str],
        unsubscribe_url: str,
        preferences_url: str,
        open_url: str | None,
    ) -> tuple[str, str, str]:
        """Subject, HTML and text for one reader."""
        urls = {"unsubscribe": unsubscribe_url, "preferences": preferences_url, "open": open_url or ""}
        subject = self.subjects.get(variant) or self.subjects["a"]
        joined = [
            "".join(piece if isinstance(piece, str) else piece.fill(values, links, urls) for piece in pieces)
            for pieces in (subject, self.html, self.text)
        ]
        return joined[0], joined[1], joined[2]


def compile_campaign(campaign: Campaign) -> CompiledMail:
    """The bound tenant's campaign in its frame: colours, logo, and the way out of the list below."""
    content = clean(campaign.content or "")
    frame = {"house": house(), "content": CONTENT, "unsubscribe": UNSUBSCRIBE, "preferences": PREFERENCES, "open": OPEN}
    context = {**frame, "subject": campaign.subject or "", "preheader": campaign.preheader or ""}
    before, _mark, after = render_to_string("marketing/mail.html", context).partition(CONTENT)
    links: list[str] = []
    html = [*_pieces(before, "html"), *_linked(content, links), *_pieces(after, "html")]
    text = get_text(f"<html><body>{content}</body></html>", PLAIN).strip()
    foot = render_to_string("marketing/mail_foot.txt", frame)
    subjects = {"a": _pieces(campaign.subject or "", "line")}
    if campaign.subject_b:
        subjects["b"] = _pieces(campaign.subject_b, "line")
    return CompiledMail(subjects, html, _pieces(f"{text}\n\n{foot}", "text"), links)


def unknown_fields(campaign: Campaign) -> list[str]:
    """Merge fields that there are not, in the order in which they stand."""
    texts = (campaign.subject, campaign.subject_b, campaign.preheader, campaign.content)
    named = (found[1] for text in texts for found in FIELD.finditer(text or ""))
    return list(dict.fromkeys(name for name in named if name not in MERGE_FIELDS))


def _linked(html: str, links: list[str]) -> list[Piece]:
    """The content's pieces, its links in the order in which they stand; one that holds a field stays as it is."""
    pieces: list[Piece] = []
    last = 0
    for found in LINK.finditer(html):
        if FIELD.search(found[1]):
            continue
        pieces += [*_pieces(html[last : found.start(1)], "html"), Slot("link", str(len(links)))]
        links.append(unescape(found[1]))
        last = found.end(1)
    return [*pieces, *_pieces(html[last:], "html")]


def _pieces(text: str, place: str) -> list[Piece]:
    pieces: list[Piece] = []
    last = 0
    for found in SPLIT.finditer(text):
        field = FIELD.fullmatch(found[0])
        slot = Slot(place, field[1], unescape(field[2] or "")) if field else Slot("url", MARKS[found[0]])
        pieces += [text[last : found.start()], slot]
        last = found.end()
    return [piece for piece in (*pieces, text[last:]) if piece != ""]


__all__ = ["MERGE_FIELDS", "CompiledMail", "Slot", "compile_campaign", "unknown_fields"]
