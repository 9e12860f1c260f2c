"""Letting campaigns go: at once or at their time, and holding, resuming and ending them."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from leadercrm.core import tally
from leadercrm.core.actions import domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.caps import count_sends
from leadercrm.core.errors import in_english
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType
from leadercrm.tenancy import turns
from marketing.actions.delivery import answerable, complete_campaign, deliver_soon
from marketing.actions.readiness import STARTS, refuse_problems, refuse_unless
from marketing.audience import HELD, freeze
from marketing.members import contacts_of
from marketing.models import Campaign, CampaignRecipient, CampaignStatus, RecipientStatus, TestMeasure


@domain_action(permission="marketing.send_campaign")
def send_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Let a draft go: now, or at its time where that is still to come.

    Refuses, field by field, what would make it no mail: no subject, no content, no segment or an empty one.
    """
    campaign = lock(campaign)
    refuse_unless(campaign, (CampaignStatus.DRAFT,))
    refuse_problems(campaign)
    before = snapshot(campaign)
    if campaign.scheduled_at is not None and campaign.scheduled_at > timezone.now():
        transition(campaign, CampaignStatus.SCHEDULED)
        record(actor, campaign, "campaign.scheduled", before=before)
        count_sends(actor, _expected(campaign) if actor.caps else 0)
        turns.announce(STARTS)
        return campaign
    return _begin(campaign, actor)


@domain_action(permission="marketing.send_campaign")
def start_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Begin a scheduled campaign whose time has come; one that was begun, moved or cancelled meanwhile stays so.

    Refuses, as send_campaign does, what would be no mail any more.
    """
    campaign = lock(campaign)
    due = campaign.scheduled_at is not None and campaign.scheduled_at <= timezone.now()
    if campaign.status != CampaignStatus.SCHEDULED or not due:
        return campaign
    refuse_problems(campaign)
    return _begin(campaign, actor)


@domain_action(permission="marketing.send_campaign")
def pause_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Hold what is being sent: within seconds nobody gets it any more."""
    return _moved(lock(campaign), CampaignStatus.PAUSED, "campaign.paused", actor)


@domain_action(permission="marketing.send_campaign")
def resume_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Go on with a campaign that was paused."""
    campaign = lock(campaign)
    if campaign.status != CampaignStatus.PAUSED:
        transition(campaign, CampaignStatus.SENDING)  # refuses, and says why
    campaign = _moved(campaign, CampaignStatus.SENDING, "campaign.resumed", actor)
    deliver_soon()
    return campaign


@domain_action(permission="marketing.send_campaign")
def cancel_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Call a campaign off: whoever has not got it gets it no more."""
    campaign = _moved(lock(campaign), CampaignStatus.CANCELLED, "campaign.cancelled", actor)
    waiting = CampaignRecipient.objects.filter(campaign=campaign, status=RecipientStatus.QUEUED)
    waiting.update(status=RecipientStatus.CANCELLED)
    tally.touch(CampaignRecipient._meta.label_lower)
    return campaign


