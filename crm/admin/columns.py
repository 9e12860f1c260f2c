"""Columns that the admin lists show besides the models' own: one subquery a column, on an index."""

from typing import Any

from django.db.models import Count, DateTimeField, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from crm.models import Activity, Contact, Deal, StageType


def number_of(rows: Any, group: str) -> Coalesce:
    """How many of `rows` belong to the outer row."""
    counted = rows.filter(**{group: OuterRef("pk")}).order_by().values(group).annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)


def deals(group: str) -> Coalesce:
    return number_of(Deal.objects.all(), group)


def open_deals(group: str) -> Coalesce:
    return number_of(Deal.objects.filter(stage__type=StageType.OPEN), group)


def contacts(group: str) -> Coalesce:
    return number_of(Contact.objects.all(), group)


def last_activity(group: str) -> Subquery:
    """When an activity was last a sign of life of the outer row."""
    living = Activity.objects.filter(**{group: OuterRef("pk")}).order_by().values(group)
    return Subquery(living.annotate(last=Max("active_at")).values("last"), output_field=DateTimeField())
