"""What mail servers and providers report of a mail that was sent: that it came back, was complained of, or arrived.

Reports come late, twice, and out of order: each kind counts once for a mail, whatever is said again. They are no
business changes, and the event itself is what is kept; only a suppression is audited.
"""

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from leadercrm.core.actions import domain_action, lock
from leadercrm.core.actor import Actor
from marketing.actions.delivery import settle_doubt
from marketing.actions.silence import suppress
from marketing.models import (
    Campaign,
    CampaignRecipient,
    MailEvent,
    MailEventKind,
    RecipientStatus,
    SuppressionReason,
)

MOST_OF_A_DETAIL = 255
# So many mails in a row that came back for now are one that came back for good.
SOFT_IN_A_ROW = 3
# How many of an address's latest mails are looked at for that.
LOOKED_AT = 20


@domain_action(permission="marketing.take_report")
def note_bounce(recipient: CampaignRecipient, *, for_good: bool, reason: str = "", actor: Actor) -> None:
    """A mail came back: for good, and its address gets no more; or for now, which the third time in a row is the same.

    It counts once among the campaign's bounces, of whatever kind.
    """
    recipient = lock(recipient)
    _went_out(recipient)
    _keep(recipient, MailEventKind.BOUNCED if for_good else MailEventKind.DEFERRED, reason)
    if recipient.bounced_at is None:
        recipient.bounced_at = timezone.now()
        recipient.save(update_fields=["bounced_at"])
        Campaign.objects.filter(pk=recipient.campaign_id).update(bounced_count=F("bounced_count") + 1)
    if for_good or soft_in_a_row(recipient) >= SOFT_IN_A_ROW:
        suppress(recipient.email, SuppressionReason.BOUNCED, reason, actor=actor)


@domain_action(permission="marketing.take_report")
def note_complaint(recipient: CampaignRecipient, *, reason: str = "", actor: Actor) -> None:
    """A reader called the mail spam: their address gets no more, from whatever campaign."""
    recipient = lock(recipient)
    _went_out(recipient)
    _keep(recipient, MailEventKind.COMPLAINED, reason)
    if recipient.complained_at is None:
        recipient.complained_at = timezone.now()
        recipient.save(update_fields=["complained_at"])
    suppress(recipient.email, SuppressionReason.COMPLAINED, reason, actor=actor)


@domain_action(permission="marketing.take_report")
def note_delivery(recipient: CampaignRecipient, *, actor: Actor) -> None:
    """A mail has arrived: one that was in doubt is so no more."""
    _went_out(lock(recipient))


@domain_action(permission="marketing.take_report")
def note_refusals(recipient: CampaignRecipient, *, reason: str = "", actor: Actor) -> None:
    """A mail was refused until there was no try left, which counts among those that came back for now."""
    recipient = lock(recipient)
    if soft_in_a_row(recipient) >= SOFT_IN_A_ROW:
        suppress(recipient.email, SuppressionReason.BOUNCED, reason, actor=actor)


def soft_in_a_row(recipient: CampaignRecipient) -> int:
    """How many mails to its address failed one after the other, this one being among them.

    By the order in which they went out: a notification may take days, and later mails' may come before it.
    """
    mails = CampaignRecipient.objects.filter(
        Q(status__in=(RecipientStatus.SENT, RecipientStatus.FAILED)) | Q(pk=recipient.pk), email=recipient.email
    )
    latest = mails.order_by(Coalesce("sent_at", "claimed_at").desc(nulls_last=True), "-pk")[:LOOKED_AT]
    row, holds_it = 0, False
    for pk, status, bounced_at in latest.values_list("pk", "status", "bounced_at"):
        if bounced_at is None and status != RecipientStatus.FAILED and pk != recipient.pk:
            if holds_it:
                break
            row = 0
            continue
        row, holds_it = row + 1, holds_it or pk == recipient.pk
    return row if holds_it else 0


def _keep(recipient: CampaignRecipient, kind: MailEventKind, reason: str) -> None:
    """Keep the event, once."""
    if not MailEvent.objects.filter(recipient=recipient, kind=kind).exists():
        MailEvent.objects.create(recipient=recipient, kind=kind, detail=reason[:MOST_OF_A_DETAIL])


def _went_out(recipient: CampaignRecipient) -> None:
    if recipient.status == RecipientStatus.IN_DOUBT:
        settle_doubt(recipient, RecipientStatus.SENT, actor=Actor.system(), action="recipient.arrived")
