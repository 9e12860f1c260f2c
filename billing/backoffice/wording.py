"""What the pages call the values of billing."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.web.wording import call_values

call_values(
    {
        "draft": ("secondary", _("Draft")),
        "sent": ("blue", _("Sent")),
        "approved": ("green", _("Approved")),
        "rejected": ("red", _("Rejected")),
        "partial": ("orange", _("Partly paid")),
        "paid": ("green", _("Paid")),
        "overdue": ("red", _("Overdue")),
        "signed": ("green", _("Signed")),
        "expired": ("orange", _("Expired")),
        "transfer": ("blue", _("Transfer")),
        "card": ("purple", _("Card")),
        "cash": ("green", _("Cash")),
        "check": ("teal", _("Check")),
        "failed": ("red", _("Failed")),
        "refunded": ("orange", _("Refunded")),
        "tasa": ("secondary", _("Rate")),
        "exento": ("secondary", _("Exempt")),
        "no_objeto": ("secondary", _("Not subject to tax")),
        "service": ("secondary", _("Services")),
    }
)
