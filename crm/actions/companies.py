"""Writing companies."""

from typing import Any

from django.utils import timezone

from crm.actions.references import check_references
from crm.models import Company, Contact
from leadercrm.core.actions import assign, domain_action, lock, record, snapshot
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
    before = snapshot(company)
    if assign(company, values):
        record(actor, company, "company.changed", before=before)
    return company


@domain_action(permission="crm.delete_company")
def delete_company(company: Company, *, actor: Actor) -> None:
    """Delete a company softly and detach its contacts (A-68); restoring it attaches them again."""
    company = lock(company)
    before = snapshot(company)
    detached = list(Contact.objects.filter(company=company).values_list("pk", flat=True))
    for contact in Contact.objects.select_for_update().filter(pk__in=detached).order_by("pk"):
        contact_before = snapshot(contact)
        assign(contact, {"company_id": None})
        record(actor, contact, "contact.changed", before=contact_before)
    assign(company, {"deleted_at": timezone.now()})
    record(actor, company, "company.deleted", before=before, detached_contacts=detached)
