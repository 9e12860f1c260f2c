"""What the API's description calls the resources of marketing."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.described import Resource

SEGMENT = Resource(
    "Segment", _("segment"), _("segments"), _("Groups of contacts, named one by one or found by conditions.")
)
CONSENT = Resource("Consent", _("consent"), _("consents"), _("What contacts have said to advertising."))
SUPPRESSION = Resource(
    "Suppression", _("suppressed address"), _("suppressed addresses"), _("Addresses that get no campaign.")
)
CAMPAIGN = Resource("Campaign", _("campaign"), _("campaigns"), _("One mail to everybody in a segment."))
PICTURE = Resource("CampaignPicture", _("picture of a campaign"), _("pictures of campaigns"), _("What campaigns show."))
FORM = Resource("Form", _("form"), _("forms"), _("Forms on websites, whose senders become contacts."))
MAIL_HOOK = Resource(
    "MailReport", _("report of mails"), _("reports of mails"), _("What mail providers say became of mails.")
)
