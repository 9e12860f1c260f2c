"""The addresses of the pages of sales, and their lines in the menus."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from crm.backoffice.companies import (
    CompanyDelete,
    CompanyForm,
    CompanyList,
    CompanyOptions,
    CompanyPage,
    CompanyRestore,
)
from crm.backoffice.contacts import ContactDelete, ContactForm, ContactList, ContactPage, ContactRestore, NoteAdd
from crm.backoffice.lists import ActivityList, DealList
from crm.filters import CompanyFilter, ContactFilter
from crm.queries import COMPANIES, CONTACTS
from leadercrm.core.web.finding import Findable, let_find
from leadercrm.core.web.navigation import Entry, enter, offer_new

urlpatterns = [
    path("contacts", ContactList.as_view(), name="contacts"),
    path("contacts/new", ContactForm.as_view(), name="contact-new"),
    path("contacts/<int:pk>", ContactPage.as_view(), name="contact"),
    path("contacts/<int:pk>/edit", ContactForm.as_view(), name="contact-edit"),
    path("contacts/<int:pk>/notes", NoteAdd.as_view(), name="contact-note"),
    path("contacts/<int:pk>/delete", ContactDelete.as_view(), name="contact-delete"),
    path("contacts/<int:pk>/restore", ContactRestore.as_view(), name="contact-restore"),
    path("companies", CompanyList.as_view(), name="companies"),
    path("companies/new", CompanyForm.as_view(), name="company-new"),
    path("companies/options", CompanyOptions.as_view(), name="company-options"),
    path("companies/<int:pk>", CompanyPage.as_view(), name="company"),
    path("companies/<int:pk>/edit", CompanyForm.as_view(), name="company-edit"),
    path("companies/<int:pk>/delete", CompanyDelete.as_view(), name="company-delete"),
    path("companies/<int:pk>/restore", CompanyRestore.as_view(), name="company-restore"),
    path("deals", DealList.as_view(), name="deals"),
    path("activities", ActivityList.as_view(), name="activities"),
]

enter(
    10,
    _("Sales"),
    Entry(_("Contacts"), "users", "web:contacts", "contacts"),
    Entry(_("Companies"), "building", "web:companies", "companies"),
    Entry(_("Deals"), "currency-dollar", "web:deals", "deals"),
    Entry(_("Activities"), "checkbox", "web:activities", "activities"),
)
offer_new(10, Entry(_("Contact"), "user-plus", "web:contact-new", permission="crm.create_contact"))
offer_new(20, Entry(_("Company"), "building", "web:company-new", permission="crm.create_company"))
let_find(
    10,
    Findable(_("Contacts"), "user", CONTACTS, ContactFilter.base_filters, "web:contact", "full_name", "company_name"),
)
let_find(
    20, Findable(_("Companies"), "building", COMPANIES, CompanyFilter.base_filters, "web:company", "name", "industry")
)
