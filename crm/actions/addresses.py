"""Writing the addresses of contacts and companies."""

from collections.abc import Mapping
from typing import Any

from crm.models import Address, Company, Contact
from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor

Values = Mapping[str, Any]


@domain_action(permission="crm.change_contact")
def set_contact_address(contact: Contact, values: Values, *, actor: Actor) -> Contact:
    """Set the parts of a contact's address that `values` name; with nothing left in it, it goes."""
    contact = lock(contact)
    _set(Address.objects.filter(contact=contact).first() or Address(contact=contact), values, actor)
    return contact


@domain_action(permission="crm.change_company")
def set_company_address(company: Company, values: Values, *, actor: Actor) -> Company:
    """Set the parts of a company's address that `values` name; with nothing left in it, it goes."""
    company = lock(company)
    _set(Address.objects.filter(company=company).first() or Address(company=company), values, actor)
    return company


def _set(address: Address, values: Values, actor: Actor) -> None:
    """Under the lock of what it is the address of."""
    parts = {name: value or "" for name, value in values.items()}
    if address.pk is None:
        for name, value in parts.items():
            setattr(address, name, value)
        if str(address):
            address.save()
            record(actor, address, "address.created")
        return
    amend(address, parts, actor=actor, action="address.changed")
    if not str(address):
        before = snapshot(address)
        address.delete()
        record(actor, address, "address.deleted", before=before)
