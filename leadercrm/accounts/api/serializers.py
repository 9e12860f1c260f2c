"""The shapes of what clients send to /auth."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.accounts.models import LANGUAGE_CHOICES
from leadercrm.core.actor import Role
from leadercrm.core.api.fields import Day, EmailText, ListOf, OneOf, RowId, Text, Whole
from leadercrm.core.api.shapes import SECRET

LANGUAGES = [code for code, _name in LANGUAGE_CHOICES]
MOST_MEMBERS = 500


class Password(serializers.CharField):
    """A password as it is: spaces belong to it. 128 characters are enough for anybody's."""

    shape = SECRET

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=128, trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class LoginInput(serializers.Serializer[Any]):
    """`code` is asked of those who have set up a second factor."""

    email = EmailText(max_length=255)
    password = Password()
    code = Text(max_length=32, required=False, allow_null=True)


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


class ForgottenPasswordInput(serializers.Serializer[Any]):
    email = EmailText(max_length=255)


class LinkInput(NewPassword):
    """A new password, by a link that was mailed."""

    token = Text(max_length=255)


class AcceptanceInput(LinkInput):
    name = Text(max_length=255, required=False)


class UserInput(serializers.Serializer[Any]):
    """`absent_from` and `absent_until` are the first and the last day away; without the last, until further notice."""

    name = Text(max_length=255, required=False)
    role = OneOf(list(Role), required=False)
    team_id = RowId(required=False, allow_null=True)
    language = OneOf(LANGUAGES, required=False)
    absent_from = Day(required=False, allow_null=True)
    absent_until = Day(required=False, allow_null=True)


class InvitationInput(serializers.Serializer[Any]):
    email = EmailText(max_length=255)
    name = Text(max_length=255, required=False, allow_blank=True)
    role = OneOf(list(Role), required=False)
    team_id = RowId(required=False, allow_null=True)
    language = OneOf(LANGUAGES, required=False)


class TeamInput(serializers.Serializer[Any]):
    name = Text(max_length=255)
    member_ids = ListOf(child=RowId(), required=False, max_length=MOST_MEMBERS)


class TokenInput(serializers.Serializer[Any]):
    """`abilities` is ["read"], or ["read", "write"] in any order, which is also what is meant without it."""

    name = Text(max_length=255)
    abilities = ListOf(child=OneOf(["read", "write"]), required=False, max_length=2, allow_empty=False)
    expires_in_days = Whole(required=False, allow_null=True, min_value=1, max_value=3650)
