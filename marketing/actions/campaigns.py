"""Writing campaigns."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.bin import refuse_expired
from crm.actions.references import check_references
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.tenancy import turns
from marketing.actions.readiness import STARTS, refuse_problems, refuse_unless
from marketing.cleaning import clean
from marketing.models import Campaign, CampaignStatus, Segment

Values = dict[str, Any]
COPIED = (
    "subject", "subject_b", "test_share", "test_hours", "test_measure", "topic", "preheader", "content", "segment_id",
)  # fmt: skip
CHANGEABLE = (CampaignStatus.DRAFT, CampaignStatus.SCHEDULED)


@domain_action(permission="marketing.create_campaign")
def create_campaign(values: Values, *, actor: Actor) -> Campaign:
    """Write a campaign. It is a draft, also with a time: nothing is mailed before somebody sends it (A-44)."""
    _check(values)
    campaign = Campaign(**{"owner_id": actor.user_id, **_cleaned(values)})
    campaign.save()
    record(actor, campaign, "campaign.created")
    return campaign


@domain_action(permission="marketing.change_campaign")
def change_campaign(campaign: Campaign, values: Values, *, actor: Actor) -> Campaign:
    """Change a draft, or one that waits for its time; what has begun stays as it went out."""
    _check(values)
    values = _cleaned(values)
    campaign = lock(campaign)
    refuse_unless(campaign, CHANGEABLE)
    if campaign.status == CampaignStatus.SCHEDULED:
        refuse_problems(Campaign(**{**_columns(campaign), **values}))
        if values.get("scheduled_at", campaign.scheduled_at) is None:
            raise DomainError(_("A scheduled campaign needs its time."), field="scheduled_at")
    if amend(campaign, values, actor=actor, action="campaign.changed") and campaign.status == CampaignStatus.SCHEDULED:
        turns.announce(STARTS)
    return campaign


@domain_action(permission="marketing.delete_campaign")
def delete_campaign(campaign: Campaign, *, actor: Actor) -> None:
    """Delete a campaign that has not begun, or was cancelled."""
    campaign = lock(campaign)
    refuse_unless(campaign, (*CHANGEABLE, CampaignStatus.CANCELLED))
    amend(campaign, {"deleted_at": timezone.now()}, actor=actor, action="campaign.deleted")


@domain_action(permission="marketing.delete_campaign")
def restore_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Take a campaign out of the bin: as a draft, where it waited for its time."""
    campaign = lock(campaign, deleted=True)
    refuse_expired(campaign)
    waited = campaign.status == CampaignStatus.SCHEDULED
    values = {"deleted_at": None, **({"status": CampaignStatus.DRAFT} if waited else {})}
    amend(campaign, values, actor=actor, action="campaign.restored")
    return campaign


@domain_action(permission="marketing.create_campaign")
def duplicate_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """A draft with the same content, to no time yet."""
    name = str(_("%(name)s (copy)") % {"name": campaign.name})[:255]
    copy = Campaign(name=name, owner_id=actor.user_id, **{column: getattr(campaign, column) for column in COPIED})
    copy.save()
    record(actor, copy, "campaign.created", copied_from=campaign.pk)
    return copy


def _check(values: Values) -> None:
    """Refuse an owner and a segment that are not there."""
    check_references(values)
    segment_id = values.get("segment_id")
    if segment_id is not None and not Segment.objects.filter(pk=segment_id).select_for_update(no_key=True).exists():
        raise DomainError(_("There is no segment with this id."), field="segment_id", code="unknown_reference")


def _cleaned(values: Values) -> Values:
    """Without what may not be in a content: nobody is to read, or to copy, what no mail will have."""
    return {**values, "content": clean(values["content"])} if values.get("content") else values


def _columns(campaign: Campaign) -> Values:
    return {field.attname: getattr(campaign, field.attname) for field in campaign._meta.concrete_fields}
