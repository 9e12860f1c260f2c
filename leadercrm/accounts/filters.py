"""Filters of users, for the API and the pages."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core.actor import Role
from leadercrm.core.api.filters import ChoiceFilter, FlagFilter, IdFilter, SearchFilter


class UserFilter(django_filters.FilterSet):
    search = SearchFilter(field_name="search", label=_("Words of names or e-mail addresses."))
    role = ChoiceFilter(field_name="role", choices=list(Role), label=_("Their role."))
    team_id = IdFilter(field_name="team_id", label=_("The team that they are in."))
    is_active = FlagFilter(field_name="is_active", label=_("true: who may log in; false: who may not."))

    class Meta:
        model = User
        fields: list[Any] = []
