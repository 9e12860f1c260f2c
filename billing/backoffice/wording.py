"""What the pages call the values of billing."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leadercrm.core.web.wording import call_values

call_values(
    {
        "draft": ("secondary", _("Draft")),
        "sent": ("blue", pgettext_lazy("quote, invoice or campaign", "Sent")),
        "approved": ("green", _("Approved")),
        "rejected": ("red", _("Rejected")),
        "partial": ("orange", _("Partly paid")),
        "paid": ("green", pgettext_lazy("invoice", "Paid")),
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
call_values(
    {
        "sent": ("blue", pgettext_lazy("contract", "Sent")),
        "expired": ("orange", pgettext_lazy("contract", "Expired")),
        "cancelled": ("secondary", pgettext_lazy("contract", "Cancelled")),
    },
    of="contracts",
)
call_values(
    {
        "completed": ("green", pgettext_lazy("payment", "Completed")),
        "cancelled": ("secondary", pgettext_lazy("payment", "Cancelled")),
    },
    of="payments",
)
