"""Writing deals: what they are about, the stage they stand in, and who takes part."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.attached import bin_activities, restore_activities
from crm.actions.bin import refuse_expired
from crm.actions.references import check_contacts, check_many_references, check_pipeline, check_references, find_stage
from crm.actions.stages import announce_outcome, enter_stage
from crm.models import Deal, DealContact, StageChange
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.bulk import create_all, insert_rows
from leadercrm.core.currencies import DEFAULT_CURRENCY
from leadercrm.core.errors import DomainError

Values = dict[str, Any]


@domain_action(permission="crm.create_deal")
def create_deal(values: Values, *, actor: Actor) -> Deal:
    """Make a deal in one of its pipeline's stages; its probability is the stage's unless one is given.

    In a stage that is won or lost it is closed at once, with all that follows from that.
    """
    check_references(values)
    deal, change, contact_ids = _new(values, actor)
    deal.save()
    change.save()
    DealContact.objects.bulk_create(DealContact(deal=deal, contact_id=pk) for pk in contact_ids)
    record(actor, deal, "deal.created", contact_ids=contact_ids)
    announce_outcome(deal, deal.stage, actor)
    return deal


@domain_action(permission="crm.create_deal")
def create_deals(many: Sequence[Values], *, actor: Actor) -> list[Deal]:
    """Make deals as create_deal does, all or none of them; but nobody is told of each that is won or lost.

    They come from somewhere else, where that happened: whoever brings them in is told of all together.
    """
    check_many_references(many)
    made = [_new(values, actor) for values in many]
    deals = [deal for deal, _change, _ids in made]
    create_all(deals, "deal.created", actor=actor, notes=[{"contact_ids": ids} for _deal, _change, ids in made])
    for deal, change, _ids in made:
        change.deal_id = deal.pk
    moves = [{name: value for name, value in snapshot(change).items() if name != "id"} for _deal, change, _ids in made]
    insert_rows(StageChange, moves)
    insert_rows(DealContact, [{"deal_id": deal.pk, "contact_id": pk} for deal, _change, ids in made for pk in ids])
    return deals


def _new(values: Values, actor: Actor) -> tuple[Deal, StageChange, list[int]]:
    """A deal that is not saved yet, its move into its first stage, and the contacts who take part; they are held."""
    contact_ids = check_contacts(values.get("contact_ids") or [])
    stage = find_stage(values["stage_id"], values["pipeline_id"])
    columns = {name: value for name, value in values.items() if name != "contact_ids"}
    deal = Deal(**{"owner_id": actor.user_id, "currency": currency_of(actor), **columns})
    return deal, enter_stage(deal, stage, actor, probability=values.get("probability")), contact_ids


@domain_action(permission="crm.change_deal")
def change_deal(deal: Deal, values: Values, *, actor: Actor) -> Deal:
    """Change the columns named in `values`. `contact_ids` replaces those who take part.

    Another stage has the effects of moving there; another pipeline needs one of its stages.
    """
    check_references(values)
    # Contacts before the deal, as whoever merges them does.
    contact_ids = check_contacts(values["contact_ids"] or []) if "contact_ids" in values else None
    deal = lock(deal)
    before = snapshot(deal)
    columns = {name: value for name, value in values.items() if name not in ("contact_ids", "stage_id", "pipeline_id")}
    stage = _wanted_stage(deal, values)
    change = enter_stage(deal, stage, actor, probability=values.get("probability")) if stage else None
    for name, value in columns.items():
        setattr(deal, name, value)
    notes = {} if contact_ids is None else _set_contacts(deal, contact_ids)
    if snapshot(deal) != before or notes:
        deal.save()
        record(actor, deal, "deal.changed", before=before, **notes)
    if stage and change:
        change.save()
        announce_outcome(deal, stage, actor)
    return deal


@domain_action(permission="crm.change_deal")
def move_stage(deal: Deal, *, stage_id: int, lost_reason: str | None = None, actor: Actor) -> Deal:
    """Move a deal to another stage of its pipeline. Where it stands already, nothing happens.

    The stage decides the probability and whether the deal is open, won or lost; `lost_reason` is kept
    for one that is lost. Won and lost are told to its owner and the administrators.
    """
    deal = lock(deal)
    stage = find_stage(stage_id, deal.pipeline_id)
    if stage.pk == deal.stage_id:
        return deal
    before = snapshot(deal)
    change = enter_stage(deal, stage, actor, lost_reason=lost_reason)
    deal.save()
    change.save()
    record(actor, deal, "deal.moved", before=before)
    announce_outcome(deal, stage, actor)
    return deal


@domain_action(permission="crm.delete_deal")
def delete_deal(deal: Deal, *, actor: Actor) -> None:
    """Delete a deal softly, with its activities; an administrator can restore them for 30 days."""
    deal, at = lock(deal), timezone.now()
    amend(deal, {"deleted_at": at}, actor=actor, action="deal.deleted")
    bin_activities(deal, at)


@domain_action(permission="crm.restore_deal")
def restore_deal(deal: Deal, *, actor: Actor) -> Deal:
    """Take a deal out of the bin, and what went there with it."""
    deal = lock(deal, deleted=True)
    refuse_expired(deal)
    restore_activities(deal)
    amend(deal, {"deleted_at": None}, actor=actor, action="deal.restored")
    return deal


def currency_of(actor: Actor) -> str:
    """The currency that a tenant's amounts are in where none is given."""
    return str(actor.tenant_settings.get("currency", DEFAULT_CURRENCY))


def _wanted_stage(deal: Deal, values: Values) -> Any:
    """The stage that a change leads to; None if it stays where it is. Refuses a pipeline without a stage of its own."""
    pipeline_id = values.get("pipeline_id") or deal.pipeline_id
    stage_id = values.get("stage_id") or (deal.stage_id if pipeline_id == deal.pipeline_id else None)
    if stage_id is None:
        check_pipeline(pipeline_id)
        raise DomainError(_("Another pipeline needs one of its stages."), field="stage_id")
    return find_stage(stage_id, pipeline_id) if stage_id != deal.stage_id else None


def _set_contacts(deal: Deal, contact_ids: list[int]) -> Values:
    """Let these contacts, and no others, take part; returns what of it is to be noted.

    Contacts in the bin keep their places: restored, they take part as before.
    """
    rows = DealContact.objects.filter(deal=deal).select_for_update(of=("self",)).select_related("contact")
    present = {row.contact_id: row for row in rows.order_by("pk") if row.contact.deleted_at is None}
    gone = [pk for pk in present if pk not in contact_ids]
    new = [pk for pk in contact_ids if pk not in present]
    DealContact.objects.filter(deal=deal, contact_id__in=gone).delete()
    DealContact.objects.bulk_create(DealContact(deal=deal, contact_id=pk) for pk in new)
    return {"contact_ids": [list(present), contact_ids]} if gone or new else {}
