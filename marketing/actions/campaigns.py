"""Writing campaigns, and letting them go: what is checked first, and to whom they go."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.references import check_references
from leadercrm.core import tally
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.tenancy import turns
from marketing.actions.delivery import complete_campaign, deliver_soon
from marketing.audience import freeze
from marketing.checks import problems
from marketing.models import Campaign, CampaignRecipient, CampaignStatus, RecipientStatus, Segment

Values = dict[str, Any]
# Tenants that have campaigns to begin by themselves take turns under this name.
STARTS = "campaign-starts"
COPIED = (
    "subject", "subject_b", "test_share", "test_hours", "test_measure", "topic", "preheader", "content", "segment_id",
)  # fmt: skip
CHANGEABLE = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED)


@domain_action(permission="marketing.create_campaign")
def create_campaign(values: Values, *, actor: Actor) -> Campaign:
    """Write a campaign. It is a draft, also with a time: nothing is mailed before somebody sends it (A-44)."""
    _check(values)
    campaign = Campaign(**{"owner_id": actor.user_id, **values})
    campaign.save()
    record(actor, campaign, "campaign.created")
    return campaign


@domain_action(permission="marketing.change_campaign")
def change_campaign(campaign: Campaign, values: Values, *, actor: Actor) -> Campaign:
    """Change a draft, or one that waits for its time; what has begun stays as it went out."""
    _check(values)
    campaign = lock(campaign)
    _refuse_unless(campaign, CHANGEABLE)
    if campaign.status == CampaignStatus.SCHEDULED:
        _refuse_problems(Campaign(**{**_columns(campaign), **values}))
        if values.get("scheduled_at", campaign.scheduled_at) is None:
            raise DomainError(_("A scheduled campaign needs its time."), field="scheduled_at")
    if amend(campaign, values, actor=actor, action="campaign.changed") and campaign.status == CampaignStatus.SCHEDULED:
        turns.announce(STARTS)
    return campaign


@domain_action(permission="marketing.delete_campaign")
def delete_campaign(campaign: Campaign, *, actor: Actor) -> None:
    """Delete a campaign that has not begun, or was cancelled."""
    campaign = lock(campaign)
    _refuse_unless(campaign, (*CHANGEABLE, CampaignStatus.CANCELLED))
    amend(campaign, {"deleted_at": timezone.now()}, actor=actor, action="campaign.deleted")


@domain_action(permission="marketing.send_campaign")
def send_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Let a draft go: now, or at its time where that is still to come.

    Refuses, field by field, what would make it no mail: no subject, no content, no segment or an empty one.
    """
    campaign = lock(campaign)
    _refuse_unless(campaign, (CampaignStatus.DRAFT,))
    _refuse_problems(campaign)
    before = snapshot(campaign)
    if campaign.scheduled_at is not None and campaign.scheduled_at > timezone.now():
        transition(campaign, CampaignStatus.SCHEDULED)
        record(actor, campaign, "campaign.scheduled", before=before)
        turns.announce(STARTS)
        return campaign
    return _begin(campaign, actor)


@domain_action(permission="marketing.send_campaign")
def start_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Begin a scheduled campaign whose time has come; one that was begun, moved or cancelled meanwhile stays so."""
    campaign = lock(campaign)
    due = campaign.scheduled_at is not None and campaign.scheduled_at <= timezone.now()
    return _begin(campaign, actor) if campaign.status == CampaignStatus.SCHEDULED and due else campaign


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


@domain_action(permission="marketing.create_campaign")
def duplicate_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """A draft with the same content, to no time yet."""
    copied = (
        "subject",
        "subject_b",
        "test_share",
        "test_hours",
        "test_measure",
        "topic",
        "preheader",
        "content",
        "segment_id",
    )
    name = str(_("%(name)s (copy)") % {"name": campaign.name})[:255]
    copy = Campaign(name=name, owner_id=actor.user_id, **{column: getattr(campaign, column) for column in copied})
    copy.save()
    record(actor, copy, "campaign.created", copied_from=campaign.pk)
    return copy


def due_campaigns() -> QuerySet[Campaign]:
    """Scheduled campaigns whose time has come."""
    campaigns: QuerySet[Campaign] = Campaign.objects.filter(status=CampaignStatus.SCHEDULED)
    return campaigns.filter(scheduled_at__lte=timezone.now()).order_by("scheduled_at", "pk")


def next_start() -> Any:
    """When the bound tenant's next campaign begins, or its next test of subjects ends; None when there is none."""
    starts = Campaign.objects.filter(status=CampaignStatus.SCHEDULED, scheduled_at__isnull=False)
    tests = open_tests().values_list("started_at", "test_hours")
    moments = [
        *starts.values_list("scheduled_at", flat=True),
        *(at + timedelta(hours=hours) for at, hours in tests if at),
    ]
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
    if count == 0:
        return complete_campaign(campaign, actor=Actor.system())
    if campaign.subject_b:
        turns.announce(STARTS)
    deliver_soon()
    return campaign


def _moved(campaign: Campaign, status: CampaignStatus, action: str, actor: Actor) -> Campaign:
    before = snapshot(campaign)
    transition(campaign, status)
    record(actor, campaign, action, before=before)
    return campaign


def _check(values: Values) -> None:
    """Refuse an owner and a segment that are not there."""
    check_references(values)
    segment_id = values.get("segment_id")
    if segment_id is not None and not Segment.objects.filter(pk=segment_id).select_for_update(no_key=True).exists():
        raise DomainError(_("There is no segment with this id."), field="segment_id", code="unknown_reference")


def _columns(campaign: Campaign) -> Values:
    return {field.attname: getattr(campaign, field.attname) for field in campaign._meta.concrete_fields}


def _refuse_unless(campaign: Campaign, statuses: tuple[CampaignStatus, ...]) -> None:
    if campaign.status not in statuses:
        label = CampaignStatus(campaign.status).label
        raise DomainError(
            _("It is %(status)s: this can no longer be done.") % {"status": label},
            field="status",
            code="illegal_transition",
            hint=_("Duplicate it, and change the copy."),
        )


def _refuse_problems(campaign: Campaign) -> None:
    errors: dict[str, list[Any]] = {}
    for problem in problems(campaign):
        if problem.stops:
            errors.setdefault(problem.field, []).append(problem.text)
    if errors:
        raise DomainError(next(iter(errors.values()))[0], errors=errors, code="not_ready")
