"""Filters of contacts, companies and deals, for the API and the pages."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from crm.filters_activities import InactiveFilter, WithoutActivityFilter
from crm.lifecycle import lifecycle_stages
from crm.models import Company, Contact, Deal, StageType
from leadercrm.core.api.filters import ChoiceFilter, IdFilter, SearchFilter


class ContactFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names, e-mail addresses or phones."))
    lifecycle_stage = ChoiceFilter(choices=lifecycle_stages, label=_("Stage of the relationship."))
    owner_id = IdFilter(field_name="owner_id", label=_("The user whose they are."))
    company_id = IdFilter(field_name="company_id", label=_("The company that they work for."))
    without_activity = WithoutActivityFilter(label=_("Only those with whom nothing was done or planned."))
    inactive_days = InactiveFilter(label=_("Nothing was done or planned with them for so many days."))

    class Meta:
        model = Contact
        fields: list[Any] = []


class CompanyFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names, domains, tax ids, e-mail addresses or phones."))
    owner_id = IdFilter(field_name="owner_id", label=_("The user whose they are."))

    class Meta:
        model = Company
        fields: list[Any] = []


class ParticipantFilter(IdFilter):
    """Deals in which a contact takes part."""

    looks_elsewhere = True


class DealFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names."))
    pipeline_id = IdFilter(field_name="pipeline_id", label=_("The pipeline that they are in."))
    stage_id = IdFilter(field_name="stage_id", label=_("The stage that they are in."))
    owner_id = IdFilter(field_name="owner_id", label=_("The user whose they are."))
    company_id = IdFilter(field_name="company_id", label=_("The company that they are with."))
    contact_id = ParticipantFilter(field_name="participants__contact_id", label=_("A contact who takes part."))
    status = ChoiceFilter(field_name="stage__type", choices=StageType.values, label=_("open, won or lost."))

    class Meta:
        model = Deal
        fields: list[Any] = []
