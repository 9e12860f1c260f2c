"""The statements behind the figures: each reads its table once, and is compiled once for each shape of a question."""

from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, Count, DateTimeField, Q, Sum

from crm.models import Activity, ActivityStatus, Deal, Stage
from crm.queries_deals import WEIGHTED_AMOUNT
from leadercrm.accounts.models import User
from leadercrm.core.actor import Scope, owned_by_scope
from leadercrm.core.api.columns import Param
from leadercrm.core.api.statements import KeptQuery
from leadercrm.notifications.models import Notification

# Scopes, with or without an owner, with or without a pipeline.
MOST_SHAPES = 64


def _id(name: str) -> Param:
    return Param(name, BigIntegerField())


def _moment(name: str) -> Param:
    return Param(name, DateTimeField())


@lru_cache(maxsize=MOST_SHAPES)
def deal_sums(scope: Scope, of_owner: bool, of_pipeline: bool) -> KeptQuery:
    """(stage, its type, owner, currency, count, amount, weighted amount) of deals open, or closed within the period."""

    def build() -> Any:
        closed = Q(closed_at__gte=_moment("start"), closed_at__lt=_moment("end"))
        deals = Deal.objects.filter(owned_by_scope(scope, _id("me")), Q(closed_at__isnull=True) | closed)
        if of_owner:
            deals = deals.filter(owner_id=_id("owner"))
        if of_pipeline:
            deals = deals.filter(pipeline_id=_id("pipeline"))
        groups = deals.order_by().values("stage_id", "stage__type", "owner_id", "currency")
        sums = groups.annotate(deals=Count("pk"), total=Sum("amount"), weighted=Sum(WEIGHTED_AMOUNT))
        return sums.values_list("stage_id", "stage__type", "owner_id", "currency", "deals", "total", "weighted")

    return KeptQuery(build)


@lru_cache(maxsize=MOST_SHAPES)
def activity_counts(scope: Scope, of_owner: bool) -> KeptQuery:
    """(user, pending, overdue, due today). By user, so that the index on (user, deadline) answers alone."""

    def build() -> Any:
        rows = Activity.objects.filter(owned_by_scope(scope, _id("me"), "user_id"), status=ActivityStatus.PENDING)
        if of_owner:
            rows = rows.filter(user_id=_id("owner"))
        today = Q(deadline__gte=_moment("dawn"), deadline__lt=_moment("night"))
        counts = rows.order_by().values("user_id").annotate(
            pending=Count("*"),
            overdue=Count("deadline", filter=Q(deadline__lt=_moment("now"))),
            today=Count("deadline", filter=today),
        )  # fmt: skip
        return counts.values_list("user_id", "pending", "overdue", "today")

    return KeptQuery(build)


STAGES = KeptQuery(
    lambda: Stage.objects.order_by("pipeline__position", "pipeline_id", "position", "pk").values_list(
        "pk", "name", "type", "pipeline_id", "pipeline__name"
    )
)
USER_NAMES = KeptQuery(lambda: User.objects.order_by("pk").values_list("pk", "name"))
UNREAD = KeptQuery(
    lambda: (
        Notification.objects.filter(user_id=_id("me"), read_at__isnull=True)
        .order_by()
        .values("user_id")
        .annotate(unread=Count("*"))
        .values_list("unread")
    )
)
