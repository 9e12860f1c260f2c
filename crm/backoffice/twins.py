"""Who is likely the same person as a contact, and who was made one with them: for the contact's page."""

from crm.models import Contact, ContactMerge
from crm.queries import likely_duplicates
from leadercrm.core.actor import Actor

MERGE = "crm.merge_contacts"
MOST_SHOWN = 5


def twins_of(contact: Contact, actor: Actor) -> list[Contact]:
    """Those who are likely the same person, for the contact's page; none for who may not merge."""
    if not actor.may(MERGE, contact):
        return []
    return list(Contact.objects.filter(pk__in=likely_duplicates(contact, actor, MOST_SHOWN)).order_by("pk"))


def merges_into(contact: Contact, actor: Actor) -> list[ContactMerge]:
    """The merge that can be taken apart now: the latest, and the one before it thereafter."""
    if not actor.may(MERGE, contact):
        return []
    merges = ContactMerge.objects.filter(survivor=contact, undone_at__isnull=True)
    return list(merges.select_related("loser").defer("undo").order_by("-pk")[:1])
