"""How what is done to segments, campaigns and forms is taken back (leadercrm.core.reversing)."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.reversing import reverses
from marketing.actions.campaigns import change_campaign, delete_campaign, restore_campaign
from marketing.actions.forms import change_form, delete_form, restore_form
from marketing.actions.segments import change_segment, delete_segment, restore_segment
from marketing.models import Campaign, Form, Segment

MEMBERS = _("who was put in or taken out is changed by hand")
MAILED = _("mails of it may have gone out")

reverses(
    Segment,
    remove=delete_segment,
    restore=restore_segment,
    put_back=change_segment,
    final=dict.fromkeys(("members_added", "members_removed", "members_replaced"), MEMBERS),
)
reverses(
    Campaign,
    remove=delete_campaign,
    restore=restore_campaign,
    put_back=change_campaign,
    final=dict.fromkeys(("scheduled", "started", "sent", "tried", "test_decided"), MAILED),
)
reverses(
    Form,
    remove=delete_form,
    restore=restore_form,
    put_back=change_form,
    final={"key_rotated": _("the former key has ended for good")},
)
