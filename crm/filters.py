"""Filters of contacts, companies and deals, for the API and the pages."""

from typing import Any

import django_filters

from crm.filters_activities import InactiveFilter, WithoutActivityFilter
from crm.lifecycle import lifecycle_stages
from crm.models import Company, Contact, Deal, StageType
from leadercrm.core.api.filters import ChoiceFilter, IdFilter, SearchFilter


class ContactFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search")
    lifecycle_stage = ChoiceFilter(choices=lifecycle_stages)
    owner_id = IdFilter(field_name="owner_id")
    company_id = IdFilter(field_name="company_id")
    without_activity = WithoutActivityFilter()
    inactive_days = InactiveFilter()

    class Meta:
        model = Contact
        fields: list[Any] = []


class CompanyFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search")
    owner_id = IdFilter(field_name="owner_id")

    class Meta:
        model = Company
        fields: list[Any] = []


class ParticipantFilter(IdFilter):
    """Deals in which a contact takes part."""

    looks_elsewhere = True


class DealFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search")
    pipeline_id = IdFilter(field_name="pipeline_id")
    stage_id = IdFilter(field_name="stage_id")
    owner_id = IdFilter(field_name="owner_id")
    company_id = IdFilter(field_name="company_id")
    contact_id = ParticipantFilter(field_name="participants__contact_id")
    status = ChoiceFilter(field_name="stage__type", choices=StageType.values)

    class Meta:
        model = Deal
        fields: list[Any] = []
