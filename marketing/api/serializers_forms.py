"""The shapes of what clients send about forms."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core.api.fields import EmailText, Flag, ListOf, OneOf, RowId, Text, Whole
from marketing.answers import CONSENT, CUSTOM, MOST_OF_A_PAGE, PAGES, TARGETS, UTM, is_web_address
from marketing.models import Assignment, FieldKind

KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")
# Names that mean something else in what is sent.
TAKEN = {CONSENT, *UTM, *PAGES, "lang"}
MOST_FIELDS, MOST_CHOICES, MOST_ASSIGNEES = 50, 100, 200
WITH_CHOICES = (FieldKind.CHOICE, FieldKind.CHOICES)
CUSTOM_NAME = re.compile(r"[^\x00-\x1f]{1,100}")


class FieldInput(serializers.Serializer[Any]):
    """One field. `maps_to` names what of the contact it is: `custom_fields.x` is a field of its own, null is none."""

    key = Text(max_length=50)
    label = Text(max_length=255)  # type: ignore[assignment]
    kind = OneOf(FieldKind.values, default=FieldKind.TEXT.value)
    required = Flag(default=False)  # type: ignore[assignment]
    choices = ListOf(child=Text(max_length=255), max_length=MOST_CHOICES, default=list)
    maps_to = Text(max_length=120, allow_null=True, default=None)

    def validate_key(self, key: str) -> str:
        if not KEY.fullmatch(key) or key in TAKEN:
            raise serializers.ValidationError(
                _("Must begin with a letter and consist of a to z, 0 to 9 and _; some names are taken.")
            )
        return key

    def validate_maps_to(self, target: str | None) -> str | None:
        custom = (target or "").startswith(CUSTOM) and CUSTOM_NAME.fullmatch((target or "").removeprefix(CUSTOM))
        if target is not None and target not in TARGETS and not custom:
            allowed = ", ".join([*TARGETS, f"{CUSTOM}…"])
            raise serializers.ValidationError(_("Must be one of: %(allowed)s.") % {"allowed": allowed})
        return target

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind, target = attrs["kind"], attrs["maps_to"]
        if kind in WITH_CHOICES and not attrs["choices"]:
            raise serializers.ValidationError({"choices": [_("Name what there is to choose from.")]})
        if (target == "email") != (kind == FieldKind.EMAIL) and target == "email":
            raise serializers.ValidationError({"kind": [_("An e-mail address needs a field of its kind.")]})
        if target in TARGETS and kind in (FieldKind.TICK, FieldKind.CHOICES):
            raise serializers.ValidationError({"maps_to": [_("This takes a text.")]})
        return attrs


class FormInput(serializers.Serializer[Any]):
    """A form. With `double_opt_in` consent holds once the owner of the address has confirmed it by mail."""

    name = Text(max_length=255)
    is_active = Flag(required=False)
    title = Text(max_length=255, required=False, allow_blank=True)
    intro = Text(max_length=5000, required=False, allow_blank=True)
    fields = ListOf(child=FieldInput(), required=False, min_length=1, max_length=MOST_FIELDS)  # type: ignore[assignment]
    source = Text(max_length=255, required=False)  # type: ignore[assignment]
    assignment = OneOf(Assignment.values, required=False)
    owner_id = RowId(required=False, allow_null=True)
    assignee_ids = ListOf(child=RowId(), required=False, max_length=MOST_ASSIGNEES)
    names_owner = Flag(required=False)
    consent_text = Text(max_length=5000, required=False, allow_blank=True)
    consent_version = Text(max_length=64, required=False, allow_blank=True)
    consent_required = Flag(required=False)
    double_opt_in = Flag(required=False)
    thanks_text = Text(max_length=5000, required=False, allow_blank=True)
    redirect_url = Text(max_length=MOST_OF_A_PAGE, required=False, allow_blank=True)
    min_seconds = Whole(min_value=0, max_value=60, required=False)

    def validate_fields(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [entry["key"] for entry in entries]
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError(_("Two fields have the same key."))
        if not {"email", "phone"} & {entry["maps_to"] for entry in entries}:
            raise serializers.ValidationError(_("One field must be the e-mail address or the phone."))
        return entries

    def validate_redirect_url(self, url: str) -> str:
        if url and not is_web_address(url):
            raise serializers.ValidationError(_("Must be an address that begins with http:// or https://."))
        return url


class SubmissionInput(serializers.Serializer[Any]):
    """The published fields; a form may ask for others, by their keys. An e-mail address or a phone is needed.

    Where somebody came from may be told by `utm_source`, `utm_medium`, `utm_campaign`, `utm_term`, `utm_content`,
    `referrer` and `page_url`. What is no field of the form is kept with the submission.
    """

    first_name = Text(max_length=255, required=False, allow_null=True)
    last_name = Text(max_length=255, required=False, allow_null=True)
    email = EmailText(max_length=255, required=False, allow_null=True)
    phone = Text(max_length=50, required=False, allow_null=True)
    message = Text(max_length=20_000, required=False, allow_null=True)
    consent = Flag(required=False)
