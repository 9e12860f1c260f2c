"""Whom mails may be sent to: what contacts have agreed to, and addresses that get none."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.models import Contact


class ConsentStatus(models.TextChoices):
    """What a contact has said to advertising (LFPDPPP: it may be withdrawn at any time)."""

    UNKNOWN = "unknown", _("unknown")
    GRANTED = "granted", _("granted")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ContactConsent(models.Model):
    """What one contact has agreed to. A contact without a row has said nothing.

    `text` is the wording agreed to and `text_version` names it. `repep` says that the contact stands in
    the Registro Público de Evitar Publicidad. `do_not_contact` and `repep` go before any consent.
    """

    contact = models.OneToOneField(Contact, primary_key=True, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=16, choices=ConsentStatus.choices, default=ConsentStatus.UNKNOWN)
    source = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    text_version = models.CharField(max_length=64, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    do_not_contact = models.BooleanField(default=False)
    repep = models.BooleanField(default=False)

    class Meta:
        db_table = "marketing_contactconsent"

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.status}"


class SuppressionReason(models.TextChoices):
    """Why an address gets no campaign any more."""

    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    BOUNCED = "bounced", _("bounced")
    COMPLAINED = "complained", _("complained")
    MANUAL = "manual", _("added by hand")
    IMPORTED = "imported", _("imported")


class Suppression(models.Model):
    """An address, in lower case, that gets no campaign, whoever has it."""

    email = models.CharField(max_length=254, unique=True)
    reason = models.CharField(max_length=16, choices=SuppressionReason.choices)
    detail = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "marketing_suppression"

    def __str__(self) -> str:
        return self.email
