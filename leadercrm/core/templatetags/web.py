"""Tags and filters of the back office's templates."""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leadercrm.core import text
from leadercrm.core.web import wording
from leadercrm.core.web.toasts import UNDO

register = template.Library()
TINTS = ("blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan")


@lru_cache(maxsize=500)
def _drawing(name: str) -> str:
    text = (settings.ICONS_DIR / f"{name}.svg").read_text(encoding="utf-8")
    return " ".join(text.partition("<svg")[2].split())


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A drawing of Tabler's, for the eye alone: what it stands for is said by the text beside it or a label."""
    drawing = _drawing(name).replace('class="icon', f'class="icon {classes}', 1)
    return mark_safe(f'<svg aria-hidden="true" {drawing}')  # noqa: S308 - a file of the package, chosen by a template


@register.filter
def value_of(row: dict[str, Any], name: str) -> Any:
    """A row's field by its name."""
    return row.get(name)


@register.filter
def at(values: Any, place: int) -> Any:
    """What stands at a place of a list."""
    return values[place] if place < len(values) else ""


@register.filter
def money(value: Any, currency: str = "") -> str:
    """`$208,800.00`, with the currency behind it where it is another than the peso."""
    if value is None or value == "":
        return ""
    text = f"${Decimal(str(value)):,.2f}"
    return f"{text} {currency}" if currency and currency != "MXN" else text


@register.filter
def figure(value: Any) -> str:
    """`1,843`: a number of things, as people read it."""
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


@register.filter
def short_money(value: Any) -> str:
    """`$1.2 M`, `$208.8 k`: for figures that are compared and not paid."""
    amount = Decimal(str(value or 0))
    for size, unit in ((Decimal(10**9), "B"), (Decimal(10**6), "M"), (Decimal(10**3), "k")):
        if abs(amount) >= size:
            return f"${amount / size:,.1f} {unit}"
    return f"${amount:,.0f}"


@register.filter
def moment(text: Any) -> datetime | None:
    """An API's timestamp as the reader's clock has it."""
    parsed = text if isinstance(text, datetime) else parse_datetime(text) if text else None
    return localtime(parsed) if parsed else None


@register.filter
def day(text: Any) -> str:
    """An API's date as people write it."""
    parsed = parse_date(text[:10]) if isinstance(text, str) else text
    return date_format(parsed, "DATE_FORMAT") if parsed else ""


@register.filter
def short_day(text: Any) -> str:
    """A date where there is little room: `21 dic`, with the year where it is another than this one."""
    parsed = parse_date(text[:10]) if isinstance(text, str) else text
    if not parsed:
        return ""
    return date_format(parsed, "j M" if parsed.year == localtime().year else "j M y").lower()


@register.filter
def is_past(text: Any) -> bool:
    """Whether a day is over, or a moment has passed, by the reader's clock."""
    if isinstance(text, str) and "T" in text:
        at = moment(text)
        return at is not None and at < localtime()
    parsed = parse_date(text[:10]) if isinstance(text, str) else text
    return parsed is not None and parsed != "" and parsed < localtime().date()


@register.filter
def initials(name: Any) -> str:
    """Two letters for somebody without a portrait."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def tint(name: Any) -> str:
    """A colour that stays with a name."""
    return TINTS[sum(map(ord, str(name or ""))) % len(TINTS)]


@register.simple_tag
def row_address(name: str, pk: Any) -> str:
    """The address of a row's page."""
    return reverse(name, args=(pk,)) if name else ""


@register.simple_tag(takes_context=True)
def here(context: dict[str, Any], **changes: Any) -> str:
    """This address with some of its query changed; what is set to nothing goes."""
    request: HttpRequest = context["request"]
    query = {name: value for name, value in request.GET.items() if value}
    query.update({name: str(value) for name, value in changes.items()})
    kept = {name: value for name, value in query.items() if value not in ("", "None")}
    return f"?{urlencode(kept)}" if kept else request.path


@register.simple_tag(takes_context=True)
def sorting(context: dict[str, Any], name: str) -> dict[str, str]:
    """What a column's heading shows and leads to: ascending first, then descending, then the list's own order."""
    sort = context["sort"]
    following = {name: f"-{name}", f"-{name}": ""}.get(sort, name)
    state = {name: "ascending", f"-{name}": "descending"}.get(sort, "none")
    return {"url": here(context, sort=following, page=""), "state": state}


@register.filter
def undo_address(message: Any) -> str:
    """Where a toast's undo leads; nothing when there is no way back."""
    tags = str(message.extra_tags or "")
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.filter
def ago(text: Any) -> str:
    """How long ago, in one word or two."""
    at = moment(text)
    if at is None:
        return ""
    minutes = int((localtime() - at).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return _("%(n)s min ago") % {"n": minutes}
    if minutes < 24 * 60:
        return _("%(n)s h ago") % {"n": minutes // 60}
    if minutes < 7 * 24 * 60:
        return _("%(n)s d ago") % {"n": minutes // (24 * 60)}
    return date_format(at, "DATE_FORMAT")


@register.filter
def plain(amount: Any) -> str:
    """An amount as it is typed: 250000, or 1250.5."""
    return format(Decimal(str(amount)).normalize(), "f")


@register.filter
def unlocalized(number: Any) -> str:
    """A number as attributes have it, whatever the language."""
    return str(number)


register.filter("phone_digits", lambda phone: text.phone_digits(str(phone or "")))
register.filter("called", wording.called)
register.filter("badge_tint", wording.tint_of)


@register.filter
def as_query(pairs: Any) -> str:
    """Names and values as the query of an address."""
    return urlencode(list(pairs))


@register.filter
def stayed(seconds: Any) -> str:
    """How long something lasted, in days or hours."""
    hours = int(seconds or 0) // 3600
    return _("%(n)s d") % {"n": hours // 24} if hours >= 48 else _("%(n)s h") % {"n": hours}
