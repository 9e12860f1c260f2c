"""Campaigns in a tenant's admin site."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from leadercrm.core.admin_kit.buttons import Button
from leadercrm.core.admin_kit.inlines import ShownRows
from leadercrm.core.admin_kit.options import ActionAdmin, in_bin
from leadercrm.core.admin_kit.site import tenant_site
from leadercrm.core.admin_kit.wording import call
from marketing.actions.campaigns import (
    CHANGEABLE,
    change_campaign,
    create_campaign,
    delete_campaign,
    duplicate_campaign,
)
from marketing.actions.sending import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    send_campaign,
    unschedule_campaign,
)
from marketing.api.serializers_campaigns import CampaignInput
from marketing.models import Campaign, CampaignLink, CampaignStatus

call(
    Campaign, _("campaign"), _("campaigns"), name=_("name"), subject=_("subject"), subject_b=_("second subject"),
    test_share=_("share of the test in per cent"), test_hours=_("hours of the test"),
    test_measure=_("better is the one with more"), winner=_("better subject"), topic=_("topic"),
    preheader=_("preview text"), content=_("content"), segment=_("segment"), status=_("status"),
    scheduled_at=_("to be sent"), started_at=_("begun"), sent_at=_("sent"), owner=_("owner"),
    recipients_count=_("recipients"), sent_count=_("mails sent"), failed_count=_("failed"),
    opened_count=_("opened"), clicked_count=_("clicked"), bounced_count=_("bounced"),
    unsubscribed_count=_("unsubscribed"), created_at=_("created"), updated_at=_("changed"),
)  # fmt: skip
call(
    CampaignLink, _("link of a campaign"), _("links of a campaign"), campaign=_("campaign"), position=_("place"),
    url=_("address"), clicked_count=_("clicked"),
)  # fmt: skip
FIGURES = (
    "recipients_count", "sent_count", "failed_count", "opened_count", "clicked_count", "bounced_count",
    "unsubscribed_count",
)  # fmt: skip


def _is(*statuses: CampaignStatus) -> Any:
    return lambda campaign: campaign.status in statuses and not in_bin(campaign)


class Links(ShownRows):
    """Where its links lead, and how many clicked."""

    model = CampaignLink
    fields = ("url", "clicked_count")
    ordering = ("position",)


@admin.register(Campaign, site=tenant_site)
class CampaignAdmin(ActionAdmin):
    section, icon, counted = "marketing", "campaign", True
    create_action, update_action, delete_action = create_campaign, change_campaign, delete_campaign
    serializer = CampaignInput
    list_display = ("name", "status", "segment", "recipients_count", "sent_count", "opened_count", "sent_at")
    list_select_related = ("segment",)
    list_filter = ("status", "topic", "owner")
    search_fields = ("name",)
    autocomplete_fields = ("segment", "owner")
    readonly_fields = ("status", "winner", "started_at", "sent_at", *FIGURES, "created_at", "updated_at")
    fieldsets = (
        (None, {"fields": (("name", "status"), ("segment", "topic"), ("scheduled_at", "owner"))}),
        (_("Mail"), {"fields": ("subject", "preheader", "content")}),
        (
            _("Test of two subjects"),
            {"fields": ("subject_b", ("test_share", "test_hours"), ("test_measure", "winner"))},
        ),
        (_("Figures"), {"fields": (FIGURES[:3], FIGURES[3:])}),
        (_("Record"), {"fields": (("started_at", "sent_at"), ("created_at", "updated_at"))}),
    )
    inlines: ClassVar[Any] = (Links,)
    buttons = (
        Button("send", _("Send"), send_campaign, icon="send", shown=_is(CampaignStatus.DRAFT)),
        Button("unschedule", _("Back to draft"), unschedule_campaign, icon="undo", shown=_is(CampaignStatus.SCHEDULED)),
        Button("pause", _("Pause"), pause_campaign, icon="pause", shown=_is(CampaignStatus.SENDING)),
        Button("resume", _("Go on"), resume_campaign, icon="play_arrow", shown=_is(CampaignStatus.PAUSED)),
        Button(
            "cancel",
            _("Call off"),
            cancel_campaign,
            explanation=_("Whoever has not got it gets it no more."),
            icon="cancel",
            danger=True,
            shown=_is(CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED),
        ),
        Button("duplicate", _("Duplicate"), duplicate_campaign, icon="content_copy", shown=lambda row: not in_bin(row)),
    )

    def get_inlines(self, request: Any, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        changeable = obj is None or obj.status in CHANGEABLE
        return changeable and bool(super().has_change_permission(request, obj))
