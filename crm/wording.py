"""What the pages call the values of sales."""

from django.utils.translation import gettext_lazy as _

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
