"""What can be done to many companies at once, and how rows of a file become some of them."""

from collections.abc import Iterable, Sequence

from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.actions.companies import change_company, create_companies, create_company, delete_company
from crm.api.serializers import CompanyInput
from crm.filters import CompanyFilter
from crm.importing.names import OWNER_TARGET, folded, upper
from crm.models import Company
from crm.queries import COMPANIES
from leadercrm.core.text import fold
from leadercrm.lists.cells import number
from leadercrm.lists.kinds import Importing, Kind, Target, Values, let_batch

COMPANY_TARGETS = (
    Target(
        "name", _("Name"),
        "nombre, empresa, compañia, razon social, nombre comercial, cliente, organizacion, company, organization",
    ),
    Target("tax_id", _("RFC"), "rfc, tax id, vat", upper),
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


let_batch(
    Kind(
        "companies", _("Companies"), COMPANIES, CompanyInput, "web:company", "web:companies",
        create_company, change_company, delete_company,
        Importing(lambda: COMPANY_TARGETS, create_companies, _company_keys, _companies_of, required="name"),
        filters=CompanyFilter.base_filters,
    )
)  # fmt: skip
