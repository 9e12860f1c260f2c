"""Recipients: one row for each person that a campaign goes to, frozen when it starts."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Contact
from marketing.models.campaign import Campaign, CampaignLink


class RecipientStatus(models.TextChoices):
    """Where one mail stands. `in doubt`: the connection or the sender was lost while it was handed over."""

    QUEUED = "queued", _("queued")
    CLAIMED = "claimed", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")
    IN_DOUBT = "in_doubt", _("in doubt")
    SUPPRESSED = "suppressed", _("suppressed")
    CANCELLED = "cancelled", _("cancelled")


class SkipReason(models.TextChoices):
    """Why somebody of the audience gets no mail; their row is `suppressed`."""

    SUPPRESSED = "suppressed", _("on the list of suppressed addresses")
    DO_NOT_CONTACT = "do_not_contact", _("not to be contacted")
    REPEP = "repep", _("in the REPEP")
    WITHDRAWN = "withdrawn", _("has withdrawn consent")
    TOPIC = "topic", _("does not want this topic")
    CAP = "cap", _("has had enough campaigns for now")


class CampaignRecipient(models.Model):
    """A person of a campaign's audience. `email` is in lower case, `values` are those of the merge fields.

    `due_at` is when the next try may be made, or the next look-up of a mail in doubt; `reply` the mail server's
    last answer. `skipped` says why there was no mail, as it was decided when the audience was frozen or when the
    mail's turn came. `claimed_by` and `claimed_at` name the claim under which it was handed over (marketing.delivery).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recipients", db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    email = models.CharField(max_length=254)
    values = models.JSONField(default=dict)
    variant = models.CharField(max_length=1, default="a")
    status = models.CharField(max_length=16, choices=RecipientStatus.choices, default=RecipientStatus.QUEUED)
    skipped = models.CharField(
        max_length=16, choices=SkipReason.choices, blank=True, default="", db_default="", editable=False
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=64, blank=True)
    claimed_at = models.DateTimeField(null=True)
    looked_up_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=255, blank=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    clicked_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "marketing_campaignrecipient"
        indexes = [
            models.Index(fields=["campaign", "due_at"], name="recipient_due", condition=models.Q(status="queued")),
            models.Index(fields=["claimed_at"], name="recipient_claimed", condition=models.Q(status="claimed")),
            models.Index(fields=["due_at"], name="recipient_doubt", condition=models.Q(status="in_doubt")),
            models.Index(fields=["email"], name="recipient_email"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "contact"], name="recipient_contact_once"),
            models.UniqueConstraint(fields=["campaign", "email"], name="recipient_email_once"),
        ]

    def __str__(self) -> str:
        return self.email


class MailEventKind(models.TextChoices):
    """What happened to a mail after it was sent."""

    OPENED = "opened", _("opened")
    CLICKED = "clicked", _("clicked")
    BOUNCED = "bounced", _("bounced")
    DEFERRED = "deferred", _("bounced for now")
    COMPLAINED = "complained", _("complained")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    RESUBSCRIBED = "resubscribed", _("subscribed again")


class MailEvent(models.Model):
    """Something that a recipient, a mail server or a robot did with one mail."""

    recipient = models.ForeignKey(CampaignRecipient, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=MailEventKind.choices)
    link = models.ForeignKey(CampaignLink, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_robot = models.BooleanField(default=False)
    detail = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "marketing_mailevent"

    def __str__(self) -> str:
        return f"{self.kind}: {self.recipient_id}"
