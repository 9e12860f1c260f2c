r"""What an activity can be about, as the API names it: `App\Models\Contact` and an id as a string (contract, A-16)."""

from django.utils.translation import gettext_lazy as _

# name -> the activity's column that refers to it
TARGETS = {
    r"App\Models\Contact": "contact_id",
    r"App\Models\Deal": "deal_id",
    r"App\Models\Company": "company_id",
}
UNKNOWN_TARGET = _("Must be one of: %(allowed)s. The name is the whole one, namespace included: not only Contact.")


def target_column(name: str) -> str | None:
    r"""The column for a name; None for an unknown one.

    `App\\Models\\Contact`, with the backslashes doubled as JSON and shells want them, is the same (G-28).
    """
    return TARGETS.get(name.replace("\\\\", "\\"))


def unknown_target() -> str:
    """What is said to who writes `Contact`, or something else that is none of them (A-19)."""
    return str(UNKNOWN_TARGET) % {"allowed": ", ".join(TARGETS)}
