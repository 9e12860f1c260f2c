"""What the admin pages call that which happens in marketing, and what of it no page shows by a name of its own."""

from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.told import tell, tell_columns

tell(
    scheduled=_("scheduling"), unscheduled=_("back to draft"), started=_("start of sending"), paused=_("pause"),
    resumed=_("resumption"), cancelled=_("cancellation"), tried=_("trial sent"),
    test_decided=_("better subject found"), members_added=_("contacts put in"),
    members_removed=_("contacts taken out"), members_replaced=_("contacts replaced"), added=_("added to the list"),
    released=_("taken off the list"), removed=_("subscribed again"), chosen=_("choice by the reader"),
    arrived=_("found to have arrived"), looked_up=_("look-up"), received=_("receipt"), key_rotated=_("new key"),
    confirmed=_("confirmed by mail"), refused=_("marked as spam"),
)  # fmt: skip
tell_columns(emails=_("addresses"), copied_from=_("copied from"), contact_ids=_("contacts"), note=_("note"))
