"""The shell's own pages: the start page, search, notifications, language."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from billing.backoffice.accounts import aged
from leadercrm.accounts.actions.users import change_user
from leadercrm.accounts.models import User
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.finding import find
from leadercrm.core.web.navigation import shell_of
from leadercrm.core.web.pages import Page, see_other, wants_part
from leadercrm.dashboard import behind, home
from leadercrm.dashboard.figures import Question, stats
from leadercrm.dashboard.periods import DEFAULT_PERIOD, PERIODS, period_of
from leadercrm.notifications.actions.reading import read_all_notifications, read_notification
from leadercrm.notifications.queries import NOTIFICATIONS

PERIOD_NAMES = {
    "week": _("This week"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "quarter": _("This quarter"),
    "year": _("This year"),
    "all": _("Since ever"),
}


class HomePage(Page):
    """What is to be done today, and how things stand."""

    template = "backoffice/home.html"
    title = _("Start")
    section = "home"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        name = self.request.GET.get("period", DEFAULT_PERIOD)
        figures = stats(Question(period=name if name in PERIODS else DEFAULT_PERIOD), self.actor)
        period, currency = period_of(figures["period"]), figures["currency"]
        by_month = [{**row, "url": behind.won_in(row, currency)} for row in home.months(self.actor)]
        stages = [
            {**row, "url": behind.in_stage(row, currency)} for row in figures["pipeline"] if row["type"] == "open"
        ]
        return {
            "stats": figures,
            "periods": PERIOD_NAMES.items(),
            "to_do": home.to_do(self.actor),
            "closing": home.closing_soon(self.actor),
            "rotten": home.rotten(self.actor),
            "neglected": home.neglected(self.actor),
            "months": by_month,
            "ageing": aged(self.actor, tenant_today()),
            "sources": (sources := home.sources(self.actor)),
            "most_of_a_source": max((row["count"] for row in sources), default=1),
            "team": [
                {**row, "lists": behind.lists_of(row["owner_id"], period, currency)}
                for row in home.by_owner_goals(figures["by_owner"], period)
            ],
            "lists": behind.lists(period, currency),
            "stages": stages,
            "won_chart": {
                **_chart((date_format(row["month"], "M y"), row["sum"]) for row in by_month),
                "goals": [float(row["goal"]) or None for row in by_month],
                "urls": [row["url"] for row in by_month],
            },
            "stage_chart": {
                **_chart((row["stage_name"], row["amount"]) for row in stages),
                "urls": [row["url"] for row in stages],
            },
        }


def _chart(bars: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    """What static/backoffice/charts.js draws."""
    pairs = list(bars)
    return {"labels": [label for label, _value in pairs], "values": [float(value) for _label, value in pairs]}


class SearchPage(Page):
    """What is found by words: as the palette's content, or as a page."""

    template = "backoffice/search.html"
    title = _("Search")

    def context(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "")[:200]
        return {"words": words, "found": find(words, self.actor)}

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        if wants_part(self.request) and self.request.headers.get("HX-Target", "").endswith("#found"):
            template = "backoffice/_found.html"
            context = {**shell_of(self.request, self.actor), **context}
        return super().draw(context, template=template, status=status)


class BellPage(Page):
    """The bell alone, as it asks for itself."""

    template = "web/_bell.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        return shell_of(self.request, self.actor)


class NotificationPage(Page):
    """Follow a notification: it counts as read then."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        pk = kwargs["pk"]
        notification = NOTIFICATIONS.instance(pk, self.actor) if pk <= MAX_ID else None
        if notification is None:
            raise NotFound()
        read_notification(notification, actor=self.actor)
        return see_other(notification.url or "/")


class ReadAllPage(BellPage):
    """Mark all notifications as read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        read_all_notifications(actor=self.actor)
        return self.draw(self.context()) if wants_part(request) else see_other("/")


class LanguagePage(Page):
    """Choose the language of one's own pages, mails and notifications."""

    http_method_names = ["post"]

    def post(self, request: Any) -> HttpResponse:
        chosen = request.POST.get("language")
        if chosen in dict(settings.LANGUAGES):
            change_user(User.objects.get(pk=self.actor.user_id or 0), {"language": chosen}, actor=self.actor)
        came = request.headers.get("Referer", "/")
        own = url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()})
        return see_other(came if own else "/")
