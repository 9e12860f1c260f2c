"""Filters of activities, and of contacts by their activities; for the API and the pages."""

from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Activity, ActivityStatus, ActivityType, Priority
from crm.targets import TARGETS, target_column, unknown_target
from leadercrm.core.api.fields import NO_MOMENT, read_due
from leadercrm.core.api.filter_fields import DIGITS
from leadercrm.core.api.filters import ChoiceFilter, EmptyFilter, FlagFilter, IdFilter, WrittenFilterSet
from leadercrm.core.api.shapes import DATE, INTEGER, MOMENT, one_of
from leadercrm.core.clock import tenant_zone

MOST_DAYS = 36_500


class TargetField(forms.Field):
    shape = one_of(TARGETS)

    def clean(self, value: Any) -> str:
        column = target_column(value)
        if column is None:
            raise ValidationError(unknown_target())
        return column


class TargetTypeFilter(django_filters.Filter):  # type: ignore[misc]
    """Activities about a contact, say; each kind has a column of its own."""

    field_class = TargetField
    shaping = True

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{value}__isnull": False})


class TargetIdFilter(IdFilter):
    """Activities about something with this id; with the type beside it, about that alone."""

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        about = Q()
        for column in TARGETS.values():
            about |= Q((column, value))
        return queryset.filter(about)


class MomentField(forms.Field):
    """A moment; of a date alone, its beginning in the tenant's zone."""

    shape = {"anyOf": [MOMENT, DATE]}

    def clean(self, value: Any) -> datetime:
        due = read_due(value)
        if due is None:
            raise ValidationError(NO_MOMENT)
        return due if isinstance(due, datetime) else datetime.combine(due, time(), tenant_zone())


class MomentFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = MomentField


class OverdueFilter(FlagFilter):
    """Yes: what is pending and late. No: all of them."""

    looks_elsewhere = True  # at the clock

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(status=ActivityStatus.PENDING, deadline__lt=Now()) if value else queryset


class ActivityFilter(WrittenFilterSet):
    user_id = IdFilter(field_name="user_id", label=_("Who is to do it."))
    unassigned = EmptyFilter(field_name="user_id", label=_("true: nobody's to do. false: somebody's."))
    status = ChoiceFilter(choices=ActivityStatus.values, label=_("How far it is."))
    type = ChoiceFilter(choices=ActivityType.values, label=_("What kind it is."))
    priority = ChoiceFilter(choices=Priority.values, label=_("How much it matters."))
    activitable_type = TargetTypeFilter(label=_("What kind of row it is about."))
    activitable_id = TargetIdFilter(label=_("The id of the row that it is about."))
    overdue = OverdueFilter(label=_("true: what is pending and late."))
    due_after = MomentFilter(field_name="deadline", lookup_expr="gte", label=_("Due at this moment or later."))
    due_before = MomentFilter(field_name="deadline", lookup_expr="lt", label=_("Due before this moment."))

    class Meta:
        model = Activity
        fields: list[Any] = []


class WithoutActivityFilter(FlagFilter):
    """Yes: contacts with whom nothing has been done or planned (A-57). No: all of them."""

    looks_elsewhere = True
    # For a page of six PostgreSQL walks back from the latest contact; for one of unknown length it joins all of them.
    planned_by_value = True

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(~Exists(_signs_of_life(active_at__isnull=False))) if value else queryset


class DaysField(forms.Field):
    """A number of days, as the moment that long ago."""

    shape = {**INTEGER, "minimum": 1, "maximum": MOST_DAYS}

    def clean(self, value: Any) -> datetime:
        if not DIGITS.fullmatch(str(value)) or not 1 <= int(value) <= MOST_DAYS:
            raise ValidationError(_("Must be a number of days, from 1 to %(most)s.") % {"most": MOST_DAYS})
        return timezone.now() - timedelta(days=int(value))


class InactiveFilter(django_filters.Filter):  # type: ignore[misc]
    """Contacts that are older than so many days, and with whom nothing was done or planned within them."""

    field_class = DaysField
    looks_elsewhere = planned_by_value = True

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(~Exists(_signs_of_life(active_at__gte=value)), created_at__lt=value)


def _signs_of_life(**condition: Any) -> QuerySet[Any]:
    """A contact's activities that are not cancelled; the index on (contact, active_at) answers by itself."""
    return Activity.objects.filter(contact_id=OuterRef("pk"), **condition)
