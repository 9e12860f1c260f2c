"""Filters of contacts and companies, for the API and the pages."""

from typing import Any

import django_filters

from crm.lifecycle import lifecycle_stages
from crm.models import Company, Contact
from leadercrm.core.api.filters import ChoiceFilter, IdFilter, SearchFilter


class ContactFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search")
    lifecycle_stage = ChoiceFilter(choices=lifecycle_stages)
    owner_id = IdFilter(field_name="owner_id")
    company_id = IdFilter(field_name="company_id")

    class Meta:
        model = Contact
        fields: list[Any] = []


class CompanyFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search")
    owner_id = IdFilter(field_name="owner_id")

    class Meta:
        model = Company
        fields: list[Any] = []
