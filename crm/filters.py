"""Filters of contacts, companies and deals, for the API and the pages."""

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from crm.filters_activities import DaysField, InactiveFilter, WithoutActivityFilter
from crm.lifecycle import lifecycle_stages
from crm.models import Company, Contact, Deal, StageType
from leadercrm.core.api.filter_fields import DayField
from leadercrm.core.api.filters import (
    ChoiceFilter,
    DayFilter,
    EmptyFilter,
    ExactFilter,
    FlagFilter,
    IdFilter,
    SearchFilter,
    WrittenFilterSet,
)
from leadercrm.core.clock import MIDNIGHT, tenant_zone


class DayBeginningField(DayField):
    """A date, as the moment at which it begins for the tenant."""

    def clean(self, value: Any) -> Any:
        return datetime.combine(super().clean(value), MIDNIGHT, tenant_zone())


class DayBeginningFilter(django_filters.Filter):
    """Rows by the day of a moment."""

    field_class = DayBeginningField


class ContactFilter(WrittenFilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names, e-mail addresses or phones."))
    lifecycle_stage = ChoiceFilter(choices=lifecycle_stages, label=_("Stage of the relationship."))
    owner_id = IdFilter(field_name="owner_id", label=_("The user whose they are."))
    company_id = IdFilter(field_name="company_id", label=_("The company that they work for."))
    source = ExactFilter(field_name="source", label=_("Where they came from, in the very words."))
    without_source = EmptyFilter(
        field_name="source", is_text=True, label=_("true: nobody knows where they came from. false: somebody does.")
    )
    created_from = DayBeginningFilter(
        field_name="created_at", lookup_expr="gte", label=_("Added on this day or later.")
    )
    without_activity = WithoutActivityFilter(label=_("Only those with whom nothing was done or planned."))
    inactive_days = InactiveFilter(label=_("Nothing was done or planned with them for so many days."))

    class Meta:
        model = Contact
        fields: list[Any] = []


class CompanyFilter(WrittenFilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names, domains, tax ids, e-mail addresses or phones."))
    owner_id = IdFilter(field_name="owner_id", label=_("The user whose they are."))

    class Meta:
        model = Company
        fields: list[Any] = []


class ParticipantFilter(IdFilter):
    """Deals in which a contact takes part."""

    looks_elsewhere = True


class StalledFilter(django_filters.Filter):
    """Open deals that have stood in their stage for so many days."""

    field_class = DaysField

    def filter(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(stage__type=StageType.OPEN, stage_entered_at__lte=value)


class ClosedFilter(FlagFilter):
    """Yes: deals that were won or lost. No: open ones."""

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        is_open = Q(stage__type=StageType.OPEN)
        return queryset.filter(~is_open if value else is_open)


class RottenFilter(FlagFilter):
    """Open deals that should have left their stage."""

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        waited = ExpressionWrapper(F("stage__rotten_after_days") * timedelta(days=1), output_field=DurationField())
        rotten = Q(stage__type=StageType.OPEN, stage_entered_at__lte=Now() - waited)
        return queryset.filter(rotten) if value else queryset.exclude(rotten)


class DealFilter(WrittenFilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names."))
    pipeline_id = IdFilter(field_name="pipeline_id", label=_("The pipeline that they are in."))
    stage_id = IdFilter(field_name="stage_id", label=_("The stage that they are in."))
    owner_id = IdFilter(field_name="owner_id", label=_("The user whose they are."))
    company_id = IdFilter(field_name="company_id", label=_("The company that they are with."))
    contact_id = ParticipantFilter(field_name="participants__contact_id", label=_("A contact who takes part."))
    status = ChoiceFilter(field_name="stage__type", choices=StageType.values, label=_("open, won or lost."))
    stalled_days = StalledFilter(label=_("Open, and in the same stage for so many days."))
    rotten = RottenFilter(label=_("Open, and in a stage for longer than that stage allows."))
    closed = ClosedFilter(label=_("true: won or lost. false: open."))
    closed_from = DayBeginningFilter(
        field_name="closed_at", lookup_expr="gte", label=_("Won or lost on this day or later.")
    )
    closed_before = DayBeginningFilter(
        field_name="closed_at", lookup_expr="lt", label=_("Won or lost before this day.")
    )
    closing_from = DayFilter(
        field_name="expected_close_date", lookup_expr="gte", label=_("Expected to close on this day or later.")
    )
    closing_before = DayFilter(
        field_name="expected_close_date", lookup_expr="lt", label=_("Expected to close before this day.")
    )

    without_close_date = EmptyFilter(
        field_name="expected_close_date", label=_("true: nobody has said when they should close. false: somebody has.")
    )
    unowned = EmptyFilter(field_name="owner_id", label=_("true: nobody's. false: somebody's."))
    currency = ExactFilter(field_name="currency", label=_("In this currency."))

    class Meta:
        model = Deal
        fields: list[Any] = []
