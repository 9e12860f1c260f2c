"""The pages of companies."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.companies import change_company, create_company, delete_company, restore_company
from crm.api.serializers import CompanyInput
from crm.backoffice.addresses import CompanyAddress, address_fact
from crm.backoffice.options import users
from crm.backoffice.timelines import drawn
from crm.backoffice.twins import COMPANY_TWINS, twins_of
from crm.filters import CompanyFilter, ContactFilter, DealFilter
from crm.queries import COMPANIES, CONTACTS, DELETED_COMPANIES
from crm.queries_deals import DEALS
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.inline import InPlace, facts_of
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.options import OptionsPage
from leadercrm.core.web.pages import Page, json_row, row_of
from leadercrm.core.web.panels import panels_of
from leadercrm.core.web.reading import first_rows

PLAN = "crm.create_activity"
FACTS = ["tax_id", "industry", "domain", "phone", "email", "employee_range", "annual_revenue", "owner_id"]


class CompanyList(ListPage):
    template = "crm/companies.html"
    title = _("Companies")
    section = "companies"
    rows = COMPANIES
    filters = CompanyFilter.base_filters
    row_url, new_url, new_label, new_permission = (
        "web:company",
        "web:company-new",
        _("New company"),
        "crm.create_company",
    )
    search_hint = _("Name, domain, RFC, e-mail or phone")
    empty_title = _("No companies yet")
    empty_text = _("Add the firms that your contacts work for.")
    bulk, bulk_permission = "companies", "crm.change_company"
    columns = (
        Column("name", _("Name"), "person", sort="search"),
        Column("industry", _("Industry"), sort="industry"),
        Column("contacts_count", _("Contacts"), "number"),
        Column("annual_revenue", _("Annual revenue"), "money", sort="annual_revenue"),
        Column("phone", _("Phone"), "phone"),
        Column("email", _("E-mail"), "email"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
        Column("tax_id", _("RFC"), sort="tax_id", extra=True),
        Column("domain", _("Web domain"), sort="domain", extra=True),
        Column("employee_range", _("Employees"), sort="employee_range", extra=True),
        Column("created_at", _("Added"), "moment", sort="id", extra=True),
        Column("updated_at", _("Changed"), "moment", sort="updated_at", extra=True),
    )
    choices = (Choice("owner_id", _("Anybody's"), users),)


class CompanyForm(FormPage):
    """Make a company, or change one."""

    section = "companies"
    rows = COMPANIES
    serializer = CompanyInput
    create_action, update_action = create_company, change_company
    place = ("web:companies", "web:company", _("New company"), _("Edit company"))
    fields = (
        Field("name", _("Name"), half=False),
        Field("tax_id", _("RFC")),
        Field("industry", _("Industry")),
        Field("domain", _("Web domain")),
        Field("employee_range", _("Employees")),
        Field("annual_revenue", _("Annual revenue"), "money"),
        Field("phone", _("Phone"), "tel"),
        Field("email", _("E-mail"), "email"),
        Field("owner_id", _("Owner"), "choice", options=users, shown="owner_name"),
    )

    def preset(self) -> dict[str, Any]:
        return {"owner_id": self.actor.user_id, **super().preset()}


class CompanyField(InPlace, CompanyForm):
    """One value on a company's page, in its place."""

    def around(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"reach": reverse("web:company-reach", args=(row["id"],)), "may_plan": self.actor.may(PLAN)}


class CompanyPage(Page):
    """A firm, who works for it, and what it may buy."""

    template = "crm/company.html"
    section = "companies"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        company = json_row(COMPANIES, kwargs["pk"], self.actor)
        row, query = row_of(COMPANIES, company["id"], self.actor), {"company_id": str(company["id"])}
        return {
            "title": company["name"],
            "company": company,
            "heading": facts_of(CompanyField, company, self.actor, ["name"], target=row)[0],
            "facts": [
                *facts_of(CompanyField, company, self.actor, FACTS, target=row),
                *address_fact(CompanyAddress, company, self.actor, row),
            ],
            "contacts": first_rows(CONTACTS, self.actor, ContactFilter.base_filters, query),
            "deals": first_rows(DEALS, self.actor, DealFilter.base_filters, query),
            "may_plan": self.actor.may(PLAN),
            **twins_of(COMPANY_TWINS, row, self.actor),
            "panels": panels_of("company", company, self.actor),
            **drawn("company", row.pk, self.actor, {}),
            "may_change": self.actor.may("crm.change_company", row),
            "may_delete": self.actor.may("crm.delete_company", row),
        }


class CompanyDelete(ActPage):
    """Delete it, with a way back."""

    rows = COMPANIES
    action = delete_company
    done = _("Company deleted.")
    undo, then_list = "web:company-restore", "web:companies"


class CompanyRestore(RestorePage):
    """Take it back out of the bin."""

    rows = DELETED_COMPANIES
    action = restore_company
    done = _("Company restored.")
    then = "web:company"


class CompanyOptions(OptionsPage):
    """Companies whose name is being typed, for forms."""

    rows, filters, named = COMPANIES, CompanyFilter.base_filters, "name"
