"""The audit log: who did what to which record, and what it was before and after."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.text import capfirst
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.admin_kit import told
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.models import AuditEntry
from leadercrm.core.web.lists import Choice, Drawn

MOST = 50
SEE = "accounts.manage_users"
PAGES = {
    "crm.contact": "contact", "crm.company": "company", "crm.deal": "deal", "billing.quote": "quote",
    "billing.invoice": "invoice", "billing.contract": "contract", "accounts.user": "settings-user",
}  # fmt: skip


def users() -> Iterable[tuple[Any, Any]]:
    return User.objects.order_by("name").values_list("pk", "name")


def kinds() -> Iterable[tuple[Any, Any]]:
    """What may have been changed, by its name."""
    models = {model._meta.label_lower: capfirst(str(model._meta.verbose_name)) for model in tenant_site._registry}
    return sorted(models.items(), key=lambda pair: pair[1])


def doors() -> Iterable[tuple[Any, Any]]:
    return [(via, told.door(via)) for via in told.DOORS]


CHOICES = (
    Choice("user", _("Anybody"), users),
    Choice("kind", _("Any kind of record"), kinds),
    Choice("door", _("Any door"), doors),
)


class AuditPage(InSettings):
    """The latest entries, narrowed; further ones are found from the last one shown: nothing is counted."""

    template = "backoffice/settings/audit.html"
    title = _("Audit log")
    place_in = "audit"
    required_permission = SEE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET
        found = list(asked_for(query).select_related("user").order_by("-pk")[: MOST + 1])
        return {
            "entries": found[:MOST],
            "further": found[MOST - 1].pk if len(found) > MOST else None,
            "choices": [Drawn(choice, query.get(choice.name, "")) for choice in CHOICES],
            "query": query,
            "narrowed": any(query.get(name) for name in ("user", "kind", "door", "record", "since", "until", "deed")),
        }


class EntryPage(InSettings):
    """One entry, with each value before and after."""

    template = "backoffice/settings/entry.html"
    place_in = "audit"
    required_permission = SEE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        pk = self.kwargs["pk"]
        entry = AuditEntry.objects.select_related("user").filter(pk=pk).first() if pk <= MAX_ID else None
        if entry is None:
            raise NotFound()
        told.introduce([entry])
        return {"entry": entry, "title": told.deed(entry.action), "page": page_of_row(entry)}


def page_of_row(entry: AuditEntry) -> str:
    """The name of the page that shows the record, if it is one that has a page."""
    name = PAGES.get(entry.object_type, "")
    gone = not name or not apps.get_model(entry.object_type)._default_manager.filter(pk=entry.object_id).exists()
    return "" if gone else f"web:{name}"


def asked_for(query: Mapping[str, str]) -> QuerySet[AuditEntry]:
    """The entries that a page's filters leave. Raises DomainError for a number or a day that is none."""
    entries = AuditEntry.objects.all()
    for name, column in (("user", "user_id"), ("record", "object_id"), ("before", "pk__lt")):
        if query.get(name):
            entries = entries.filter(**{column: _number(query[name], name)})
    for name, column in (("kind", "object_type"), ("door", "via"), ("deed", "action")):
        if query.get(name):
            entries = entries.filter(**{column: query[name].replace("\0", "")})
    if query.get("since"):
        entries = entries.filter(at__gte=_midnight(query["since"], "since"))
    if query.get("until"):
        entries = entries.filter(at__lt=_midnight(query["until"], "until") + timedelta(days=1))
    return entries


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > MAX_ID:
        raise DomainError(_("Write a whole number."), field=field)
    return int(text)


def _midnight(text: str, field: str) -> datetime:
    try:
        parsed = parse_date(text)
    except ValueError:
        parsed = None
    if parsed is None or not 1900 < parsed.year < 9000:
        raise DomainError(_("Write a day, such as 2026-01-31."), field=field)
    return make_aware(datetime.combine(parsed, time.min))
