"""Filters of the agents' journal, for the API and the pages."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.models import Approval, ApprovalState
from leadercrm.core.api.filter_fields import OneOfField
from leadercrm.core.api.filters import FlagFilter, IdFilter
from leadercrm.core.api.shapes import TEXT
from leadercrm.core.models import ChangeSet


class NameField(forms.CharField):
    shape = TEXT


class NameFilter(django_filters.Filter):
    """Equality with a name."""

    field_class = NameField


class UndoneFilter(FlagFilter):
    """Yes: what was undone. No: what stands."""

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(undone_at__isnull=not value)


class ChangeSetFilter(django_filters.FilterSet):
    user_id = IdFilter(field_name="user_id", label=_("The user whom the agent acted for."))
    token_id = IdFilter(field_name="token_id", label=_("The token that the agent came with."))
    tool = NameFilter(field_name="tool", label=_("The tool or route that was called."))
    undone = UndoneFilter(label=_("true: what was undone; false: what stands."))

    class Meta:
        model = ChangeSet
        fields: list[Any] = []


class StateFilter(django_filters.Filter):
    """Where it stands; what has expired waits no more."""

    shaping = True

    @property
    def field(self) -> forms.Field:
        return OneOfField(ApprovalState.values)

    def filter(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        if value == ApprovalState.EXPIRED:
            return queryset.filter(state=ApprovalState.WAITING, expires_at__lte=Now())
        queryset = queryset.filter(state=value)
        return queryset.filter(expires_at__gt=Now()) if value == ApprovalState.WAITING else queryset


class ApprovalFilter(django_filters.FilterSet):
    status = StateFilter(label=_("waiting, done, refused, failed or expired."))
    token_id = IdFilter(field_name="token_id", label=_("The token that the agent came with."))
    tool = NameFilter(field_name="tool", label=_("The tool or route that was called."))

    class Meta:
        model = Approval
        fields: list[Any] = []
