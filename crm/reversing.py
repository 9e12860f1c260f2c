"""How what is done to contacts, companies, deals, activities and notes is taken back (leadercrm.core.reversing)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from crm.actions.activities import change_activity, delete_activity, restore_activity
from crm.actions.companies import change_company, delete_company, restore_company
from crm.actions.contacts import change_contact, delete_contact, restore_contact
from crm.actions.deals import change_deal, delete_deal, restore_deal
from crm.actions.merging import undo_company_merge, undo_merge
from crm.actions.notes import change_note, delete_note
from crm.actions.pipelines import change_pipeline, change_stage, delete_pipeline, delete_stage
from crm.models import Activity, Company, Contact, Deal, Note, Pipeline, Stage
from crm.targets import TARGETS
from leadercrm.core.actor import Actor
from leadercrm.core.models import AuditEntry
from leadercrm.core.reversing import Values, hangs_on, reverses
from leadercrm.core.worth import Worth, is_worth

MOST_HANGING = 5


def put_contact_back(contact: Contact, values: Values, *, actor: Actor) -> None:
    """Custom fields are merged by key: those that came since go."""
    if "custom_fields" in values:
        gone = dict.fromkeys(contact.custom_fields)
        values = {**values, "custom_fields": {**gone, **values["custom_fields"]}}
    change_contact(contact, values, actor=actor)


def put_deal_back(deal: Deal, values: Values, *, actor: Actor) -> None:
    """Moving back is a move of its own, with all that follows; but the deal's own probability stays its own."""
    if "stage_id" in values:
        values = {"probability": deal.probability, "pipeline_id": deal.pipeline_id, **values}
    change_deal(deal, values, actor=actor)


def put_activity_back(activity: Activity, values: Values, *, actor: Actor) -> None:
    """A day is one again, and a target is named as the API names it."""
    sent = {name: value for name, value in values.items() if name not in (*TARGETS.values(), "due_all_day")}
    if {"due_at", "due_all_day"} & values.keys():
        due_at = values.get("due_at", activity.due_at)
        whole_day = values.get("due_all_day", activity.due_all_day)
        sent["due_at"] = due_at.date() if due_at is not None and whole_day else due_at
    if values.keys() & set(TARGETS.values()):
        sent |= _target(activity, values)
    change_activity(activity, sent, actor=actor)


def _target(activity: Activity, values: Values) -> Values:
    for name, column in TARGETS.items():
        pk = values.get(column, getattr(activity, column))
        if pk is not None:
            return {"activitable_type": name, "activitable_id": pk}
    return {"activitable_type": None, "activitable_id": None}


def put_note_back(note: Note, values: Values, *, actor: Actor) -> None:
    change_note(note, values, actor=actor)


def take_merge_apart(contact: Contact, entry: AuditEntry, *, actor: Actor) -> None:
    undo_merge(contact, merge_id=entry.changes["merge_id"], actor=actor)


def take_companies_apart(company: Company, entry: AuditEntry, *, actor: Actor) -> None:
    undo_company_merge(company, merge_id=entry.changes["merge_id"], actor=actor)


def takes_part(deal: Deal, contact_ids: list[int]) -> bool:
    """Whether these take part, of those that are not in the bin."""
    rows = deal.participants.filter(contact__deleted_at__isnull=True)
    return set(rows.values_list("contact_id", flat=True)) == set(contact_ids)


def deals_of(contact: Contact) -> Iterable[Model]:
    return Deal.objects.filter(contacts=contact).order_by("pk")[:MOST_HANGING]


def activities_of(column: str) -> Any:
    return lambda row: Activity.objects.filter(**{column: row}).order_by("pk")[:MOST_HANGING]


def part_of_a_merge(entry: AuditEntry) -> bool:
    """What was merged away comes back with the other."""
    return "merged_into" in entry.changes


FOR_GOOD = {"purged": _("what the bin has given up is gone"), "exported": _("what was handed out stays handed out")}

APART = {**FOR_GOOD, "unmerged": _("what was taken apart is merged again by hand")}

reverses(
    Company,
    remove=delete_company,
    restore=restore_company,
    put_back=change_company,
    follows=frozenset({"detached", "detached_deals"}),
    follows_from=part_of_a_merge,
    special={"merged": take_companies_apart},
    final=APART,
)
reverses(
    Contact,
    remove=delete_contact,
    restore=restore_contact,
    put_back=put_contact_back,
    follows_from=part_of_a_merge,
    special={"merged": take_merge_apart},
    final=APART,
)
reverses(Pipeline, remove=delete_pipeline, put_back=change_pipeline)
reverses(Stage, remove=delete_stage, put_back=change_stage)
reverses(
    Deal,
    remove=delete_deal,
    restore=restore_deal,
    put_back=put_deal_back,
    follows=frozenset({"stage_entered_at", "closed_at"}),
    notes={"contact_ids": takes_part},
    final=FOR_GOOD,
)
reverses(
    Activity,
    remove=delete_activity,
    restore=restore_activity,
    put_back=put_activity_back,
    follows=frozenset({"completed_at"}),
    final=FOR_GOOD,
)
reverses(Note, remove=delete_note, put_back=put_note_back)

hangs_on(Company, lambda company: Contact.objects.filter(company=company).order_by("pk")[:MOST_HANGING],
         lambda company: Deal.objects.filter(company=company).order_by("pk")[:MOST_HANGING],
         activities_of("company"))  # fmt: skip
hangs_on(Contact, deals_of, activities_of("contact"),
         lambda contact: Note.objects.filter(contact=contact).order_by("pk")[:MOST_HANGING])  # fmt: skip
hangs_on(Deal, activities_of("deal"))

is_worth(Deal, lambda deal: Worth(deal.amount, deal.currency))
