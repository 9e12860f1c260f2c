"""What the filters and forms of marketing let people choose from."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.wording import called
from marketing.models import (
    Assignment,
    CampaignStatus,
    RecipientStatus,
    Segment,
    SubmissionStatus,
    SuppressionReason,
    TestMeasure,
)
from marketing.models.preference import Topic

MOST_SEGMENTS = 500


def campaign_states() -> Iterable[tuple[Any, Any]]:
    return [(state, called(state)) for state in CampaignStatus.values]


def recipient_states() -> Iterable[tuple[Any, Any]]:
    return [(state, called(state, "recipients")) for state in RecipientStatus.values]


def suppression_reasons() -> Iterable[tuple[Any, Any]]:
    return [(reason, called(reason)) for reason in SuppressionReason.values]


def segments() -> Iterable[tuple[Any, Any]]:
    return Segment.objects.order_by("name").values_list("pk", "name")[:MOST_SEGMENTS]


def topics() -> Iterable[tuple[Any, Any]]:
    return [(topic, called(topic)) for topic in Topic.values]


def measures() -> Iterable[tuple[Any, Any]]:
    return TestMeasure.choices


def form_states() -> Iterable[tuple[Any, Any]]:
    return [("true", _("Open")), ("false", _("Closed"))]


def submission_states() -> Iterable[tuple[Any, Any]]:
    return [(SubmissionStatus.ACCEPTED, _("From people")), (SubmissionStatus.SPAM, _("Spam"))]


def assignments() -> Iterable[tuple[Any, Any]]:
    return Assignment.choices
