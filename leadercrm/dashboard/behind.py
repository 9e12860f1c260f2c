"""The lists behind the start page's figures: each shows the very rows that its figure counts or sums."""

from typing import Any

from leadercrm.core.web.links import list_address
from leadercrm.dashboard.periods import DAY, Period


def closed_in(period: Period) -> dict[str, str]:
    """What narrows a list of deals to those that were won or lost in the period."""
    if period.first is None or period.last is None:
        return {}
    return {"closed_from": period.first.isoformat(), "closed_before": (period.last + DAY).isoformat()}


def deals(**query: str) -> str:
    return list_address("web:deal-list", **query)


def lists(period: Period, currency: str) -> dict[str, str]:
    """Those behind the figures of all: counts are of every currency, sums of the tenant's own."""
    return {
        **_of_deals(period, currency, {}),
        **_of_activities({}),
        "outstanding": list_address("web:invoices", outstanding="true", currency=currency),
        "late_invoices": list_address("web:invoices", status="overdue", currency=currency),
    }


def lists_of(owner_id: int | None, period: Period, currency: str) -> dict[str, str]:
    """Those behind one line of the team's table; without an owner, of what is nobody's."""
    whose = {"unowned": "true"} if owner_id is None else {"owner_id": str(owner_id)}
    who = {"unassigned": "true"} if owner_id is None else {"user_id": str(owner_id)}
    return {**_of_deals(period, currency, whose), **_of_activities(who)}


def in_stage(row: dict[str, Any], currency: str) -> str:
    """The open deals of a stage, of those that its sum is of."""
    return deals(stage_id=str(row["stage_id"]), currency=currency)


def won_in(row: dict[str, Any], currency: str) -> str:
    """The deals that were won in a month."""
    between = {"closed_from": row["month"].isoformat(), "closed_before": row["next"].isoformat()}
    return deals(status="won", currency=currency, **between)


def _of_deals(period: Period, currency: str, whose: dict[str, str]) -> dict[str, str]:
    within = closed_in(period)
    return {
        "open": deals(status="open", **whose),
        "open_amount": deals(status="open", currency=currency, **whose),
        "won": deals(status="won", **within, **whose),
        "won_amount": deals(status="won", currency=currency, **within, **whose),
        "closed": deals(closed="true", **within, **whose),
    }


def _of_activities(who: dict[str, str]) -> dict[str, str]:
    return {
        "pending": list_address("web:activities", status="pending", **who),
        "overdue": list_address("web:activities", overdue="true", **who),
    }
