"""The shapes of what clients send; what they get is declared in crm.queries."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.lifecycle import lifecycle_stages
from crm.models import FieldType, StageType
from crm.models.contact import MOST_ADDRESSES
from leadercrm.core.api.fields import (
    Color,
    CurrencyCode,
    Day,
    EmailText,
    Figure,
    Flag,
    ListOf,
    OneOf,
    RowId,
    Text,
    Whole,
)

MOST_PARTICIPANTS = 100
MOST_STAGES = 50
MOST_CHOICES = 100
KEY = re.compile(r"[a-z][a-z0-9_]*")


class EmailEntry(serializers.Serializer[Any]):
    email = EmailText(max_length=255)
    type = Text(max_length=30, required=False, allow_null=True)


class PhoneEntry(serializers.Serializer[Any]):
    phone = Text(max_length=50)
    type = Text(max_length=30, required=False, allow_null=True)


class CustomFields(serializers.DictField):
    """Keys and JSON values, at most 100 of them and 20 kB together."""

    default_error_messages = {
        "not_a_dict": _("Must be an object."),
        "too_much": _("Must have at most 100 fields and 20 kB."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("not_a_dict")
        if len(data) > 100 or len(str(data)) > 20_000 or any(len(key) > 100 for key in data):
            self.fail("too_much")
        return data


class CustomKey(Text):
    """The name that a custom field's values are kept under."""

    default_error_messages = {"odd": _("Must be small letters, digits and _, and begin with a letter.")}

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if not KEY.fullmatch(text):
            self.fail("odd")
        return text


class ContactInput(serializers.Serializer[Any]):
    first_name = Text(max_length=255)
    last_name = Text(max_length=255, required=False, allow_null=True)
    emails = ListOf(child=EmailEntry(), required=False, max_length=MOST_ADDRESSES)
    phones = ListOf(child=PhoneEntry(), required=False, max_length=MOST_ADDRESSES)
    job_title = Text(max_length=255, required=False, allow_null=True)
    company_id = RowId(required=False, allow_null=True)
    lifecycle_stage = OneOf(lifecycle_stages, required=False)
    owner_id = RowId(required=False, allow_null=True)
    source = Text(max_length=255, required=False, allow_null=True)  # type: ignore[assignment]
    city = Text(max_length=255, required=False, allow_null=True)
    country = Text(max_length=255, required=False, allow_null=True)
    custom_fields = CustomFields(required=False)

    def validate_emails(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _without_nulls(entries)

    def validate_phones(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _without_nulls(entries)


def _without_nulls(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in entry.items() if value is not None} for entry in entries]


class NoteInput(serializers.Serializer[Any]):
    body = Text(max_length=20_000)
    is_pinned = Flag(required=False)


class CompanyInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    domain = Text(max_length=255, required=False, allow_null=True)
    industry = Text(max_length=255, required=False, allow_null=True)
    employee_range = Text(max_length=50, required=False, allow_null=True)
    annual_revenue = Figure(max_digits=18, decimal_places=2, min_value=0, required=False, allow_null=True)
    tax_id = Text(max_length=100, required=False, allow_null=True)
    phone = Text(max_length=50, required=False, allow_null=True)
    email = EmailText(max_length=255, required=False, allow_null=True)
    owner_id = RowId(required=False, allow_null=True)


class DealInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    pipeline_id = RowId()
    stage_id = RowId()
    amount = Figure(max_digits=18, decimal_places=2, min_value=0, required=False)
    currency = CurrencyCode(required=False)
    probability = Whole(min_value=0, max_value=100, required=False)
    expected_close_date = Day(required=False, allow_null=True)
    contact_ids = ListOf(child=RowId(), required=False, max_length=MOST_PARTICIPANTS)
    owner_id = RowId(required=False, allow_null=True)
    company_id = RowId(required=False, allow_null=True)
    lost_reason = Text(max_length=255, required=False, allow_null=True)


class StageMove(serializers.Serializer[Any]):
    stage_id = RowId()
    lost_reason = Text(max_length=255, required=False, allow_null=True)


class StageInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    type = OneOf(StageType.values, required=False)
    color = Color(required=False)
    default_probability = Whole(min_value=0, max_value=100, required=False)
    rotten_after_days = Whole(min_value=1, max_value=3650, required=False, allow_null=True)


class StageOrder(serializers.Serializer[Any]):
    stage_ids = ListOf(child=RowId(), max_length=MOST_STAGES)


class PipelineInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    is_default = Flag(required=False)


class NewPipelineInput(PipelineInput):
    stages = ListOf(child=StageInput(), required=False, max_length=MOST_STAGES)


class AddressInput(serializers.Serializer[Any]):
    street = Text(max_length=255, required=False, allow_null=True)
    postal_code = Text(max_length=10, required=False, allow_null=True)
    colony = Text(max_length=100, required=False, allow_null=True)
    municipality = Text(max_length=100, required=False, allow_null=True)
    state = Text(max_length=100, required=False, allow_null=True)


class ErasureInput(serializers.Serializer[Any]):
    reason = Text(max_length=2000)
    sure = Flag()

    def validate_sure(self, sure: bool) -> bool:
        if not sure:
            raise serializers.ValidationError(_("Tick that you are sure: there is no way back."))
        return sure


class CustomFieldInput(serializers.Serializer[Any]):
    label = Text(max_length=100)  # type: ignore[assignment]
    key = CustomKey(max_length=60, required=False, allow_null=True)
    type = OneOf(FieldType.values, required=False)
    choices = ListOf(child=Text(max_length=100), required=False, max_length=MOST_CHOICES)
    required = Flag(required=False)  # type: ignore[assignment]
