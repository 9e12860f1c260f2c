"""What can be done to many contacts, companies and deals at once, and how rows of a file become some of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.actions.companies import change_company, create_companies, create_company, delete_company, restore_company
from crm.actions.contacts import change_contact, create_contact, create_contacts, delete_contact, restore_contact
from crm.actions.deals import change_deal, create_deal, create_deals, delete_deal, restore_deal
from crm.api.serializers import CompanyInput, ContactInput, DealInput
from crm.lifecycle import lifecycle_stages
from crm.models import Company, Contact, CustomField, Deal, FieldType, Stage
from crm.queries import COMPANIES, CONTACTS, DELETED_COMPANIES, DELETED_CONTACTS
from crm.queries_custom import custom_fields
from crm.queries_deals import DEALS, DELETED_DEALS
from crm.wording import called
from leadercrm.core.actor import Actor
from leadercrm.core.text import fold, phone_digits
from leadercrm.lists.cells import Options, day, entries, number, percent, text
from leadercrm.lists.kinds import Importing, Kind, Lookup, Names, Target, Values, let_batch

ACCENTS, PLAIN = "áéíóúüñàèìòùâêîôûäëïöãõç", "aeiouunaeiouaeiouaeioaoc"


def folded(column: str) -> Func:
    """A column's text in lower case and without the accents of our languages, to compare with `fold`."""
    return Func(Lower(column), Value(ACCENTS), Value(PLAIN), function="translate", output_field=TextField())


# --- what names in cells stand for


def _users(names: Names, actor: Actor) -> Mapping[str, Values]:
    """By name, else by e-mail address."""
    users: QuerySet[Any] = get_user_model()._default_manager.all()
    rows = list(users.filter(is_active=True).values_list("pk", "name", "email"))
    by_email = {email.lower(): {"owner_id": pk} for pk, _name, email in rows}
    return {**by_email, **{fold(name): {"owner_id": pk} for pk, name, _email in rows}}


def _companies(names: Names, actor: Actor) -> Mapping[str, Values]:
    rows = COMPANIES.visible(actor).annotate(folded=folded("name")).filter(folded__in=list(names))
    return {fold(name): {"company_id": pk} for pk, name in rows.order_by("-pk").values_list("pk", "name")}


def _make_companies(names: Sequence[str], common: Values, actor: Actor) -> Mapping[str, Values]:
    made = create_companies([{"name": name, **common} for name in names], actor=actor)
    return {name: {"company_id": company.pk} for name, company in zip(names, made, strict=True)}


def _stages(names: Names, actor: Actor) -> Mapping[str, Values]:
    """By name, those of the default pipeline first, or as `pipeline: stage`; nothing is the first stage."""
    rows = Stage.objects.order_by("pipeline__is_default", "-pipeline_id", "-position", "-pk")
    found: dict[str, Values] = {}
    for pk, name, pipeline_id, pipeline in rows.values_list("pk", "name", "pipeline_id", "pipeline__name"):
        value = {"stage_id": pk, "pipeline_id": pipeline_id}
        found.update(dict.fromkeys((fold(name), fold(f"{pipeline}: {name}"), ""), value))
    return found


def _participants(names: Names, actor: Actor) -> Mapping[str, Values]:
    """Contacts by their e-mail addresses."""
    found = _contacts_of([f"e:{name}" for name in names])
    return {key.removeprefix("e:"): {"contact_ids": [pk]} for key, pk in found.items()}


OWNER = Lookup(_users, _("There is no active user called"))
COMPANY = Lookup(
    _companies, _("There is no company called"), _make_companies, allowed="crm.create_company", makes="companies"
)
STAGE = Lookup(_stages, _("There is no stage called"), default=True)
PARTICIPANTS = Lookup(_participants, _("There is no contact with the address"))
OWNER_TARGET = Target(
    "owner_id", _("Owner"), "propietario, responsable, vendedor, asesor, ejecutivo, owner, assigned to", lookup=OWNER
)
COMPANY_TARGET = Target(
    "company_id", _("Company"), "empresa, compañia, cliente, organizacion, razon social, organization, account",
    lookup=COMPANY,
)  # fmt: skip


# --- contacts


def _lifecycle(cell: str, options: Options) -> str:
    """A stage by its name in the API, or by what pages call it."""
    names = {fold(called(stage)): stage for stage in lifecycle_stages()}
    return names.get(fold(cell), fold(cell))


def _emails(cell: str, options: Options) -> list[str]:
    return [email.removeprefix("mailto:") for email in entries(cell, options)]


