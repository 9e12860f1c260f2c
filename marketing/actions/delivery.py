"""A campaign's sending as others see it: it begins, it ends, and what people say of mails in doubt."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor, Role
from leadercrm.core.errors import DomainError
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType
from leadercrm.tenancy import turns
from marketing.models import Campaign, CampaignRecipient, CampaignStatus, RecipientStatus

KIND = "campaigns"
# What is to be rung once a campaign's sending has begun; marketing.tasks sets it, for this room knows no Celery.
BELLS: list[Callable[[], object]] = []
# For so long after its end, mails of a campaign may be sent again by hand (marketing.delivery.journal).
OPEN_FOR_DAYS = 60


def deliver_soon() -> None:
    """Have the bound tenant's due recipients served once the running transaction commits.

    The last call of whatever queues recipients, or lets a campaign go on: the tenant's turn is locked from here on.
    """
    turns.announce(KIND)
    for bell in BELLS:
        transaction.on_commit(bell, robust=True)


@domain_action(permission="marketing.send_campaign")
def complete_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Call a campaign sent, of which nobody is left to send to, and tell its owner: exactly once.

    One that is not being sent, or not any more, is left as it is.
    """
    campaign = lock(campaign)
    if campaign.status != CampaignStatus.SENDING or _is_anybody_left(campaign):
        return campaign
    before = snapshot(campaign)
    transition(campaign, CampaignStatus.SENT, sent_at=timezone.now())
    record(actor, campaign, "campaign.sent", before=before)
    _tell(campaign)
    return campaign


def _is_anybody_left(campaign: Campaign) -> bool:
    open_ones = (RecipientStatus.QUEUED, RecipientStatus.CLAIMED)
    return CampaignRecipient.objects.filter(campaign=campaign, status__in=open_ones).exists()


def _tell(campaign: Campaign) -> None:
    doubts = CampaignRecipient.objects.filter(campaign=campaign, status=RecipientStatus.IN_DOUBT).count()
    body = _("“%(name)s” went to %(sent)s of %(recipients)s recipients.")
    if doubts:
        body = _("“%(name)s” went to %(sent)s of %(recipients)s recipients. We do not know whether %(doubts)s got it.")
    values = {"name": campaign.name, "sent": campaign.sent_count, "recipients": campaign.recipients_count}
    notify(
        answerable(campaign),
        NotificationType.CAMPAIGN_SENT,
        title=_("Campaign sent"),
        body=body,
        values={**values, "doubts": doubts},
        url=f"/campaigns/{campaign.pk}",
    )


def answerable(campaign: Campaign) -> list[int | None]:
    """Its owner; where there is none any more, the administrators."""
    if campaign.owner_id and User.objects.filter(pk=campaign.owner_id, is_active=True).exists():
        return [campaign.owner_id]
    return [*User.objects.filter(role=Role.ADMIN, is_active=True).values_list("pk", flat=True)]


@domain_action(permission="marketing.send_campaign")
def confirm_arrival(recipient: CampaignRecipient, *, actor: Actor) -> CampaignRecipient:
    """Say that a mail in doubt has arrived."""
    recipient = _lock_doubtful(recipient)
    settle_doubt(recipient, RecipientStatus.SENT, actor=actor, action="recipient.confirmed")
    return recipient


@domain_action(permission="marketing.send_campaign")
def send_again(recipient: CampaignRecipient, *, actor: Actor) -> CampaignRecipient:
    """Send a mail in doubt once more, with the Message-ID that it had: whoever asks knows that it may come twice.

    Refused when its campaign has been cancelled, or was sent long ago.
    """
    recipient = _lock_doubtful(recipient)
    if not _takes_more(recipient.campaign):
        raise DomainError(_("This campaign is not sent any more."), field="status", code="illegal_transition")
    settle_doubt(recipient, RecipientStatus.QUEUED, actor=actor, action="recipient.repeated")
    deliver_soon()
    return recipient


def settle_doubt(recipient: CampaignRecipient, status: RecipientStatus, *, actor: Actor, action: str) -> None:
    """Move a locked recipient out of its doubt, into `sent` or `queued`, and count it."""
    now = timezone.now()
    values = {"status": status, "due_at": now, "looked_up_at": now}
    if status == RecipientStatus.SENT:
        values["sent_at"] = recipient.claimed_at or now
    amend(recipient, values, actor=actor, action=action)
    if status == RecipientStatus.SENT:
        Campaign.objects.filter(pk=recipient.campaign_id).update(sent_count=F("sent_count") + 1)
    tally.touch(CampaignRecipient._meta.label_lower)


def _lock_doubtful(recipient: CampaignRecipient) -> CampaignRecipient:
    recipient = lock(recipient)
    if recipient.status != RecipientStatus.IN_DOUBT:
        raise DomainError(_("This mail is not in doubt."), field="status", code="illegal_transition")
    return recipient


def _takes_more(campaign: Campaign) -> bool:
    if campaign.status == CampaignStatus.SENT and campaign.sent_at is not None:
        return (timezone.now() - campaign.sent_at).days < OPEN_FOR_DAYS
    return campaign.status in (CampaignStatus.SENDING, CampaignStatus.PAUSED)
