"""Filters of marketing, for the API and the pages."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.filter_fields import SearchField
from leadercrm.core.api.filters import ChoiceFilter, FlagFilter, SearchFilter, WrittenFilterSet
from leadercrm.core.text import like_pattern
from marketing.models import (
    Campaign,
    CampaignRecipient,
    CampaignStatus,
    Form,
    FormSubmission,
    RecipientStatus,
    Segment,
    SegmentType,
    SkipReason,
    SubmissionStatus,
    Suppression,
    SuppressionReason,
)


class PartField(SearchField):
    """A part of an address, wherever it stands in it."""

    def clean(self, value: Any) -> list[str]:
        super().clean(value)
        return [f"%{like_pattern(value.strip().lower())}%"]


class PartFilter(SearchFilter):
    field_class = PartField


class SegmentFilter(WrittenFilterSet):
    type = ChoiceFilter(choices=SegmentType.values, label=_("How it gets its members."))

    class Meta:
        model = Segment
        fields: list[Any] = []


class SuppressionFilter(django_filters.FilterSet):
    search = PartFilter(field_name="email", label=_("Parts of the address."))
    reason = ChoiceFilter(choices=SuppressionReason.values, label=_("Why it gets no campaign."))

    class Meta:
        model = Suppression
        fields: list[Any] = []


class CampaignFilter(WrittenFilterSet):
    status = ChoiceFilter(choices=CampaignStatus.values, label=_("Where it stands."))

    class Meta:
        model = Campaign
        fields: list[Any] = []


class RecipientFilter(django_filters.FilterSet):
    search = PartFilter(field_name="email", label=_("Parts of the address."))
    status = ChoiceFilter(choices=RecipientStatus.values, label=_("Where their mail stands."))
    skipped = ChoiceFilter(choices=SkipReason.values, label=_("Why they get no mail."))

    class Meta:
        model = CampaignRecipient
        fields: list[Any] = []


class FormFilter(WrittenFilterSet):
    is_active = FlagFilter(label=_("Whether it takes anything."))

    class Meta:
        model = Form
        fields: list[Any] = []


class SubmissionFilter(django_filters.FilterSet):
    status = ChoiceFilter(choices=SubmissionStatus.values, label=_("What became of it."))
    search = PartFilter(field_name="email", label=_("Parts of the address."))

    class Meta:
        model = FormSubmission
        fields: list[Any] = []
