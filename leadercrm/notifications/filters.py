"""Filters of notifications."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.filters import FlagFilter
from leadercrm.notifications.models import Notification


class UnreadFilter(FlagFilter):
    """Yes: the unread ones. No: all of them."""

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(read_at__isnull=True) if value else queryset


class NotificationFilter(django_filters.FilterSet):
    unread_only = UnreadFilter(label=_("true: the unread ones alone."))

    class Meta:
        model = Notification
        fields: list[Any] = []
