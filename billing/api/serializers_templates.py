"""The shapes of templates, and of the words that a document is sent with."""

from typing import Any

from rest_framework import serializers

from billing.actions.lines import MOST_LINES
from billing.api.serializers_documents import ItemInput
from billing.models.template import MailKind
from leadercrm.core.api.fields import CurrencyCode, ListOf, OneOf, Text, Whole

MOST_WORDS = 10_000


class SendInput(serializers.Serializer[Any]):
    subject = Text(max_length=255, required=False, allow_null=True)
    message = Text(max_length=MOST_WORDS, required=False, allow_null=True)


class MailTemplateInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    kind = OneOf(MailKind.values)
    subject = Text(max_length=255, required=False, allow_blank=True)
    body = Text(max_length=MOST_WORDS)


class QuoteTemplateInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    title = Text(max_length=255, required=False, allow_null=True)
    currency = CurrencyCode(required=False)
    valid_days = Whole(min_value=0, max_value=3650, required=False, allow_null=True)
    notes = Text(max_length=5000, required=False, allow_null=True)
    terms = Text(max_length=5000, required=False, allow_null=True)
    items = ListOf(child=ItemInput(), max_length=MOST_LINES)
