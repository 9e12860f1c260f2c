"""What is looked at before a campaign goes out: what stops it, and what its writer should know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from leadercrm.core.text import fold
from leadercrm.core.web.branding import house
from marketing.cleaning import clean
from marketing.members import contacts_of
from marketing.models import Campaign
from marketing.rendering import FIELD, MERGE_FIELDS, Slot, compile_campaign, unknown_fields

LONGEST_SUBJECT = 78
# Gmail shows the beginning of a longer one, and hides the way out of the list.
LARGEST = 100_000
SPAM = re.compile(
    r"\b(gratis|gana dinero|dinero rapido|sin costo|haz clic aqui|oferta unica|urgente|felicidades|ganaste|premio"
    r"|credito inmediato|free money|act now|winner|click here|risk free|viagra|casino|lottery|earn cash)\b"
)
LOCAL = re.compile(r"^(localhost|127\.|10\.|192\.168\.|0\.0\.0\.0|\[)")


@dataclass(frozen=True)
class Problem:
    """Something about a campaign: `stops` it, or is a warning. `code` is for programs, `field` is the API's."""

    code: str
    field: str
    text: Any
    stops: bool = False


def problems(campaign: Campaign) -> list[Problem]:
    """All that is to be said of a campaign before it is sent."""
    return [*_missing(campaign), *_of_text(campaign), *_of_content(campaign), *_way_out(campaign)]


def _way_out(campaign: Campaign) -> Iterator[Problem]:
    """A mail without a way out of the list is sent to nobody, whatever became of its frame."""
    mail = compile_campaign(campaign)
    way = Slot("url", "unsubscribe")
    if way not in mail.html or way not in mail.text:
        yield Problem("no_unsubscribe", "content", _("Readers find no way to unsubscribe."), stops=True)


def _missing(campaign: Campaign) -> Iterator[Problem]:
    if not (campaign.subject or "").strip():
        yield Problem("no_subject", "subject", _("The subject is missing."), stops=True)
    if not clean(campaign.content or "").strip():
        yield Problem("no_content", "content", _("The content is missing."), stops=True)
    if campaign.segment is None or campaign.segment.deleted_at is not None:
        yield Problem("no_segment", "segment_id", _("The segment is missing."), stops=True)
    elif not contacts_of(campaign.segment).exists():
        yield Problem("empty_segment", "segment_id", _("Nobody is in this segment."), stops=True)
    for name in unknown_fields(campaign):
        text = _("There is no merge field [[%(name)s]]. Those there are: %(known)s.")
        yield Problem("unknown_field", "content", text % {"name": name, "known": ", ".join(MERGE_FIELDS)}, stops=True)


def _of_text(campaign: Campaign) -> Iterator[Problem]:
    subject = campaign.subject or ""
    if len(subject) > LONGEST_SUBJECT:
        yield Problem("long_subject", "subject", _("Many mail programs cut a subject of more than 78 characters."))
    if len(subject) > 10 and subject.isupper():
        yield Problem("shouting", "subject", _("A subject in capital letters looks like spam."))
    for place, text in (("subject", subject), ("content", campaign.content or "")):
        for word in dict.fromkeys(found[0] for found in SPAM.finditer(fold(re.sub(r"<[^>]+>", " ", text)))):
            yield Problem("spam_word", place, _("Spam filters look for “%(word)s”.") % {"word": word})
    if not house().address:
        yield Problem("no_address", "content", _("The footer has no postal address: enter it under branding."))


def _of_content(campaign: Campaign) -> Iterator[Problem]:
    source, shown = campaign.content or "", clean(campaign.content or "")
    if len(shown) > LARGEST:
        yield Problem("large", "content", _("Gmail cuts mails of more than 100 kB."))
    if re.search(r"<\s*(script|iframe|form|object|embed|link|style)\b", source, re.IGNORECASE):
        yield Problem("removed", "content", _("Scripts, forms and style sheets are taken out of mails."))
    yield from _of_page(_Page(source))


def _of_page(page: "_Page") -> Iterator[Problem]:
    """Links, pictures, and what is said without them. Nothing is called."""
    for address in page.links:
        reason = _wrong_with(address)
        if reason:
            yield Problem("broken_link", "content", reason % {"address": address[:100]}, stops=True)
    for address in page.sources:
        if not _is_ours(address) and _wrong_with(address):
            text = _("Readers do not see this picture: %(address)s") % {"address": address[:100]}
            yield Problem("broken_picture", "content", text)
    if page.unseen:
        yield Problem(
            "no_alt", "content", _("Pictures without an alternative text say nothing where they are not shown.")
        )
    if page.pictures and not page.text.strip():
        yield Problem("only_pictures", "content", _("A mail of pictures alone looks like spam."))


def _is_ours(address: str) -> bool:
    """Whether an address is one of this server's own pictures, wherever it runs."""
    return bool(settings.PUBLIC_URL) and address.startswith(f"{settings.PUBLIC_URL}/storage/")


def _wrong_with(address: str) -> Any:
    """What is wrong with a link's address; nothing where it may be right. It is not called."""
    if FIELD.search(address) or address.startswith("#"):
        return ""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        return _("This link leads nowhere: %(address)s")
    if parts.scheme in ("mailto", "tel"):
        return "" if parts.path else _("This link leads nowhere: %(address)s")
    if parts.scheme not in ("http", "https") or "." not in host or " " in address.strip():
        return _("This link leads nowhere: %(address)s")
    return _("This link leads to a machine that readers do not reach: %(address)s") if LOCAL.match(host) else ""


class _Page(HTMLParser):
    """The links, pictures and text of a campaign's source."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.pictures = self.unseen = 0
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a":
            self.links.append(found.get("href") or "")
        elif tag == "img":
            self.pictures += 1
            self.sources.append(found.get("src") or "")
            self.unseen += "alt" not in found

    def handle_data(self, data: str) -> None:
        self.text += data
