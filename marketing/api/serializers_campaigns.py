"""What campaigns take."""

from typing import Any

from rest_framework import serializers

from leadercrm.core.api.fields import EmailText, ListOf, Moment, OneOf, RowId, Text, Whole
from marketing.actions.trying import MOST_TRIALS
from marketing.models import TestMeasure
from marketing.models.preference import Topic

MOST_OF_CONTENT = 300_000


class CampaignInput(serializers.Serializer[Any]):
    """`subject_b` is tried against `subject` on `test_share` per cent, for `test_hours`."""

    name = Text(max_length=255)
    subject = Text(max_length=255, required=False, allow_null=True)
    subject_b = Text(max_length=255, required=False, allow_null=True)
    test_share = Whole(min_value=10, max_value=50, required=False)
    test_hours = Whole(min_value=1, max_value=72, required=False)
    test_measure = OneOf(TestMeasure.values, required=False)
    topic = OneOf(Topic.values, required=False)
    preheader = Text(max_length=255, required=False, allow_null=True)
    content = Text(max_length=MOST_OF_CONTENT, required=False, allow_null=True, trim_whitespace=False)
    segment_id = RowId(required=False, allow_null=True)
    scheduled_at = Moment(required=False, allow_null=True)
    owner_id = RowId(required=False, allow_null=True)


class TrialInput(serializers.Serializer[Any]):
    emails = ListOf(child=EmailText(max_length=255), min_length=1, max_length=MOST_TRIALS)
