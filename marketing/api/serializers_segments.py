"""The shapes of what clients send for segments, consents and suppressed addresses."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core.api.fields import EmailText, Flag, ListOf, Moment, OneOf, RowId, Text
from leadercrm.core.api.shapes import ANYTHING, TEXT, list_of, one_of, record
from marketing.actions.silence import MOST_IMPORTED
from marketing.comparing import OPERATORS
from marketing.conditions import MOST_CONDITIONS
from marketing.models import ConsentStatus, SegmentType, SuppressionReason

MOST_MEMBERS = 10_000
CONDITION = record({"field": TEXT, "operator": one_of(OPERATORS), "value?": ANYTHING}, "Condition")
GROUP = record({"any?": list_of(CONDITION), "all?": list_of(CONDITION)}, "ConditionGroup")


class Conditions(serializers.Field[Any, Any, Any, Any]):
    """A list of conditions and groups of them; marketing.conditions reads them, and says what is wrong."""

    shape = {**list_of({"anyOf": [CONDITION, GROUP]}), "maxItems": MOST_CONDITIONS}

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            raise serializers.ValidationError(_("Must be a list."))
        if len(str(data)) > 100_000:
            raise serializers.ValidationError(_("Must have at most %(most)s conditions.") % {"most": MOST_CONDITIONS})
        return data


class SegmentInput(serializers.Serializer[Any]):
    """`conditions` are a dynamic segment's, `contact_ids` a static one's."""

    name = Text(max_length=255)
    type = OneOf(SegmentType.values)
    conditions = Conditions(required=False)
    contact_ids = ListOf(child=RowId(), required=False, max_length=MOST_MEMBERS)
    owner_id = RowId(required=False, allow_null=True)


class MembersInput(serializers.Serializer[Any]):
    contact_ids = ListOf(child=RowId(), max_length=MOST_MEMBERS)


class PreviewInput(serializers.Serializer[Any]):
    conditions = Conditions()


class ConsentInput(serializers.Serializer[Any]):
    status = OneOf(ConsentStatus.values, required=False)
    source = Text(max_length=255, required=False, allow_blank=True)  # type: ignore[assignment]
    text = Text(max_length=5000, required=False, allow_blank=True)
    text_version = Text(max_length=64, required=False, allow_blank=True)
    decided_at = Moment(required=False, allow_null=True)
    do_not_contact = Flag(required=False)
    repep = Flag(required=False)


class SuppressionInput(serializers.Serializer[Any]):
    email = EmailText(max_length=254)
    detail = Text(max_length=255, required=False, allow_blank=True)
    reason = OneOf(SuppressionReason.values, required=False)


class ReleaseInput(serializers.Serializer[Any]):
    reason = Text(max_length=255, required=False, allow_null=True)


class ImportInput(serializers.Serializer[Any]):
    emails = ListOf(child=EmailText(max_length=254), max_length=MOST_IMPORTED)
