"""What the pages call the values of events."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.web.wording import call_values

call_values(
    {
        "webinar": ("purple", _("Webinar")),
        "training": ("teal", _("Training")),
        "conference": ("indigo", _("Conference")),
        "workshop": ("orange", _("Workshop")),
        "accepted": ("green", _("Coming")),
        "declined": ("red", _("Not coming")),
        "tentative": ("yellow", _("Maybe")),
        "waitlisted": ("orange", _("Waiting list")),
    }
)
