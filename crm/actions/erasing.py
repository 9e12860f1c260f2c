"""Erasing a person (Mexico's LFPDPPP, the right of cancellation): nothing is left that says who they were.

What the law wants kept (CFF, art. 30: documents of the accounts, five years; signed contracts) stays as it is, and is
counted. Everything else about them goes or is blanked, the audit's values and what was merged included.
"""

import re
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crm.actions.sweeping import gather_former_values, sweep
from crm.erasing import BLANK, ERASERS, Subject, blank_out, erases
from crm.models import Activity, Address, Contact, ContactMerge, Deal, DealContact, Erasure, Note
from leadercrm.core import tally
from leadercrm.core.actions import domain_action, record
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.notifications.models import Notification

# It reads all that there is in the account; more than that, and somebody has to look.
PATIENCE = "SET LOCAL statement_timeout = '120s'"
DEALS_AUDIT = """
    UPDATE core_auditentry SET changes = regexp_replace(changes::text, %s, %s, 'gi')::jsonb
     WHERE changes::text ~* %s AND object_type = 'crm.deal' AND object_id = ANY(%s)
"""
NAMELESS = gettext_noop("Erased person")
LEAST_OF_A_REASON = 10
EMPTY: dict[str, Any] = {
    "last_name": None, "emails": [], "phones": [], "job_title": None, "company_id": None, "source": None,
    "city": None, "country": None, "custom_fields": {},
}  # fmt: skip


@domain_action(permission="crm.erase_person")
def erase_person(contact: Contact, *, reason: str, actor: Actor) -> Erasure:
    """Take a person out of everything, for good: there is no way back. Says in the audit who did it, and why.

    Their contact stays as a number without a name, in the bin, for the documents that are kept; of their addresses
    a hash stays, so that nobody writes to them again. Refuses a reason that is none.
    """
    reason = reason.strip()
    if len(reason) < LEAST_OF_A_REASON:
        raise DomainError(_("Say why in a few words: who asked for it, and when."), field="reason")
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
    subject = _subject(contact)
    for eraser in ERASERS:
        eraser(subject)
    sweep(subject)
    words = re.compile(subject.all_words, re.IGNORECASE) if subject.all_words else None
    reason = words.sub(BLANK, reason) if words else reason
    erasure = Erasure.objects.create(
        contact_id=contact.pk, user_id=actor.user_id, reason=reason, kept=dict(sorted(subject.kept.items()))
    )
    _make_nameless(subject.ids, contact.pk, reason, actor)
    return erasure


def _subject(contact: Contact) -> Subject:
    """Locked, with everybody who was ever merged into them, and by what they were ever known."""
    ids, found = {contact.pk}, {contact.pk}
    while found:
        merges = ContactMerge.objects.filter(survivor_id__in=found, undone_at__isnull=True)
        found = set(merges.values_list("loser_id", flat=True)) - ids
        ids |= found
    rows = list(Contact.with_deleted.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    if contact.pk not in {row.pk for row in rows}:
        raise NotFound()
    if Erasure.objects.filter(contact_id=contact.pk).exists():
        raise DomainError(_("This person has been erased already."), field="id", code="already_erased")
    subject = Subject([row.pk for row in rows])
    for row in rows:
        subject.emails |= {entry["email"].lower() for entry in row.emails}
        subject.phones |= {entry["phone"] for entry in row.phones}
        subject.names.add(row.full_name)
    gather_former_values(subject)
    return subject


@erases("crm.note", "crm.activity", "crm.dealcontact", "crm.address", "crm.contactmerge")
def _take_from_sales(subject: Subject) -> None:
    deals = list(DealContact.objects.filter(contact_id__in=subject.ids).values_list("deal_id", flat=True))
    mine = Q(contact_id__in=subject.ids)
    tally.touch(Activity._meta.label_lower, rows=-Activity.objects.filter(mine).count())
    tally.touch(Note._meta.label_lower, rows=-Note.objects.filter(mine).count())
    for model in (Note, Activity, DealContact, Address):
        rows = model._base_manager.filter(mine)
        subject.tell(model._meta.label_lower, rows.values_list("pk", flat=True))
        rows.delete()
    about = Q(survivor_id__in=subject.ids) | Q(loser_id__in=subject.ids)
    ContactMerge.objects.filter(about).delete()
    subject.tell(Contact._meta.label_lower, subject.ids)
    _blank_deals(deals, subject)


@erases("notifications.notification")
def _take_from_notifications(subject: Subject) -> None:
    """Those that name the person, of whomever; what else they told stands where it happened."""
    words = subject.all_words
    named = Q(url__in=[f"/contacts/{pk}" for pk in subject.ids])
    if words:
        named |= Q(title__iregex=words) | Q(body__iregex=words)
    gone, _rows = Notification.objects.filter(named).delete()
    tally.touch(Notification._meta.label_lower, rows=-gone)


def _blank_deals(deals: list[int], subject: Subject) -> None:
    """The deals stay, and with them what was won; their texts lose the person's name."""
    columns = ("name", "lost_reason", "search")
    blank_out("crm_deal", columns, subject.all_words, "id = ANY(%s)", [deals])
    blank_out("crm_activity", ("subject", "notes"), subject.all_words, "deal_id = ANY(%s)", [deals])
    if subject.all_words:
        with connection.cursor() as cursor:
            cursor.execute(DEALS_AUDIT, [subject.all_words, BLANK, subject.all_words, deals])
    if deals:
        tally.touch(Deal._meta.label_lower)


def _make_nameless(ids: list[int], contact_id: int, reason: str, actor: Actor) -> None:
    """The contacts themselves, last: they say by their numbers what was erased."""
    for row in Contact.with_deleted.filter(pk__in=ids).order_by("pk"):
        before = {"id": row.pk, "deleted_at": row.deleted_at and row.deleted_at.isoformat()}
        for name, value in {**EMPTY, "first_name": _(NAMELESS)}.items():
            setattr(row, name, value)
        row.deleted_at = row.deleted_at or timezone.now()
        row.save()
        notes = {"reason": reason} if row.pk == contact_id else {}
        record(actor, row, "contact.erased", before=before, **notes)
