"""What can be done to many contacts at once, and how rows of a file become some of them."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.actions.contacts import change_contact, create_contact, create_contacts, delete_contact
from crm.api.serializers import ContactInput
from crm.filters import ContactFilter
from crm.importing.names import COMPANY_TARGET, OWNER_TARGET, contacts_of, emails
from crm.lifecycle import lifecycle_stages
from crm.models import CustomField, FieldType
from crm.queries import CONTACTS
from crm.queries_custom import custom_fields
from crm.wording import called
from leadercrm.core.text import fold, phone_digits
from leadercrm.lists.cells import Options, day, entries, number, text
from leadercrm.lists.kinds import Importing, Kind, Target, Values, let_batch


def _lifecycle(cell: str, options: Options) -> str:
    """A stage by its name in the API, or by what pages call it."""
    names = {fold(called(stage)): stage for stage in lifecycle_stages()}
    return names.get(fold(cell), fold(cell))


CONTACT_TARGETS = (
    Target("first_name", _("First name"), "nombre, nombres, primer nombre, nombre de pila, first, given name, name"),
    Target("last_name", _("Last name"), "apellido, apellidos, apellido paterno, last, surname, family name"),
    Target("full_name", _("Full name"), "nombre completo, nombre y apellido, nombre y apellidos, contacto, full name"),
    Target(
        "emails", _("E-mail addresses"),
        "correo, correos, correo electronico, email, e mail, mail, email address, correo principal",
        emails, many=True,
    ),
    Target(
        "phones", _("Phones"), "telefono, telefonos, tel, celular, movil, whatsapp, phone, phone number, mobile, cell",
        entries, many=True,
    ),
    COMPANY_TARGET,
    Target("job_title", _("Job title"), "puesto, cargo, titulo, position, title, role"),
    Target("lifecycle_stage", _("Stage"), "etapa, estado, estatus, ciclo de vida, lifecycle stage, status", _lifecycle),
    OWNER_TARGET,
    Target("source", _("Origin"), "origen, fuente, medio, canal, source, lead source"),
    Target("city", _("City"), "ciudad, municipio, localidad, town"),
    Target("country", _("Country"), "pais"),
    Target("rfc", _("RFC"), "rfc, tax id"),
)  # fmt: skip


# What else the tenant keeps of its contacts, under a name that no column has.
CUSTOM = "custom."
READ_CUSTOM: dict[str, Callable[[str, Options], Any]] = {FieldType.NUMBER: number, FieldType.DATE: day}


def _contact_targets() -> Sequence[Target]:
    """Columns, and the fields that the tenant has defined."""
    defined = custom_fields()
    own = [target for target in CONTACT_TARGETS if target.name not in {field.key for field in defined}]
    more = [
        Target(f"{CUSTOM}{field.key}", field.label, field.key.replace("_", " "), _read_custom(field))
        for field in defined
    ]
    return [*own, *more]


def _read_custom(field: CustomField) -> Callable[[str, Options], Any]:
    if field.type == FieldType.CHOICE:
        choices = {fold(choice): choice for choice in field.choices}
        return lambda cell, options: choices.get(fold(cell), cell)
    return READ_CUSTOM.get(field.type, text)


def _contact_body(raw: Values) -> Values:
    body = {name: value for name, value in raw.items() if name not in ("full_name", "rfc") and CUSTOM not in name}
    if "full_name" in raw and "first_name" not in raw:
        first, last = _parted(raw["full_name"])
        body = {"first_name": first, **({"last_name": last} if last else {}), **body}
    elif "first_name" not in raw and "last_name" not in raw and raw.get("emails"):
        body["first_name"] = raw["emails"][0].partition("@")[0]  # the address is all that is known
    elif "first_name" not in raw and "last_name" in raw:
        body = {**body, "first_name": raw["last_name"], "last_name": None}
    body["emails"] = [{"email": email} for email in dict.fromkeys(raw.get("emails", []))]
    body["phones"] = [{"phone": phone} for phone in dict.fromkeys(raw.get("phones", []))]
    own = {name.removeprefix(CUSTOM): value for name, value in raw.items() if name.startswith(CUSTOM)}
    own |= {"rfc": raw["rfc"].upper()} if raw.get("rfc") else {}
    return {**body, **({"custom_fields": own} if own else {})}


def _parted(name: str) -> tuple[str, str]:
    """First and last names: of four words and more the last two are the family's, as in Mexico."""
    words = name.split()
    cut = 1 if len(words) < 4 else len(words) - 2
    return " ".join(words[:cut]), " ".join(words[cut:])


def _contact_keys(values: Values) -> Sequence[str]:
    """As Contact.match_keys has them, of the surest kind alone: an office's phone is not one person's."""
    emails = [f"e:{entry['email']}" for entry in values.get("emails", [])]
    if emails:
        return emails
    phones = [f"p:{digits}" for entry in values.get("phones", []) if (digits := phone_digits(entry["phone"]))]
    if phones:
        return phones
    if values.get("company_id") and values.get("last_name"):
        name = fold(f"{values['first_name']} {values['last_name']}")
        return [f"n:{values['company_id']}:{name}"]
    return []


let_batch(
    Kind(
        "contacts", _("Contacts"), CONTACTS, ContactInput, "web:contact", "web:contacts",
        create_contact, change_contact, delete_contact,
        Importing(
            _contact_targets, create_contacts, _contact_keys, contacts_of, _contact_body,
            "first_name|full_name|last_name|emails",
        ),
        filters=ContactFilter.base_filters,
    )
)  # fmt: skip
