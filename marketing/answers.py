"""What somebody sent by a form, read by the form's own fields. Pure: it neither reads nor writes rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from leadercrm.core.api.fields import ASCII_NUMBER, DAY, EmailText, read_moment
from leadercrm.core.errors import DomainError
from leadercrm.core.text import phone_digits
from marketing.models.form import FieldKind, default_fields

CUSTOM = "custom_fields."
# What a field may be mapped to, and how long that may be.
TARGETS = {
    "first_name": 255, "last_name": 255, "full_name": 255, "email": 255, "phone": 50, "job_title": 255, "city": 255,
    "country": 255, "message": 20_000,
}  # fmt: skip
COLUMNS = ("first_name", "last_name", "job_title", "city", "country")
MOST_OF_AN_ANSWER = 20_000
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
PAGES = ("referrer", "page_url")
MOST_OF_A_PAGE = 1000
CONSENT = "consent"
# What our own page adds; it is no answer of anybody's.
HONEYPOT, STAMP = "_homepage", "_stamp"
TICKED = ("true", "1", "on", "yes", "si", "sí")
NO_WAY = _("Give an e-mail address or a phone.")
REQUIRED = _("This field is required.")
EMAIL = EmailText(max_length=255)
Spec = Mapping[str, Any]


@dataclass(frozen=True)
class Answers:
    """A person as far as a form tells. `columns` are the contact's, `payload` is everything by its key."""

    email: str = ""
    phone: str = ""
    message: str = ""
    columns: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)
    consents: bool = False

    @property
    def first_name(self) -> str:
        """A contact has one: what there is stands for it, so that no lead is lost over it."""
        return str(self.columns.get("first_name") or self.email.partition("@")[0] or self.phone)

    @property
    def full_name(self) -> str:
        return f"{self.columns.get('first_name', '')} {self.columns.get('last_name', '')}".strip()


def read_answers(fields: Sequence[Spec], sent: Mapping[str, Any]) -> Answers:
    """What was sent, checked against the fields; 422 by the keys of those that are wrong.

    The keys of the published example mean what they say even where a form does not ask for them. Keys that are
    no field's are kept as they came.
    """
    specs, errors, read = [*fields, *_implied(fields)], {}, {}
    for spec in specs:
        try:
            read[spec["key"]] = _read(spec, sent.get(spec["key"]))
        except ValidationError as refusal:
            errors[spec["key"]] = [str(text) for text in refusal.detail]
    mapped = _mapped(specs, read)
    if not errors and not mapped.get("email") and not phone_digits(mapped.get("phone", "")):
        errors = {_key_of(specs, target): [str(NO_WAY)] for target in ("email", "phone")}
    if errors:
        raise DomainError(next(iter(errors.values()))[0], errors=errors)
    return Answers(
        email=mapped.pop("email", ""),
        phone=mapped.pop("phone", ""),
        message=mapped.pop("message", ""),
        columns=_columns(mapped),
        payload=_payload(read, sent),
        origin=origin_of(sent),
        consents=is_ticked(sent.get(CONSENT)),
    )


def origin_of(sent: Mapping[str, Any]) -> dict[str, str]:
    """Where somebody came from, as far as it is told; too long or no address at all is left out."""
    campaign = {key: text_of(sent.get(key))[:255] for key in UTM}
    pages = {key: text_of(sent.get(key)) for key in PAGES}
    told = {**campaign, **{key: url for key, url in pages.items() if is_web_address(url)}}
    return {key: value for key, value in told.items() if value}


def is_web_address(text: str) -> bool:
    """Whether this is an address that a browser may be sent to: http or https with a host, on one line."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_short = len(text) <= MOST_OF_A_PAGE and text.isprintable() and " " not in text
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_short and "\\" not in text


def is_ticked(value: Any) -> bool:
    return value is True or text_of(value).lower() in TICKED


def text_of(value: Any) -> str:
    """A single answer as text, without spaces around it; nothing for what is none."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()


