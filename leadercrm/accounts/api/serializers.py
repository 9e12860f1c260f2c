"""The shapes of what clients send to /auth."""

from ipaddress import ip_network
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.accounts.models import LANGUAGE_CHOICES
from leadercrm.core.actor import Role
from leadercrm.core.api.fields import Day, EmailText, Figure, ListOf, OneOf, RowId, Text, Whole
from leadercrm.core.api.shapes import SECRET, TEXT
from leadercrm.core.token_scopes import TokenScope

LANGUAGES = [code for code, _name in LANGUAGE_CHOICES]
MOST_MEMBERS, MOST_NETWORKS = 500, 50


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


class Network(Text):
    """An IP address, or a network in CIDR notation; IPv4 or IPv6."""

    shape = {**TEXT, "examples": ["203.0.113.7", "203.0.113.0/24", "2001:db8::/32"]}

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        try:
            if "%" in text:  # a zone, which is this machine's own
                raise ValueError
            return str(ip_network(text, strict=False))
        except ValueError:
            raise serializers.ValidationError(
                _("Must be an IP address such as 203.0.113.7, or a network such as 203.0.113.0/24.")
            ) from None


class TokenInput(serializers.Serializer[Any]):
    """`abilities` is ["read"], or ["read", "write"] in any order, which is also what is meant without it.

    `scopes` says it more finely, in its place: `crm:read` is in each choice of them.
    """

    name = Text(max_length=255)
    abilities = ListOf(child=OneOf(["read", "write"]), required=False, max_length=2, allow_empty=False)
    scopes = ListOf(child=OneOf(list(TokenScope)), required=False, allow_null=True, max_length=10, allow_empty=False)
    agent_name = Text(required=False, allow_blank=True, max_length=80)
    sends_per_day = Whole(required=False, allow_null=True, min_value=0, max_value=1_000_000)
    amount_per_day = Figure(required=False, allow_null=True, max_digits=14, decimal_places=2, min_value=0)
    addresses = ListOf(child=Network(max_length=43), required=False, allow_null=True, max_length=MOST_NETWORKS)
    expires_in_days = Whole(required=False, allow_null=True, min_value=1, max_value=3650)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("scopes") and "abilities" in attrs:
            raise serializers.ValidationError({"scopes": [_("Say what the token may by scopes or by abilities.")]})
        return attrs
