"""The shapes of what clients send about notifications."""

from typing import Any

from rest_framework import serializers

from leadercrm.core.api.fields import Flag, ListOf, OneOf
from leadercrm.notifications.models import NotificationType


class Choice(serializers.Serializer[Any]):
    type = OneOf(NotificationType.values)
    in_app = Flag(required=False)
    email = Flag(required=False)


class PreferencesInput(serializers.Serializer[Any]):
    preferences = ListOf(child=Choice(), max_length=len(NotificationType))