CONTACT_TARGETS = (
    Target("first_name", _("First name"), "nombre, nombres, primer nombre, nombre de pila, first, given name, name"),
    Target("last_name", _("Last name"), "apellido, apellidos, apellido paterno, last, surname, family name"),
    Target("full_name", _("Full name"), "nombre completo, nombre y apellido, nombre y apellidos, contacto, full name"),
    Target(
        "emails", _("E-mail addresses"),
        "correo, correos, correo electronico, email, e mail, mail, email address, correo principal",
        _emails, many=True,
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


def _contacts_of(keys: Iterable[str]) -> dict[str, int]:
    """The oldest living contact of each key."""
    wanted = set(keys)
    rows = Contact.objects.filter(match_keys__overlap=list(wanted)) if wanted else Contact.objects.none()
    found = list(rows.values_list("pk", "match_keys"))
    return {key: pk for pk, own in sorted(found, reverse=True) for key in own if key in wanted}


# --- companies


def _upper(cell: str, options: Options) -> str:
    return text(cell, options).upper()


COMPANY_TARGETS = (
    Target(
        "name", _("Name"),
        "nombre, empresa, compañia, razon social, nombre comercial, cliente, organizacion, company, organization",
    ),
    Target("tax_id", _("RFC"), "rfc, tax id, vat", _upper),
    Target("domain", _("Web domain"), "dominio, web, sitio web, pagina web, domain, website, url"),
    Target("industry", _("Industry"), "industria, giro, sector, ramo, industry"),
    Target("employee_range", _("Employees"), "empleados, numero de empleados, tamaño, employees, size"),
    Target("annual_revenue", _("Annual revenue"), "ingresos, ingresos anuales, facturacion, ventas, revenue", number),
    Target("phone", _("Phone"), "telefono, tel, phone"),
    Target("email", _("E-mail"), "correo, correo electronico, email, mail"),
    OWNER_TARGET,
)  # fmt: skip


def _company_keys(values: Values) -> Sequence[str]:
    """By RFC, else by web domain, else by name."""
    for name in ("tax_id", "domain"):
        if values.get(name):
            return [f"{name}:{values[name].lower()}"]
    return [f"name:{fold(values['name'])}"]


def _companies_of(keys: Iterable[str]) -> dict[str, int]:
    wanted: dict[str, list[str]] = {}
    for key in keys:
        column, _colon, value = key.partition(":")
        wanted.setdefault(column, []).append(value)
    found: dict[str, int] = {}
    for column, values in wanted.items():
        plain = folded("name") if column == "name" else Lower(column)
        rows = Company.objects.annotate(plain=plain).filter(plain__in=values).order_by("-pk")
        found.update({f"{column}:{plain}": pk for pk, plain in rows.values_list("pk", "plain")})
    return found


# --- deals

DEAL_TARGETS = (
    Target("name", _("Name"), "nombre, negocio, oportunidad, trato, asunto, deal, opportunity, deal name, title"),
    Target("stage_id", _("Stage"), "etapa, fase, estado, stage, deal stage, status", lookup=STAGE),
    Target("amount", _("Amount"), "monto, importe, valor, total, amount, value", number),
    Target("currency", _("Currency"), "moneda, divisa, currency", _upper),
    Target("probability", _("Probability, %"), "probabilidad, probability", percent),
    Target(
        "expected_close_date", _("Expected close"),
        "cierre, fecha de cierre, cierre esperado, fecha estimada, close date, expected close date", day,
    ),
    COMPANY_TARGET,
    Target(
        "contact_ids", _("E-mail addresses of contacts"),
        "contacto, contactos, correo, correo del contacto, email, contact", _emails, lookup=PARTICIPANTS, many=True,
    ),
    OWNER_TARGET,
    Target("lost_reason", _("Reason of loss"), "motivo de perdida, razon de perdida, lost reason"),
)  # fmt: skip


def _deal_keys(values: Values) -> Sequence[str]:
    return [f"{values.get('company_id') or ''}:{fold(values['name'])}"]


def _deals_of(keys: Iterable[str]) -> dict[str, int]:
    wanted = set(keys)
    names = [key.partition(":")[2] for key in wanted]
    rows = Deal.objects.annotate(plain=folded("name")).filter(plain__in=names).order_by("-pk")
    found = {f"{company or ''}:{plain}": pk for pk, company, plain in rows.values_list("pk", "company_id", "plain")}
    return {key: pk for key, pk in found.items() if key in wanted}


let_batch(
    Kind(
        "contacts", _("Contacts"), CONTACTS, DELETED_CONTACTS, ContactInput, "web:contact", "web:contacts",
        create_contact, change_contact, delete_contact, restore_contact,
        Importing(
            _contact_targets, create_contacts, _contact_keys, _contacts_of, _contact_body,
            "first_name|full_name|last_name|emails",
        ),
    )
)  # fmt: skip
let_batch(
    Kind(
        "companies", _("Companies"), COMPANIES, DELETED_COMPANIES, CompanyInput, "web:company", "web:companies",
        create_company, change_company, delete_company, restore_company,
        Importing(lambda: COMPANY_TARGETS, create_companies, _company_keys, _companies_of, required="name"),
    )
)  # fmt: skip
let_batch(
    Kind(
        "deals", _("Deals"), DEALS, DELETED_DEALS, DealInput, "web:deal", "web:deal-list",
        create_deal, change_deal, delete_deal, restore_deal,
        Importing(lambda: DEAL_TARGETS, create_deals, _deal_keys, _deals_of, required="name"),
        own=("crm.DealContact.deal", "crm.StageChange.deal"),
    )
)  # fmt: skip
