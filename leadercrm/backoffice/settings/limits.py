"""The limits of a token, on its page: the fields that ask for them, and the words that tell them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leadercrm.core.caps import used_today
from leadercrm.core.models import TokenUse
from leadercrm.core.money import number_text
from leadercrm.core.token_scopes import READING_ALONE, TokenScope, scopes_of
from leadercrm.tenancy.models import AccessToken

HALF, WHOLE = "form-half", "form-whole"
KEEP, READING = "keep", str(TokenScope.READ)
FIELDS = (
    ("agent_name", WHOLE, _("Name of the agent"), _("What it does is told under this name, and can be undone.")),
    ("sends_per_day", HALF, _("Sends a day, at most"), _("Quotes, invoices, contracts and recipients of mails.")),
    ("amount_per_day", HALF, _("Amount a day, at most"), _("Quotes, invoices and payments, in your currency.")),
    ("addresses", WHOLE, _("Only from these addresses"), _("IP addresses or networks (203.0.113.0/24), one a line.")),
)


def limit_fields(values: Mapping[str, Any], errors: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of limits, as it was filled in, with what is wrong about each."""
    shown = [
        {
            "name": name,
            "place": place,
            "label": label,
            "hint": hint,
            "value": values.get(name, ""),
            "errors": [text for key, texts in errors.items() if key.partition(".")[0] == name for text in texts],
            "number": name.endswith("_per_day"),
        }
        for name, place, label, hint in FIELDS
    ]
    chosen = values.getlist("scopes") if isinstance(values, QueryDict) else values.get("scopes", [])
    limited = any(field["value"] or field["errors"] for field in shown)
    return {"limits": shown, "limited": limited, "chosen": chosen}


def token_body(sent: QueryDict) -> dict[str, Any]:
    """The form as the API's body of the same request."""
    body: dict[str, Any] = {"name": sent.get("name", ""), "agent_name": sent.get("agent_name", "")}
    for name in ("expires_in_days", "sends_per_day", "amount_per_day"):
        body[name] = sent.get(name, "").strip() or None
    body["addresses"] = sent.get("addresses", "").split()
    if sent.get("rights") == "scopes":
        body["scopes"] = [READING, *sent.getlist("scopes")]
    return body


def token_values(token: AccessToken) -> dict[str, Any]:
    """A token as the form is filled in with it."""
    scopes = scopes_of(token.abilities)
    return {
        "name": token.name,
        "expires_in_days": KEEP,
        "rights": "" if scopes is None else "read" if scopes == READING_ALONE else "scopes",
        "scopes": list(scopes or ()),
        "agent_name": token.agent_name,
        "sends_per_day": "" if token.sends_per_day is None else str(token.sends_per_day),
        "amount_per_day": "" if token.amount_per_day is None else str(token.amount_per_day),
        "addresses": "\n".join(token.addresses or ()),
    }


def change_body(sent: QueryDict) -> dict[str, Any]:
    """The form on a token there is as the API's body: what it is to have, all of it; its end may stay as it is."""
    body = token_body(sent)
    if sent.get("expires_in_days") == KEEP:
        del body["expires_in_days"]
    reading = [READING] if sent.get("rights") == "read" else None
    return {"scopes": reading, **body}


def tell_limits(tokens: Iterable[AccessToken]) -> None:
    """Give each token the words that the page has for it."""
    tokens = list(tokens)
    used = used_today([token.pk for token in tokens if token.sends_per_day or token.amount_per_day])
    for token in tokens:
        scopes, use = scopes_of(token.abilities), used.get(token.pk)
        told: Any = token
        told.shown_scopes = [] if scopes is None else [gettext("Read only")] if len(scopes) == 1 else sorted(scopes)
        told.shown_limits = [*_told(token, use)]


def _told(token: AccessToken, use: TokenUse | None) -> Iterable[str]:
    if token.sends_per_day is not None:
        values: dict[str, Any] = {"used": use.sends if use else 0, "cap": token.sends_per_day}
        yield gettext("Sent today: %(used)s of %(cap)s") % values
    if token.amount_per_day is not None:
        values = {"used": number_text(use.amount if use else Decimal(0)), "cap": number_text(token.amount_per_day)}
        yield gettext("Moved today: %(used)s of %(cap)s") % values
    if token.addresses:
        yield gettext("Only from %(addresses)s") % {"addresses": ", ".join(token.addresses)}
