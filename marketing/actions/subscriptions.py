"""What readers decide about the mails that they get: none, some, all again. The address decides, not the contact."""

from collections.abc import Collection

from django.db.models import F
from django.utils import timezone

from leadercrm.core.actions import domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from marketing.actions.silence import suppress
from marketing.models import (
    Campaign,
    CampaignRecipient,
    MailEvent,
    MailEventKind,
    MailPreference,
    Suppression,
    SuppressionReason,
    Topic,
)


@domain_action(permission="marketing.choose_mails")
def unsubscribe(recipient: CampaignRecipient, *, actor: Actor) -> None:
    """No campaign goes to this address any more. Twice is once."""
    recipient = lock(recipient)
    suppress(
        recipient.email, SuppressionReason.UNSUBSCRIBED, str(recipient.campaign), actor=Actor.system(via=actor.via)
    )
    if recipient.unsubscribed_at is None:
        recipient.unsubscribed_at = timezone.now()
        recipient.save(update_fields=["unsubscribed_at"])
        Campaign.objects.filter(pk=recipient.campaign_id).update(unsubscribed_count=F("unsubscribed_count") + 1)
        MailEvent.objects.create(recipient=recipient, kind=MailEventKind.UNSUBSCRIBED)


@domain_action(permission="marketing.choose_mails")
def subscribe_again(recipient: CampaignRecipient, *, actor: Actor) -> bool:
    """Take the reader's own unsubscription back, and nothing else: False when there is none.

    An address that bounced, complained or was put on the list by the staff stays there.
    """
    recipient = lock(recipient)
    own = Suppression.objects.filter(email=recipient.email, reason=SuppressionReason.UNSUBSCRIBED)
    entry = own.select_for_update().first()
    if entry is None:
        return False
    before = snapshot(entry)
    entry.delete()
    record(actor, entry, "suppression.removed", before=before)
    MailEvent.objects.create(recipient=recipient, kind=MailEventKind.RESUBSCRIBED)
    return True


@domain_action(permission="marketing.choose_mails")
def choose_topics(recipient: CampaignRecipient, wanted: Collection[Topic | str], *, actor: Actor) -> None:
    """Let the address get campaigns on these topics and no others; on none, it is unsubscribed."""
    recipient = lock(recipient)
    if not wanted:
        unsubscribe(recipient, actor=actor)
        return
    subscribe_again(recipient, actor=actor)
    refused = sorted(str(topic) for topic in Topic if topic not in wanted)
    chosen, made = MailPreference.objects.select_for_update().get_or_create(email=recipient.email)
    before = None if made else snapshot(chosen)
    if made or chosen.refused != refused:
        chosen.refused = refused
        chosen.save(update_fields=["refused", "changed_at"])
        record(actor, chosen, "preference.chosen", before=before)


def is_silenced(email: str) -> str:
    """Why an address gets no campaign: a SuppressionReason, or nothing."""
    found = Suppression.objects.filter(email=email).values_list("reason", flat=True).first()
    return found or ""
