"""The forecast: what open deals should bring, month by month, beside what was to be sold."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.deals import currency_of
from crm.backoffice.options import users
from crm.queries_forecast import Month, forecast, goal_of_all, goals, months_from
from leadercrm.core.clock import tenant_today
from leadercrm.core.money import ZERO
from leadercrm.core.web.lists import Choice, Drawn
from leadercrm.core.web.pages import Page

AHEAD = 6
NARROWING = ("owner_id", "pipeline_id")


class ForecastPage(Page):
    """This month and the next ones, what should have closed, and what has no day."""

    template = "crm/forecast.html"
    title = _("Forecast")
    section = "deals"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        query = {name: self.request.GET[name] for name in NARROWING if self.request.GET.get(name)}
        found = forecast(query, currency_of(self.actor), self.actor)
        months = months_from(tenant_today(), AHEAD)
        known = goals(months[0], months[-1])
        rows = [self._row(found.get(first, Month(first)), goal_of_all(known, first), query) for first in months]
        late = [month for first, month in found.items() if first is not None and first < months[0]]
        late_sum = Month(None, sum(m.count for m in late), *(
            sum((getattr(m, name) for m in late), ZERO) for name in ("amount", "weighted")
        ))  # fmt: skip
        return {
            "rows": rows,
            "late": (late_sum, self._list({"closing_before": months[0].isoformat()}, query)),
            "later": sum((month.weighted for first, month in found.items() if first and first > months[-1]), ZERO),
            "undated": found.get(None, Month(None)),
            "mine": Drawn(Choice("owner_id", _("Anybody's"), users), self.request.GET.get("owner_id", "")),
            "most": max((month.weighted for month, _goal, _url in rows), default=ZERO) or 1,
        }

    def _row(self, month: Month, goal: Any, query: dict[str, str]) -> tuple[Month, Any, str]:
        first = month.first or tenant_today()
        following = (first + timedelta(days=31)).replace(day=1)
        between = {"closing_from": first.isoformat(), "closing_before": following.isoformat()}
        return month, goal, self._list(between, query)

    def _list(self, between: dict[str, str], query: dict[str, str]) -> str:
        return f"{reverse('web:deal-list')}?{urlencode({'status': 'open', **between, **query})}"
