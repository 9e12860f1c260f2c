"""Merging two contacts, or two companies, into one, and taking them apart again (crm.actions.uniting)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.actions.contacts import MOST_FIELDS
from crm.actions.uniting import Kind, take_apart, unite
from crm.duplicates import COMPANY_COLUMNS, CONTACT_COLUMNS, Side
from crm.models import Company, CompanyMerge, Contact, ContactMerge
from crm.models.contact import MOST_ADDRESSES
from crm.queries import COMPANIES, CONTACTS
from leadercrm.core.actions import domain_action
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError


@domain_action(permission="crm.merge_contacts")
def merge_contacts(survivor: Contact, *, contact_id: int, fields: Mapping[str, Side], actor: Actor) -> ContactMerge:
    """Make one contact of two: whatever points at `contact_id` moves to the survivor, and that one is deleted.

    crm.duplicates says what becomes of the columns; `fields` overrides it. Needs the right to change
    both. Refuses on `contact_id` the survivor itself and whom the actor does not see.
    """
    merge: ContactMerge = unite(CONTACT, survivor.pk, contact_id, fields, actor)
    return merge


@domain_action(permission="crm.merge_contacts")
def undo_merge(survivor: Contact, *, merge_id: int | None = None, actor: Actor) -> ContactMerge:
    """Take a merge into this contact back, the latest if none is named: both contacts and all that moved.

    Refuses, naming it, when something newer stands against it (crm.actions.uniting.take_apart).
    """
    merge: ContactMerge = take_apart(CONTACT, survivor.pk, merge_id, actor)
    return merge


@domain_action(permission="crm.merge_companies")
def merge_companies(survivor: Company, *, company_id: int, fields: Mapping[str, Side], actor: Actor) -> CompanyMerge:
    """Make one company of two, as merge_contacts does: contacts, deals, activities and documents move, too.

    Documents keep the name that they were made out to.
    """
    merge: CompanyMerge = unite(COMPANY, survivor.pk, company_id, fields, actor)
    return merge


@domain_action(permission="crm.merge_companies")
def undo_company_merge(survivor: Company, *, merge_id: int | None = None, actor: Actor) -> CompanyMerge:
    """Take a merge into this company back, as undo_merge does."""
    merge: CompanyMerge = take_apart(COMPANY, survivor.pk, merge_id, actor)
    return merge


def _lock_companies_of(ids: Iterable[int], undo: Mapping[str, Any]) -> None:
    """The companies that contacts have, and those that an undo gives back to one."""
    companies = Contact.with_deleted.filter(pk__in=ids, company__isnull=False).values_list("company_id", flat=True)
    _lock_companies([*companies, *undo.get("survivor", {}).get("company_id", [])])


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


CONTACT = Kind(
    CONTACTS,
    ContactMerge,
    CONTACT_COLUMNS,
    field="contact_id",
    merge="crm.merge_contacts",
    change="crm.change_contact",
    same=_("A contact cannot be merged into itself."),
    unknown=_("There is no contact with this id."),
    gone=_("The contact that was to remain has just been deleted or merged."),
    no_merge=_("There is no such merge into this contact."),
    lock_first=_lock_companies_of,
    check=_refuse_too_much,
)
COMPANY = Kind(
    COMPANIES,
    CompanyMerge,
    COMPANY_COLUMNS,
    field="company_id",
    merge="crm.merge_companies",
    change="crm.change_company",
    same=_("A company cannot be merged into itself."),
    unknown=_("There is no company with this id."),
    gone=_("The company that was to remain has just been deleted or merged."),
    no_merge=_("There is no such merge into this company."),
)
