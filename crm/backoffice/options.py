"""What filters and forms let people choose from."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.lifecycle import lifecycle_stages
from crm.models import ActivityStatus, ActivityType, Priority, Stage
from crm.wording import called
from leadercrm.accounts.models import User
from leadercrm.core.web.forms import Field

COMPANY = Field(
    "company_id", _("Company"), "lookup", find="web:company-options", shown="company_name", page="web:company"
)


def users() -> Iterable[tuple[Any, Any]]:
    """Those who may own something."""
    return User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")


def stages_of_relationship() -> Iterable[tuple[Any, Any]]:
    return [(stage, called(stage)) for stage in lifecycle_stages()]


def deal_states() -> Iterable[tuple[Any, Any]]:
    return [(state, called(state)) for state in ("open", "won", "lost")]


def deal_stages() -> Iterable[tuple[Any, Any]]:
    """Each stage, with its pipeline where there are several."""
    stages = Stage.objects.order_by("pipeline__position", "pipeline_id", "position", "pk")
    rows = list(stages.values_list("pk", "name", "pipeline__name"))
    several = len({pipeline for _pk, _name, pipeline in rows}) > 1
    return [(pk, f"{pipeline}: {name}" if several else name) for pk, name, pipeline in rows]


def activity_states() -> Iterable[tuple[Any, Any]]:
    return ActivityStatus.choices


def activity_types() -> Iterable[tuple[Any, Any]]:
    return ActivityType.choices


def priorities() -> Iterable[tuple[Any, Any]]:
    return Priority.choices
