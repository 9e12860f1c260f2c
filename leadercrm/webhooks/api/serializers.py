"""The shapes of what clients send for webhooks."""

from typing import Any

from rest_framework import serializers

from leadercrm.core.api.fields import Flag, ListOf, Moment, Text


class WebhookInput(serializers.Serializer[Any]):
    url = Text(max_length=500)
    events = ListOf(child=Text(max_length=64), min_length=1, max_length=50)
    description = Text(max_length=255, required=False, allow_blank=True)
    is_active = Flag(required=False)


class ReplayInput(serializers.Serializer[Any]):
    since = Moment()
