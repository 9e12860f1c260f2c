"""What the pages call the values of sales."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leadercrm.core.web.wording import call_values, called

__all__ = ["called"]

call_values(
    {
        "lead": ("azure", _("Lead")),
        "prospect": ("blue", _("Prospect")),
        "opportunity": ("purple", _("Opportunity")),
        "customer": ("green", _("Customer")),
        "churned": ("red", _("Churned")),
        "other": ("secondary", _("Other")),
        "open": ("blue", _("Open")),
        "won": ("green", _("Won")),
        "lost": ("red", _("Lost")),
        "pending": ("yellow", _("Pending")),
        "completed": ("green", _("Completed")),
        "cancelled": ("secondary", _("Cancelled")),
        "low": ("secondary", _("Low")),
        "medium": ("blue", _("Medium")),
        "high": ("orange", _("High")),
        "call": ("azure", _("Call")),
        "meeting": ("purple", _("Meeting")),
        "email": ("blue", _("E-mail")),
        "task": ("teal", _("Task")),
    }
)
# What comes from forms and over the API in English, more often than not; anything else stands as it is.
call_values(
    {
        "website": ("secondary", pgettext_lazy("source of a contact", "Website")),
        "referral": ("secondary", pgettext_lazy("source of a contact", "Referral")),
        "event": ("secondary", pgettext_lazy("source of a contact", "Event")),
        "campaign": ("secondary", pgettext_lazy("source of a contact", "Campaign")),
        "phone": ("secondary", pgettext_lazy("source of a contact", "Phone")),
        "linkedin": ("secondary", "LinkedIn"),
        "facebook": ("secondary", "Facebook"),
        "google": ("secondary", "Google"),
    },
    of="sources",
)
call_values(
    {
        "mobile": ("secondary", pgettext_lazy("kind of phone or address", "mobile")),
        "work": ("secondary", pgettext_lazy("kind of phone or address", "work")),
        "home": ("secondary", pgettext_lazy("kind of phone or address", "home")),
    },
    of="reached",
)
call_values({"rfc": ("secondary", "RFC")}, of="custom_fields")
