"""Writing notes."""

from typing import Any

from django.utils import timezone

from crm.models import Contact, Note
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor

Values = dict[str, Any]


@domain_action(permission="crm.create_note")
def add_note(values: Values, *, contact: Contact, actor: Actor) -> Note:
    """Write a note about a contact, in the caller's name. Whoever sees a contact may remark on it."""
    contact = lock(contact)  # a key's check would let a note through to one that is being deleted or merged
    note = Note(contact=contact, user_id=actor.user_id, created_at=timezone.now(), **values)
    note.save()
    record(actor, note, "note.created")
    return note


@domain_action(permission="crm.change_note")
def change_note(note: Note, values: Values, *, actor: Actor) -> Note:
    """Change a note's text or pin."""
    note = lock(note)
    amend(note, values, actor=actor, action="note.changed")
    return note


@domain_action(permission="crm.delete_note")
def delete_note(note: Note, *, actor: Actor) -> None:
    """Remove a note for good; its text stays in the audit entry."""
    note = lock(note)
    before = snapshot(note)
    note.delete()
    record(actor, note, "note.deleted", before=before)
