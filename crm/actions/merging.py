"""Merging two contacts into one, and taking them apart again.

Both begin with the locks, in the same order for everybody: companies, then contacts, each by id.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.actions.contacts import MOST_FIELDS
from crm.actions.moving import move_all, move_back, strayed
from crm.duplicates import Side, merged_values
from crm.models import Company, Contact, ContactMerge
from crm.queries import CONTACTS
from leadercrm.core.actions import Snapshot, assign, domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, NotFound

Change = dict[str, list[Any]]
MOST_ADDRESSES = 20
# They follow from the other columns, or say when the row was last written.
FOLLOWING = {*Contact.DERIVED, "updated_at"}


@domain_action(permission="crm.merge_contacts")
def merge_contacts(survivor: Contact, *, contact_id: int, fields: Mapping[str, Side], actor: Actor) -> ContactMerge:
    """Make one contact of two: whatever points at `contact_id` moves to the survivor, and that one is deleted.

    crm.duplicates says what becomes of the columns; `fields` overrides it. Needs the right to change
    both. Refuses on `contact_id` the survivor itself and whom the actor does not see.
    """
    if contact_id == survivor.pk:
        raise DomainError(_("A contact cannot be merged into itself."), field="contact_id", code="same_contact")
    survivor, loser = _lock_both(survivor.pk, contact_id, actor)
    for contact in (survivor, loser):
        actor.require("crm.merge_contacts", contact)
        actor.require("crm.change_contact", contact)
    values = merged_values(survivor, loser, fields)
    _refuse_too_much(values)
    before = snapshot(survivor), snapshot(loser)
    moved, removed = move_all(loser, survivor)
    assign(loser, {"deleted_at": timezone.now()})
    assign(survivor, values)
    undo = {
        "survivor": _changed(before[0], survivor),
        "loser": _changed(before[1], loser),
        "moved": moved,
        "removed": removed,
    }
    merge = ContactMerge.objects.create(survivor=survivor, loser=loser, user_id=actor.user_id, undo=undo)
    record(actor, survivor, "contact.merged", before=before[0], merge_id=merge.pk, merged_from=loser.pk)
    record(actor, loser, "contact.deleted", before=before[1], merge_id=merge.pk, merged_into=survivor.pk)
    return merge


@domain_action(permission="crm.merge_contacts")
def undo_merge(survivor: Contact, *, merge_id: int | None = None, actor: Actor) -> ContactMerge:
    """Take a merge into this contact back, the latest if none is named: both contacts and all that moved.

    Columns that the merge did not touch keep what was written since. Refuses, naming it, when
    something newer stands against it: a column or a moved row that was changed since, a later merge.
    """
    merge = _merge_to_undo(survivor, merge_id)
    _lock_companies([survivor.company_id, *_values(merge.undo, "company_id")])
    ids = (merge.survivor_id, merge.loser_id)
    rows = Contact.with_deleted.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    contacts = {contact.pk: contact for contact in rows}
    merge = _merge_to_undo(survivor, merge.pk)
    survivor, loser = contacts[merge.survivor_id], contacts[merge.loser_id]
    if survivor.deleted_at is not None:
        raise NotFound()
    for contact in (survivor, loser):
        actor.require("crm.merge_contacts", contact)
        actor.require("crm.change_contact", contact)
    _refuse_conflicts(merge, survivor, loser)
    before = snapshot(survivor), snapshot(loser)
    _take_apart(merge, survivor, loser)
    for contact, old in zip((survivor, loser), before, strict=True):
        record(actor, contact, "contact.unmerged", before=old, merge_id=merge.pk)
    return merge


def _lock_both(survivor_id: int, loser_id: int, actor: Actor) -> tuple[Contact, Contact]:
    """Both contacts as they are now; a 422 when one of them is not to be seen, or was merged meanwhile."""
    ids = (survivor_id, loser_id)
    companies = Contact.objects.filter(pk__in=ids, company__isnull=False).values_list("company_id", flat=True)
    _lock_companies(companies)
    rows = CONTACTS.visible(actor).select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    contacts: dict[int, Contact] = {contact.pk: contact for contact in rows}
    if loser_id not in contacts:
        raise DomainError(_("There is no contact with this id."), field="contact_id", code="unknown_reference")
    if survivor_id not in contacts:
        raise DomainError(
            _("The contact that was to remain has just been deleted or merged."), field="contact_id", code="gone"
        )
    return contacts[survivor_id], contacts[loser_id]


def _lock_companies(ids: Iterable[int | None]) -> None:
    """Hold companies that a contact may be given: who deletes one locks it first and its contacts then."""
    wanted = sorted({company_id for company_id in ids if company_id is not None})
    if wanted:
        rows = Company.with_deleted.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted)
        list(rows.order_by("pk").values_list("pk"))


def _refuse_too_much(values: Mapping[str, Any]) -> None:
    """The limits that hold for whoever writes a contact."""
    for name in ("emails", "phones"):
        if len(values[name]) > MOST_ADDRESSES:
            raise DomainError(_("Must have at most %(most)s entries.") % {"most": MOST_ADDRESSES}, field=name)
    if len(values["custom_fields"]) > MOST_FIELDS or len(str(values["custom_fields"])) > 20_000:
        raise DomainError(_("Must have at most 100 fields and 20 kB."), field="custom_fields")


def _changed(before: Snapshot, contact: Contact) -> Change:
    after = snapshot(contact)
    return {
        name: [before[name], after[name]] for name in after if name not in FOLLOWING and before[name] != after[name]
    }


def _values(undo: Mapping[str, Change], name: str) -> list[Any]:
    return undo["survivor"].get(name, [])


def _merge_to_undo(survivor: Contact, merge_id: int | None) -> ContactMerge:
    merges = ContactMerge.objects.filter(survivor_id=survivor.pk)
    if merge_id is None:
        merge = merges.filter(undone_at__isnull=True).order_by("pk").last()
    else:
        merge = merges.filter(pk=merge_id).first()
    if merge is None:
        raise DomainError(_("There is no such merge into this contact."), field="merge_id", code="unknown_reference")
    if merge.undone_at is not None:
        raise DomainError(_("This merge has been undone."), field="merge_id", code="already_undone")
    return merge


def _refuse_conflicts(merge: ContactMerge, survivor: Contact, loser: Contact) -> None:
    """Name everything newer that the undo would overwrite or could not restore."""
    now = {"survivor": snapshot(survivor), "loser": snapshot(loser)}
    conflicts: list[str] = [
        f"{side}.{name}" for side in now for name, change in merge.undo[side].items() if now[side][name] != change[1]
    ]
    conflicts += [
        f"survivor.{name}"
        for name, change in merge.undo["survivor"].items()
        if change[0] is not None and not _still_there(name, change[0])
    ]
    conflicts += strayed(merge.undo["moved"], merge.undo["removed"], survivor.pk)
    both = (survivor.pk, loser.pk)
    later = ContactMerge.objects.filter(
        models.Q(survivor__in=both) | models.Q(loser__in=both), pk__gt=merge.pk, undone_at__isnull=True
    )
    conflicts += [f"merge {pk}" for pk in later.order_by("pk").values_list("pk", flat=True)]
    if conflicts:
        raise _conflict(sorted(set(conflicts)))


def _still_there(column: str, value: Any) -> bool:
    """Whether what a foreign key pointed at before the merge can be pointed at again."""
    field = next(field for field in Contact._meta.concrete_fields if field.attname == column)
    related = field.related_model
    return not isinstance(related, type) or related._default_manager.filter(pk=value).exists()


def _conflict(names: list[str]) -> DomainError:
    return DomainError(
        _("Changed since the merge: %(names)s.") % {"names": ", ".join(names)}, field="merge_id", code="undo_conflict"
    )


def _take_apart(merge: ContactMerge, survivor: Contact, loser: Contact) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for side, contact in (("survivor", survivor), ("loser", loser)):
                assign(contact, _before(merge.undo[side]))
            move_back(merge.undo["moved"], merge.undo["removed"], loser.pk)
            # Foreign keys are checked at the commit, too late for an answer that says what is wrong.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise _conflict([_table_of(error)]) from error
    merge.undone_at = timezone.now()
    merge.save(update_fields=["undone_at"])


def _before(change: Change) -> dict[str, Any]:
    fields = {field.attname: field for field in Contact._meta.concrete_fields}
    return {name: fields[name].to_python(before) for name, (before, _after) in change.items()}


def _table_of(error: IntegrityError) -> str:
    """The table that a violated constraint belongs to."""
    return getattr(getattr(error.__cause__, "diag", None), "table_name", None) or "a moved row"
