"""Addresses on the pages of contacts and companies, changed in their place."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from crm.actions.addresses import set_company_address, set_contact_address
from crm.api.serializers import AddressInput
from crm.models import Address
from crm.models.address import PARTS
from crm.queries import COMPANIES, CONTACTS
from leadercrm.core.actor import Actor
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.inline import Fact, InPlace, facts_of


class AddressForm(FormPage):
    """An address, as a part of a form of a contact or a company."""

    serializer = AddressInput
    fields = (
        Field("street", _("Street and number"), half=False),
        Field("postal_code", _("Postal code"), "postal"),
        Field("colony", _("Colony"), hint=_("Those of the postal code are offered.")),
        Field("municipality", _("Municipality")),
        Field("state", _("State")),
    )


class AddressInPlace(InPlace, AddressForm):
    """All parts of it at once."""

    template = "crm/address.html"
    together = {"street": (_("Address"), PARTS)}
    commas = ("street",)
    of: ClassVar[str]

    def held(self, row: Any, name: str) -> Any:
        return getattr(_address(self.of, row.pk), name)

    def _row(self) -> dict[str, Any] | None:
        row = super()._row()
        return row and {**row, **parts_of(self.of, row["id"])}


class ContactAddress(AddressInPlace):
    section = "contacts"
    rows, of = CONTACTS, "contact"
    update_action: ClassVar[Callable[..., Any] | None] = set_contact_address
    place = ("web:contacts", "web:contact", "", _("Address"))
    route = "web:contact-address"


class CompanyAddress(AddressInPlace):
    section = "companies"
    rows, of = COMPANIES, "company"
    update_action: ClassVar[Callable[..., Any] | None] = set_company_address
    place = ("web:companies", "web:company", "", _("Address"))
    route = "web:company-address"


def address_fact(kind: type[AddressInPlace], row: dict[str, Any], actor: Actor, target: Any) -> list[Fact]:
    """The address as a value on the page; none where there is none, for those who may not write one."""
    return facts_of(kind, {**row, **parts_of(kind.of, row["id"])}, actor, ["street"], target=target)


def parts_of(kind: str, pk: int) -> dict[str, str]:
    address = _address(kind, pk)
    return {name: getattr(address, name) for name in PARTS}


def _address(kind: str, pk: int) -> Address:
    return Address.objects.filter(**{f"{kind}_id": pk}).first() or Address()
