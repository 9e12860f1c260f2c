"""Writing companies."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from crm.actions.bin import refuse_expired
from crm.actions.references import check_references
from crm.models import Company, Contact
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor

Values = dict[str, Any]


@domain_action(permission="crm.create_company")
def create_company(values: Values, *, actor: Actor) -> Company:
    """Make a company; its owner is the caller unless one is named."""
    check_references(values)
    company = Company(**{"owner_id": actor.user_id, **values})
    company.save()
    record(actor, company, "company.created")
    return company


@domain_action(permission="crm.change_company")
def change_company(company: Company, values: Values, *, actor: Actor) -> Company:
    """Change the columns named in `values`."""
    check_references(values)
    company = lock(company)
    amend(company, values, actor=actor, action="company.changed")
    return company


@domain_action(permission="crm.delete_company")
def delete_company(company: Company, *, actor: Actor) -> None:
    """Delete a company softly and detach its contacts (A-68); restoring it attaches them again."""
    company = lock(company)
    # Contacts in the bin, too: restored, they must not name a company that is gone.
    contacts = Contact.with_deleted.select_for_update().filter(company=company).order_by("pk")
    detached = [contact.pk for contact in contacts]
    _move(contacts, None, actor)
    amend(company, {"deleted_at": timezone.now(), "detached": detached}, actor=actor, action="company.deleted")


@domain_action(permission="crm.restore_company")
def restore_company(company: Company, *, actor: Actor) -> Company:
    """Take a company out of the bin; the contacts that its deletion detached, and that have none since, come back."""
    company = lock(company, deleted=True)
    refuse_expired(company)
    contacts = Contact.with_deleted.select_for_update().filter(pk__in=company.detached, company=None).order_by("pk")
    _move(contacts, company.pk, actor)
    amend(company, {"deleted_at": None, "detached": []}, actor=actor, action="company.restored")
    return company


def _move(contacts: Iterable[Contact], company_id: int | None, actor: Actor) -> None:
    for contact in contacts:
        amend(contact, {"company_id": company_id}, actor=actor, action="contact.changed")
