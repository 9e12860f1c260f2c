"""Attendees: users and contacts, and what they have said."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Contact
from events.models.event import Event


class AttendeeStatus(models.TextChoices):
    """What somebody has said. Any may follow any, as long as there is a seat for who comes."""

    PENDING = "pending", _("no answer yet")
    ACCEPTED = "accepted", _("comes")
    DECLINED = "declined", _("does not come")
    TENTATIVE = "tentative", _("comes perhaps")
    WAITLISTED = "waitlisted", _("on the waiting list")


# Who has a seat. These are what `attendees_count` counts.
SEATED = AttendeeStatus.ACCEPTED


class Origin(models.TextChoices):
    """How somebody came to be an attendee."""

    ADDED = "added", _("added by a user")
    ANSWER = "answer", _("own answer")
    INVITATION = "invitation", _("invitation")
    MANDATORY = "mandatory", _("mandatory event")
    PAGE = "page", _("registration page")


class Attendee(models.Model):
    """A user or a contact at an event, each once.

    `waiting_since` orders the waiting list. `code` is what is typed at the door where no QR code can
    be read: it is told apart within its event, and opens nothing. The attendee's own page has a link that
    ends with `link_version`. `sends` numbers the mails to a contact; `consent` is the text that they
    agreed to on the registration page, and `language` that in which they read it.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="attendees", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    status = models.CharField(max_length=16, choices=AttendeeStatus.choices, default=AttendeeStatus.PENDING)
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.ADDED)
    code = models.CharField(max_length=8)
    waiting_since = models.DateTimeField(null=True, editable=False)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    sends = models.PositiveIntegerField(default=0, editable=False)
    link_version = models.PositiveIntegerField(default=1, editable=False)
    notes = models.CharField(max_length=1000, null=True, blank=True)
    language = models.CharField(max_length=10, default="es-mx", editable=False)
    consent = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    UNAUDITED: ClassVar[tuple[str, ...]] = ("reminded_at", "sends", "updated_at")

    class Meta:
        db_table = "events_attendee"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, contact__isnull=False)
                | models.Q(user__isnull=False, contact__isnull=True),
                name="attendee_is_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(status="waitlisted", waiting_since__isnull=False)
                | (~models.Q(status="waitlisted") & models.Q(waiting_since__isnull=True)),
                name="attendee_waits_since",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_in_at__isnull=True) | models.Q(status="accepted"),
                name="attendee_in_has_seat",
            ),
            models.UniqueConstraint(fields=["event", "user"], name="attendee_user_once"),
            models.UniqueConstraint(fields=["event", "contact"], name="attendee_contact_once"),
            models.UniqueConstraint(fields=["event", "code"], name="attendee_code_once"),
        ]
        indexes = [
            models.Index(fields=["event", "status", "waiting_since", "id"], name="attendee_status"),
            models.Index(fields=["user"], name="attendee_user", condition=models.Q(user__isnull=False)),
            models.Index(fields=["contact"], name="attendee_contact", condition=models.Q(contact__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_id(self) -> int | None:
        """Attendees are their event's owner's."""
        return self.event.owner_id

    @property
    def name(self) -> str:
        return str(self.user or self.contact)
