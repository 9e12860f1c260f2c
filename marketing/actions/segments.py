"""Writing segments, and who is in the static ones."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.bin import refuse_expired
from crm.actions.references import check_contacts, check_references
from leadercrm.core import tally
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from marketing.conditions import read_rules
from marketing.fields import field_of
from marketing.members import MEMBERS
from marketing.models import CampaignStatus, Segment, SegmentMember, SegmentType

Values = dict[str, Any]
COMING = (CampaignStatus.SCHEDULED, CampaignStatus.SENDING, CampaignStatus.PAUSED)


@domain_action(permission="marketing.create_segment")
def create_segment(values: Values, *, actor: Actor) -> Segment:
    """Make a segment: a dynamic one of conditions, a static one of contacts; it refuses what the other kind has."""
    check_references(values)
    columns = {name: value for name, value in values.items() if name != "contact_ids"}
    segment = Segment(**{"owner_id": actor.user_id, **columns})
    _check(segment, values)
    contact_ids = check_contacts(values.get("contact_ids") or [])
    segment.conditions = read_rules(segment.conditions, field_of).given
    segment.save()
    _put(segment, contact_ids)
    record(actor, segment, "segment.created", contact_ids=contact_ids)
    return segment


@domain_action(permission="marketing.change_segment")
def change_segment(segment: Segment, values: Values, *, actor: Actor) -> Segment:
    """Change the columns named in `values`; `contact_ids` replaces the members of a static one. Its type stays."""
    check_references(values)
    contact_ids = check_contacts(values["contact_ids"] or []) if "contact_ids" in values else None
    segment = lock(segment)
    if values.get("type", segment.type) != segment.type:
        raise DomainError(_("A segment keeps its type."), field="type", hint=_("Make another segment."))
    _check(segment, values)
    columns = {name: value for name, value in values.items() if name not in ("contact_ids", "type")}
    if "conditions" in columns:
        columns["conditions"] = read_rules(columns["conditions"] or [], field_of).given
    amend(segment, columns, actor=actor, action="segment.changed")
    if contact_ids is not None:
        _replace(segment, contact_ids, actor)
    return segment


@domain_action(permission="marketing.delete_segment")
def delete_segment(segment: Segment, *, actor: Actor) -> None:
    """Delete a segment. Refuses one that a campaign is still to go to (A-49)."""
    segment = lock(segment)
    if segment.campaigns.filter(status__in=COMING, deleted_at__isnull=True).exists():
        raise DomainError(
            _("A campaign is scheduled for this segment."),
            field="campaigns",
            code="in_use",
            hint=_("Cancel the campaign first."),
        )
    amend(segment, {"deleted_at": timezone.now()}, actor=actor, action="segment.deleted")


@domain_action(permission="marketing.delete_segment")
def restore_segment(segment: Segment, *, actor: Actor) -> Segment:
    """Take a segment out of the bin."""
    segment = lock(segment, deleted=True)
    refuse_expired(segment)
    amend(segment, {"deleted_at": None}, actor=actor, action="segment.restored")
    return segment


@domain_action(permission="marketing.change_segment")
def add_members(segment: Segment, *, contact_ids: list[int], actor: Actor) -> Segment:
    """Put contacts into a static segment; those who are in it already stay."""
    contact_ids = check_contacts(contact_ids)
    segment = _static(segment)
    known = set(
        SegmentMember.objects.filter(segment=segment, contact_id__in=contact_ids).values_list("contact_id", flat=True)
    )
    added = [pk for pk in contact_ids if pk not in known]
    if added:
        _put(segment, added)
        record(actor, segment, "segment.members_added", contact_ids=added)
    return segment


@domain_action(permission="marketing.change_segment")
def remove_members(segment: Segment, *, contact_ids: list[int], actor: Actor) -> Segment:
    """Take contacts out of a static segment; who is not in it is passed over."""
    segment = _static(segment)
    members = SegmentMember.objects.filter(segment=segment, contact_id__in=contact_ids)
    removed = sorted(members.values_list("contact_id", flat=True))
    if removed:
        members.delete()
        tally.touch(MEMBERS)
        record(actor, segment, "segment.members_removed", contact_ids=removed)
    return segment


def _static(segment: Segment) -> Segment:
    segment = lock(segment)
    if segment.type != SegmentType.STATIC:
        raise DomainError(
            _("A dynamic segment has whom its conditions find."), field="contact_ids", code="not_static",
            hint=_("Change its conditions, or make a static segment."),
        )  # fmt: skip
    return segment


def _check(segment: Segment, values: Values) -> None:
    """Conditions are a dynamic segment's (A-48), members a static one's."""
    if segment.type == SegmentType.STATIC and values.get("conditions"):
        raise DomainError(_("A static segment has no conditions."), field="conditions")
    if segment.type == SegmentType.DYNAMIC and values.get("contact_ids"):
        raise DomainError(_("A dynamic segment has whom its conditions find."), field="contact_ids")


def _put(segment: Segment, contact_ids: list[int]) -> None:
    if contact_ids:
        SegmentMember.objects.bulk_create(SegmentMember(segment=segment, contact_id=pk) for pk in contact_ids)
        tally.touch(MEMBERS)


def _replace(segment: Segment, contact_ids: list[int], actor: Actor) -> None:
    if segment.type != SegmentType.STATIC:
        return
    wanted, known = set(contact_ids), set(segment.members.values_list("contact_id", flat=True))
    if wanted == known:
        return
    segment.members.filter(contact_id__in=known - wanted).delete()
    _put(segment, [pk for pk in contact_ids if pk not in known])
    tally.touch(MEMBERS)
    record(actor, segment, "segment.members_replaced", contact_ids=contact_ids)
