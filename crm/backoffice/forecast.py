"""The forecast: what open deals should bring, month by month, beside what was to be sold."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.actions.deals import currency_of
from crm.backoffice.options import users
from crm.queries_forecast import Month, forecast, goal_of_all, goals, months_from
from leadercrm.core.clock import tenant_today
from leadercrm.core.money import ZERO
from leadercrm.core.web.links import list_address
from leadercrm.core.web.lists import Choice, Drawn
from leadercrm.core.web.pages import Page

AHEAD = 6
NARROWING = ("owner_id", "pipeline_id")


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _together(months: Iterable[Month]) -> Month:
    """Several months as one, without a day."""
    few = list(months)
    sums = (sum((getattr(month, name) for month in few), ZERO) for name in ("amount", "weighted"))
    return Month(None, sum(month.count for month in few), *sums)


class ForecastPage(Page):
    """This month and the next ones, what should have closed, and what has no day."""

    template = "crm/forecast.html"
    title = _("Forecast")
    section = "deals"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        query = {name: self.request.GET[name] for name in NARROWING if self.request.GET.get(name)}
        currency = currency_of(self.actor)
        found, query = forecast(query, currency, self.actor), {"currency": currency, **query}
        months = months_from(tenant_today(), AHEAD)
        known = goals(months[0], months[-1])
        rows = [self._row(found.get(first, Month(first)), goal_of_all(known, first), query) for first in months]
        following, dated = _month_after(months[-1]), [month for month in found.values() if month.first is not None]
        late = _together(month for month in dated if month.first < months[0])  # type: ignore[operator]
        later = _together(month for month in dated if month.first >= following)  # type: ignore[operator]
        return {
            "rows": rows,
            "late": (late, self._list({"closing_before": months[0].isoformat()}, query)),
            "later": (later, self._list({"closing_from": following.isoformat()}, query)),
            "undated": (found.get(None, Month(None)), self._list({"without_close_date": "true"}, query)),
            "mine": Drawn(Choice("owner_id", _("Anybody's"), users), self.request.GET.get("owner_id", "")),
            "most": max((month.weighted for month, _goal, _url in rows), default=ZERO) or 1,
        }

    def _row(self, month: Month, goal: Any, query: dict[str, str]) -> tuple[Month, Any, str]:
        first = month.first or tenant_today()
        between = {"closing_from": first.isoformat(), "closing_before": _month_after(first).isoformat()}
        return month, goal, self._list(between, query)

    def _list(self, between: dict[str, str], query: dict[str, str]) -> str:
        return list_address("web:deal-list", **{"status": "open", **between, **query})
