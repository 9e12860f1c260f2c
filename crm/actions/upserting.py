"""A contact that may be there already: changed if it is, made if it is not."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.actions.contacts import change_contact, create_contact
from crm.models import Contact
from crm.models.contact import MOST_ADDRESSES
from crm.queries import CONTACTS
from leadercrm.core.actions import domain_action
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.named_locks import hold_names

Values = dict[str, Any]


@domain_action(permission="crm.create_contact")
def upsert_contact(values: Values, *, actor: Actor) -> tuple[Contact, bool]:
    """The contact with one of the e-mail addresses of `values`, changed by them, or a new one; and whether it is new.

    Addresses and phones are added to those that it has, first those that are given. Refuses values without an address,
    and addresses of several contacts. Two that upsert one new person at once make one contact.
    """
    keys = [f"e:{entry['email'].lower()}" for entry in values.get("emails") or ()]
    if not keys:
        raise DomainError(_("Name at least one e-mail address: the contact is found by it."), field="emails")
    hold_names(f"lead {key}" for key in keys)  # the names that forms and events hold
    seen = CONTACTS.visible(actor).filter(match_keys__overlap=keys)
    # Looked up before they are put in order: asked for the oldest alone, PostgreSQL walks the contacts by id.
    found = sorted(seen.values_list("pk", flat=True)[:1000])
    if len(found) > 1:
        raise DomainError(
            _("Several contacts have these addresses: %(ids)s.") % {"ids": ", ".join(map(str, found[:10]))},
            field="emails",
            code="ambiguous",
            hint=_("Change the one that is meant by its id, or merge them."),
        )
    if found:
        contact = Contact.objects.select_for_update(of=("self",)).get(pk=found[0])
        return change_contact(contact, _added(contact, values), actor=actor), False
    if not values.get("first_name"):
        raise DomainError(_("There is no such contact, and a new one needs a first name."), field="first_name")
    return create_contact(values, actor=actor), True


def _added(contact: Contact, values: Values) -> Values:
    lists = {"emails": "email", "phones": "phone"}
    added = {
        name: _joined(values[name] or [], getattr(contact, name), key) for name, key in lists.items() if name in values
    }
    return {**values, **added}


def _joined(given: list[Values], kept: list[Values], key: str) -> list[Values]:
    """Those that are given, then those that were there and are not among them."""
    known = {entry[key].lower() for entry in given}
    joined = [*given, *(entry for entry in kept if entry[key].lower() not in known)]
    if len(joined) > MOST_ADDRESSES:
        message = _("With those that are there already, these are more than %(most)s.")
        raise DomainError(message % {"most": MOST_ADDRESSES}, field=f"{key}s")
    return joined
