"""The shapes of what clients send to /auth."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core.api.fields import EmailText, Text


class Password(serializers.CharField):
    """A password as it is: spaces belong to it. 128 characters are enough for anybody's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=128, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class LoginInput(serializers.Serializer[Any]):
    email = EmailText(max_length=255)
    password = Password()


class NewPassword(serializers.Serializer[Any]):
    """A new password, typed twice."""

    password = Password(min_length=8)
    password_confirmation = Password()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.pop("password_confirmation") != attrs["password"]:
            raise serializers.ValidationError({"password": [_("The two passwords are not the same.")]})
        return attrs


class RegisterInput(NewPassword):
    name = Text(max_length=255)
    email = EmailText(max_length=255)
    tenant_name = Text(max_length=255)


class PasswordChangeInput(NewPassword):
    current_password = Password()
