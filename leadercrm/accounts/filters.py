"""Filters of users, for the API and the pages."""

from typing import Any

import django_filters

from leadercrm.accounts.models import User
from leadercrm.core.actor import Role
from leadercrm.core.api.filters import ChoiceFilter, FlagFilter, IdFilter, SearchFilter


class UserFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search")
    role = ChoiceFilter(field_name="role", choices=list(Role))
    team_id = IdFilter(field_name="team_id")
    is_active = FlagFilter(field_name="is_active")

    class Meta:
        model = User
        fields: list[Any] = []