def _implied(fields: Sequence[Spec]) -> list[Spec]:
    keys, targets = {spec["key"] for spec in fields}, {spec.get("maps_to") for spec in fields}
    return [
        {**spec, "required": False, "kind": spec["kind"]}
        for spec in default_fields()
        if spec["key"] not in keys and spec["maps_to"] not in targets
    ]


def _key_of(specs: Sequence[Spec], target: str) -> str:
    return str(next((spec["key"] for spec in specs if spec.get("maps_to") == target), target))


def _read(spec: Spec, value: Any) -> Any:
    """One answer by the kind of its field: text, a list of texts, or whether it is ticked. ValidationError."""
    if spec["kind"] == FieldKind.TICK:
        return _need(spec, is_ticked(value))
    if spec["kind"] == FieldKind.CHOICES:
        return _need(spec, _choices(spec, value))
    if value is not None and (isinstance(value, (bool, dict)) or (isinstance(value, list) and len(value) > 1)):
        raise ValidationError([_("Must be a text.")])
    text = _need(spec, text_of(value))
    most = TARGETS.get(spec.get("maps_to") or "", MOST_OF_AN_ANSWER)
    if len(text) > most:
        raise ValidationError([_("Must have at most %(most)s characters.") % {"most": most}])
    return CHECKS.get(spec["kind"], _as_it_is)(spec, text) if text else text


def _need(spec: Spec, answer: Any) -> Any:
    if spec.get("required") and not answer:
        raise ValidationError([REQUIRED])
    return answer


def _choices(spec: Spec, value: Any) -> list[str]:
    given = value if isinstance(value, list) else [] if value is None else [value]
    chosen = [text for one in given if (text := text_of(one))]
    return [_one_of(spec, text) for text in chosen]


def _one_of(spec: Spec, text: str) -> str:
    if text not in spec["choices"]:
        raise ValidationError([_("Must be one of: %(allowed)s.") % {"allowed": ", ".join(spec["choices"])}])
    return text


def _as_it_is(spec: Spec, text: str) -> str:
    return text


def _email(spec: Spec, text: str) -> str:
    address: str = EMAIL.run_validation(text)
    return address


def _number(spec: Spec, text: str) -> str:
    if not ASCII_NUMBER.fullmatch(text):
        raise ValidationError([_("Must be a number.")])
    return text


def _day(spec: Spec, text: str) -> str:
    if not DAY.fullmatch(text) or read_moment(text) is None:
        raise ValidationError([_("Must be a date: YYYY-MM-DD.")])
    return text


def _phone(spec: Spec, text: str) -> str:
    """A number of seven digits at least: one that nobody can call is no way to reach anybody."""
    if not phone_digits(text):
        raise ValidationError([_("Must be a phone number.")])
    return text


CHECKS: Mapping[str, Callable[[Spec, str], str]] = {
    FieldKind.EMAIL: _email,
    FieldKind.PHONE: _phone,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _day,
    FieldKind.CHOICE: _one_of,
}


def _mapped(specs: Sequence[Spec], read: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by what they are mapped to; of two, the first that says something."""
    found: dict[str, Any] = {}
    for spec in specs:
        target, answer = spec.get("maps_to"), read.get(spec["key"])
        if target and answer not in (None, "", []) and target not in found:
            found[target] = answer
    return found


def _columns(mapped: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: mapped[name] for name in COLUMNS if name in mapped}
    if "full_name" in mapped and "first_name" not in columns:
        first, _space, last = mapped["full_name"].partition(" ")
        columns |= {"first_name": first, **({"last_name": last.strip()} if last.strip() else {})}
    custom = {name.removeprefix(CUSTOM): value for name, value in mapped.items() if name.startswith(CUSTOM)}
    return {**columns, **({"custom_fields": custom} if custom else {})}


def _payload(read: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """All that was sent but for where from and what our page adds, the fields as they were read."""
    left_out = {*UTM, *PAGES, CONSENT, HONEYPOT, STAMP}
    others = {key: value for key, value in sent.items() if key not in left_out and key not in read}
    return {**{key: answer for key, answer in read.items() if answer not in ("", [], None)}, **others}