@domain_action(permission="marketing.send_campaign")
def unschedule_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Make a campaign that waits for its time a draft again."""
    return _moved(lock(campaign), CampaignStatus.DRAFT, "campaign.unscheduled", actor)


@domain_action(permission="marketing.send_campaign")
def stop_start(campaign: Campaign, *, reason: Any, actor: Actor) -> Campaign:
    """Make a scheduled campaign that cannot begin a draft again, and tell whom it concerns why."""
    campaign = lock(campaign)
    if campaign.status != CampaignStatus.SCHEDULED:
        return campaign
    campaign = _moved(campaign, CampaignStatus.DRAFT, "campaign.unscheduled", actor)
    notify(
        answerable(campaign),
        NotificationType.CAMPAIGN_STOPPED,
        title=_("Campaign not sent"),
        body=_("“%(name)s” could not be sent at its time, and is a draft again: %(reason)s"),
        values={"name": campaign.name, "reason": gettext_lazy(in_english(reason))},
        url=f"/campaigns/{campaign.pk}",
    )
    return campaign


@domain_action(permission="marketing.send_campaign")
def decide_test(campaign: Campaign, *, actor: Actor) -> Campaign:
    """End a test of subjects whose time is over: whoever has waited gets the one that was read by more.

    The share counts, not the number; of two equal ones the first subject wins. Once decided, it stays so.
    """
    campaign = lock(campaign)
    if not open_tests().filter(pk=campaign.pk).exists() or timezone.now() < test_end(campaign):
        return campaign
    before = snapshot(campaign)
    campaign.winner = _better(campaign)
    campaign.save(update_fields=["winner", "updated_at"])
    record(actor, campaign, "campaign.test_decided", before=before)
    waiting = CampaignRecipient.objects.filter(campaign=campaign, status=RecipientStatus.QUEUED, due_at=HELD)
    waiting.update(variant=campaign.winner, due_at=timezone.now())
    tally.touch(CampaignRecipient._meta.label_lower)
    deliver_soon()
    return campaign


def test_end(campaign: Campaign) -> datetime:
    """When the test of a campaign that has begun is over."""
    return (campaign.started_at or timezone.now()) + timedelta(hours=campaign.test_hours)


def due_campaigns() -> QuerySet[Campaign]:
    """Scheduled campaigns whose time has come."""
    campaigns: QuerySet[Campaign] = Campaign.objects.filter(status=CampaignStatus.SCHEDULED)
    return campaigns.filter(scheduled_at__lte=timezone.now()).order_by("scheduled_at", "pk")


def next_start() -> datetime | None:
    """When the bound tenant's next campaign begins, or its next test of subjects ends; None when there is none."""
    starts = Campaign.objects.filter(status=CampaignStatus.SCHEDULED, scheduled_at__isnull=False)
    moments = [*starts.values_list("scheduled_at", flat=True), *(test_end(campaign) for campaign in open_tests())]
    return min(moments, default=None)


def open_tests() -> QuerySet[Campaign]:
    """Campaigns being sent of which it is not known yet which subject is the better one."""
    sending: QuerySet[Campaign] = Campaign.objects.filter(
        status__in=(CampaignStatus.SENDING, CampaignStatus.PAUSED), winner="", started_at__isnull=False
    )
    return sending.exclude(subject_b__isnull=True).exclude(subject_b="")


def _begin(campaign: Campaign, actor: Actor) -> Campaign:
    """Freeze the audience and set the senders going."""
    before = snapshot(campaign)
    count = freeze(campaign)
    transition(campaign, CampaignStatus.SENDING, started_at=timezone.now(), recipients_count=count)
    record(actor, campaign, "campaign.started", before=before)
    tally.touch(CampaignRecipient._meta.label_lower, count)
    count_sends(actor, count)
    if count == 0:
        return complete_campaign(campaign, actor=Actor.system())
    if campaign.subject_b:
        turns.announce(STARTS)
    deliver_soon()
    return campaign


def _expected(campaign: Campaign) -> int:
    """How many a campaign would go to that is to begin later."""
    return contacts_of(campaign.segment).count() if campaign.segment is not None else 0


def _moved(campaign: Campaign, status: CampaignStatus, action: str, actor: Actor) -> Campaign:
    before = snapshot(campaign)
    transition(campaign, status)
    record(actor, campaign, action, before=before)
    return campaign


def _better(campaign: Campaign) -> str:
    """The variant that a larger share of those who got it has opened, or clicked."""
    column = "clicked_at" if campaign.test_measure == TestMeasure.CLICKS else "opened_at"
    got = CampaignRecipient.objects.filter(campaign=campaign, sent_at__isnull=False).order_by()
    shares = {
        row["variant"]: row["read"] / row["got"]
        for row in got.values("variant").annotate(
            got=Count("pk"), read=Count("pk", filter=Q(**{f"{column}__isnull": False}))
        )
    }
    return "b" if shares.get("b", 0) > shares.get("a", 0) else "a"
