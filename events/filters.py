"""Filters of events and attendees, for the API and the pages."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.filters_activities import MomentFilter
from events.models import Attendee, AttendeeStatus, Event
from events.queries import NOW
from leadercrm.core.api.filters import ChoiceFilter, FlagFilter, IdFilter, SearchFilter, WrittenFilterSet


class UpcomingFilter(FlagFilter):
    """Yes: what has not begun. No: all of them (A-39)."""

    looks_elsewhere = True  # at the clock

    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(start_at__gte=NOW) if value else queryset


class MandatoryFilter(FlagFilter):
    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(is_mandatory=value)


class CheckedInFilter(FlagFilter):
    def filter(self, queryset: QuerySet[Any], value: bool) -> QuerySet[Any]:
        return queryset.filter(checked_in_at__isnull=not value)


class NameFilter(SearchFilter):
    """By the name of a user or a contact, and what else finds them."""

    def filter(self, queryset: QuerySet[Any], value: list[Any]) -> QuerySet[Any]:
        for pattern in value:
            queryset = queryset.filter(Q(contact__search__matches=pattern) | Q(user__search__matches=pattern))
        return queryset


class EventFilter(WrittenFilterSet):
    upcoming = UpcomingFilter(label=_("true: what has not begun yet."))
    is_mandatory = MandatoryFilter(label=_("Whether it is mandatory for every user."))
    owner_id = IdFilter(field_name="owner_id", label=_("Whose event it is."))
    start_after = MomentFilter(field_name="start_at", lookup_expr="gte", label=_("Begins at this moment or later."))
    start_before = MomentFilter(field_name="start_at", lookup_expr="lt", label=_("Begins before this moment."))

    class Meta:
        model = Event
        fields: list[Any] = []


class AttendeeFilter(WrittenFilterSet):
    status = ChoiceFilter(choices=AttendeeStatus.values, label=_("What they have said."))
    search = NameFilter(label=_("Parts of the name, e-mail address or phone."))
    checked_in = CheckedInFilter(label=_("Whether they have come."))
    user_id = IdFilter(field_name="user_id", label=_("The user."))
    contact_id = IdFilter(field_name="contact_id", label=_("The contact."))

    class Meta:
        model = Attendee
        fields: list[Any] = []
