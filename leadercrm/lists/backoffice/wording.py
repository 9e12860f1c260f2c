"""What the pages call the values of batches."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.web.wording import call_values
from leadercrm.lists.kinds import every_kind

call_values({kind.name: ("secondary", kind.label) for kind in every_kind()})
call_values(
    {
        "reading": ("blue", _("Reading the file")),
        "mapping": ("yellow", _("To be mapped")),
        "running": ("blue", _("Running")),
        "done": ("green", _("Done")),
        "failed": ("red", _("Failed")),
        "reverting": ("blue", _("Being reverted")),
        "reverted": ("secondary", _("Reverted")),
        "made": ("green", _("New")),
        "changed": ("azure", _("Changed")),
        "deleted": ("orange", _("Deleted")),
        "skipped": ("secondary", _("Skipped")),
    }
)
