"""Campaigns: one mail to everybody in a segment, and what became of it."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from leadercrm.core.living import LivingModel
from marketing.models.preference import Topic
from marketing.models.segment import Segment


class CampaignStatus(models.TextChoices):
    """Where a campaign stands."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    SENDING = "sending", _("sending")
    PAUSED = "paused", _("paused")
    SENT = "sent", _("sent")
    CANCELLED = "cancelled", _("cancelled")

    @classmethod
    def moves(cls) -> Mapping["CampaignStatus", set["CampaignStatus"]]:
        """What may follow what (contract, section 4)."""
        return {
            cls.DRAFT: {cls.SCHEDULED, cls.SENDING},
            cls.SCHEDULED: {cls.DRAFT, cls.SENDING, cls.CANCELLED},
            cls.SENDING: {cls.PAUSED, cls.SENT, cls.CANCELLED},
            cls.PAUSED: {cls.SENDING, cls.CANCELLED},
            cls.SENT: set(),
            cls.CANCELLED: set(),
        }


class TestMeasure(models.TextChoices):
    """What the better one of two subjects is told by."""

    OPENS = "opens", _("opens")
    CLICKS = "clicks", _("clicks")


class Campaign(LivingModel):
    """A mail to a segment. `content` is the HTML as it was written; what is shown or sent is made clean of it.

    The counters are those of `stats`: whoever changes a recipient adds to them in the same transaction.
    """

    name = models.CharField(max_length=255)
    subject = models.CharField(max_length=255, null=True, blank=True)
    # Another subject that a share of the audience gets, to find out which is read more.
    subject_b = models.CharField(max_length=255, null=True, blank=True)
    test_share = models.PositiveSmallIntegerField(default=20, db_default=20)
    test_hours = models.PositiveSmallIntegerField(default=4, db_default=4)
    test_measure = models.CharField(
        max_length=8, choices=TestMeasure.choices, default=TestMeasure.OPENS, db_default=TestMeasure.OPENS
    )
    # The variant that the rest gets, once it is known.
    winner = models.CharField(max_length=1, blank=True, default="", db_default="", editable=False)
    topic = models.CharField(max_length=16, choices=Topic.choices, default=Topic.NEWS, db_default=Topic.NEWS)
    preheader = models.CharField(max_length=255, null=True, blank=True)
    content = models.TextField(null=True, blank=True)
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.SET_NULL, related_name="campaigns")
    status = models.CharField(
        max_length=16, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT, editable=False
    )
    scheduled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    recipients_count = models.PositiveIntegerField(default=0, editable=False)
    sent_count = models.PositiveIntegerField(default=0, editable=False)
    failed_count = models.PositiveIntegerField(default=0, editable=False)
    opened_count = models.PositiveIntegerField(default=0, editable=False)
    clicked_count = models.PositiveIntegerField(default=0, editable=False)
    bounced_count = models.PositiveIntegerField(default=0, editable=False)
    unsubscribed_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta(LivingModel.Meta):
        db_table = "marketing_campaign"

    def __str__(self) -> str:
        return self.name


class CampaignLink(models.Model):
    """A link of a campaign as it was when it was sent; `position` counts from 0 in the mail."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="links", db_index=False)
    position = models.PositiveSmallIntegerField()
    url = models.TextField()
    clicked_count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "marketing_campaignlink"
        constraints = [models.UniqueConstraint(fields=["campaign", "position"], name="campaignlink_place")]

    def __str__(self) -> str:
        return self.url
