"""What every door asks before a campaign goes on: that it stands where it must, and lacks nothing."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.errors import DomainError
from marketing.checks import problems
from marketing.models import Campaign, CampaignStatus

# Tenants that have campaigns to begin by themselves, or tests to end, take turns under this name.
STARTS = "campaign-starts"


def refuse_unless(campaign: Campaign, statuses: tuple[CampaignStatus, ...]) -> None:
    """Refuse a campaign that stands elsewhere: 422 `illegal_transition`."""
    if campaign.status not in statuses:
        label = CampaignStatus(campaign.status).label
        raise DomainError(
            _("It is %(status)s: this can no longer be done.") % {"status": label},
            field="status",
            code="illegal_transition",
            hint=_("Duplicate it, and change the copy."),
        )


def refuse_problems(campaign: Campaign) -> None:
    """Refuse what would be no mail, field by field: 422 `not_ready`."""
    errors: dict[str, list[Any]] = {}
    for problem in problems(campaign):
        if problem.stops:
            errors.setdefault(problem.field, []).append(problem.text)
    if errors:
        raise DomainError(next(iter(errors.values()))[0], errors=errors, code="not_ready")
