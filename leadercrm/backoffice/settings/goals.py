"""What is to be sold, month by month: by the company, the teams, and each user."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.goals import MANAGE, Whose, set_goals
from crm.models import SalesGoal
from crm.queries_forecast import goals, months_from
from leadercrm.accounts.models import Team, User
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import DomainError
from leadercrm.core.web.pages import see_other
from leadercrm.core.web.toasts import toast

YEARS = range(2000, 2100)


class GoalsPage(InSettings):
    """A year's goals as one table. Who may not set a row's sees it."""

    template = "backoffice/settings/goals.html"
    title = _("Goals")
    place_in = "goals"
    required_permission = MANAGE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        year = self._year()
        months = months_from(date(year, 1, 1), 12)
        known = goals(months[0], months[-1])
        rows = [
            (name, [(name_of(month, whose), known.get((month, *whose))) for month in months], self._may(whose))
            for whose, name in whoses()
        ]
        return {"year": year, "before": year - 1, "after": year + 1, "months": months, "rows": rows}

    def post(self, request: HttpRequest) -> HttpResponse:
        year = self._year()
        wanted = {
            (month, whose): amount_of(request.POST[name])
            for month in months_from(date(year, 1, 1), 12)
            for whose, _name in whoses()
            if (name := name_of(month, whose)) in request.POST and self._may(whose)
        }
        set_goals(wanted, actor=self.actor)
        toast(request, _("Saved."))
        return see_other(f"{reverse('web:settings-goals')}?year={year}")

    def _year(self) -> int:
        asked = self.request.GET.get("year", "")
        return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in YEARS else tenant_today().year

    def _may(self, whose: Whose) -> bool:
        return self.actor.may(MANAGE, SalesGoal(user_id=whose[0], team_id=whose[1]))


def whoses() -> Iterator[tuple[Whose, Any]]:
    """Everybody who may have a goal: (user, team) and the name."""
    yield (None, None), _("The company")
    for pk, name in Team.objects.order_by("name").values_list("pk", "name"):
        yield (None, pk), name
    for pk, name in User.objects.filter(is_active=True).order_by("name").values_list("pk", "name"):
        yield (pk, None), name


def name_of(month: date, whose: Whose) -> str:
    """The name of a goal's input."""
    return f"{month:%Y-%m}.{whose[0] or ''}.{whose[1] or ''}"


def amount_of(text: str) -> Decimal | None:
    """What was typed; nothing is no goal."""
    plain = text.strip().replace(",", "").removeprefix("$")
    if not plain:
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise DomainError(_("Must be a number."), field="amount", hint=text[:50])
    return amount.quantize(Decimal("0.01")) or None
