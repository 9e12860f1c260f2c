"""What the API's description calls the resources of the sales half."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.described import Resource

CONTACT = Resource(
    "Contact",
    _("contact"),
    _("contacts"),
    _("The people whom you sell to. Search before you create: two contacts may be the same person."),
)
NOTE = Resource("ContactNote", _("note"), _("contacts' notes"), _("Remarks about a contact; pinned ones stand first."))
COMPANY = Resource("Company", _("company"), _("companies"), _("The firms that contacts work for."))
DEAL = Resource("Deal", _("deal"), _("deals"), _("What may be sold, on its way through a pipeline."))
PIPELINE = Resource("Pipeline", _("pipeline"), _("pipelines"), _("Ways of selling, each with its stages."))
ACTIVITY = Resource("Activity", _("activity"), _("activities"), _("What is to be done, or was, and by whom."))
