"""A campaign as a mail: compiled once, made somebody's by joining."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from marketing.models import Campaign

FIELD = re.compile(r"\[\[(\w+)(?:\|([^\]]*))?\]\]")
LINK = re.compile(r'href="(https?://[^"]+)"')
TAG = re.compile(r"<[^>]+>")


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
        return escape(value) if self.place == "html" else value


Piece = str | Slot


@dataclass(frozen=True)
class CompiledMail:
    """The pieces of a mail, and its links in the order in which they stand."""

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
        urls = {"unsubscribe": unsubscribe_url, "preferences": preferences_url, "open": open_url or ""}
        subject = self.subjects.get(variant) or self.subjects["a"]
        return tuple(  # type: ignore[return-value]
            "".join(piece if isinstance(piece, str) else piece.fill(values, links, urls) for piece in pieces)
            for pieces in (subject, self.html, self.text)
        )


def compile_campaign(campaign: Campaign) -> CompiledMail:
    links: list[str] = []
    html: list[Piece] = []
    last = 0
    content = campaign.content or ""
    for found in LINK.finditer(content):
        html += [*_fields(content[last : found.start(1)], "html"), Slot("link", str(len(links)))]
        links.append(found[1])
        last = found.end(1)
    html += _fields(content[last:], "html")
    foot = f'">{escape(_("Unsubscribe"))}</a> <img alt="" src="'
    html += ['<p><a href="', Slot("url", "unsubscribe"), foot, Slot("url", "open"), '">']
    text = [*_fields(TAG.sub("", content), "text"), "\n\n", Slot("url", "unsubscribe"), "\n"]
    return CompiledMail({"a": _fields(campaign.subject or "", "text")}, html, text, links)


def _fields(text: str, place: str) -> list[Piece]:
    pieces: list[Piece] = []
    last = 0
    for found in FIELD.finditer(text):
        pieces += [text[last : found.start()], Slot(place, found[1], found[2] or "")]
        last = found.end()
    return [*pieces, text[last:]]


__all__ = ["CompiledMail", "compile_campaign"]
