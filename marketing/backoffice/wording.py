"""What the pages call the values and the operators of marketing."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leadercrm.core.web.wording import call_values

OPERATORS: dict[str, Any] = {
    "=": _("is"),
    "!=": _("is not"),
    "contains": _("contains"),
    "not_contains": _("does not contain"),
    "starts_with": _("begins with"),
    "in": _("is one of"),
    "not_in": _("is none of"),
    ">": _("is more than"),
    ">=": _("is at least"),
    "<": _("is less than"),
    "<=": _("is at most"),
    "before": _("is before"),
    "after": _("is after"),
    "within_days": _("was in the last days:"),
    "is_null": _("is empty"),
    "is_not_null": _("is not empty"),
}
# Operators that say another thing of some kinds.
OF_KINDS: dict[tuple[str, str], Any] = {
    ("moment", "is_null"): _("was never"),
    ("moment", "is_not_null"): _("was some time"),
}

call_values(
    {
        "static": ("secondary", _("By hand")),
        "dynamic": ("azure", _("By conditions")),
        "scheduled": ("azure", _("Scheduled")),
        "sending": ("blue", _("Being sent")),
        "paused": ("orange", _("Paused")),
        "queued": ("secondary", _("Waiting")),
        "claimed": ("blue", _("Being sent")),
        "in_doubt": ("orange", _("In doubt")),
        "suppressed": ("secondary", _("Suppressed")),
        "unsubscribed": ("orange", _("Unsubscribed")),
        "bounced": ("red", _("Bounce")),
        "complained": ("red", _("Complaint")),
        "manual": ("secondary", _("Added by hand")),
        "imported": ("secondary", _("Imported")),
        "granted": ("green", _("Granted")),
        "withdrawn": ("red", _("Withdrawn")),
        "unknown": ("secondary", _("Unknown")),
        "news": ("secondary", _("News")),
        "offers": ("secondary", _("Offers")),
        "events": ("secondary", _("Events and invitations")),
    }
)
call_values({"sent": ("blue", pgettext_lazy("recipient", "Sent"))}, of="recipients")


def operator_called(operator: str, kind: str = "") -> Any:
    return OF_KINDS.get((kind, operator), OPERATORS[operator])
