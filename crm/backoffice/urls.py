"""The addresses of the pages of sales, and their lines in the menus."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from crm.backoffice.activities import (
    ActivityComplete,
    ActivityDelete,
    ActivityForm,
    ActivityList,
    ActivityReopen,
    ActivityRestore,
)
from crm.backoffice.addresses import CompanyAddress, ContactAddress
from crm.backoffice.board import DealBoard
from crm.backoffice.companies import (
    CompanyDelete,
    CompanyField,
    CompanyForm,
    CompanyList,
    CompanyOptions,
    CompanyPage,
    CompanyRestore,
)
from crm.backoffice.contacts import (
    ContactDelete,
    ContactField,
    ContactForm,
    ContactList,
    ContactPage,
    ContactRestore,
    NoteAdd,
    NoteDelete,
    NotePin,
)
from crm.backoffice.deals import (
    ContactOptions,
    DealDelete,
    DealField,
    DealForm,
    DealList,
    DealMove,
    DealPage,
    DealRestore,
)
from crm.backoffice.forecast import ForecastPage
from crm.backoffice.merging import (
    CompanyMergeUndo,
    ContactMergeUndo,
    DuplicateCompanies,
    DuplicateContacts,
    MergeCompanies,
    MergeContacts,
)
from crm.backoffice.reaching import CompanyReach, ContactReach, Unreach
from crm.backoffice.timelines import CompanyTimeline, ContactTimeline, DealTimeline
from crm.filters import CompanyFilter, ContactFilter, DealFilter
from crm.queries import COMPANIES, CONTACTS
from crm.queries_deals import DEALS
from leadercrm.core.web.finding import Findable, let_find
from leadercrm.core.web.navigation import Entry, enter, offer_new
from leadercrm.lists.backoffice.bulk import let_change

urlpatterns = [
    path("contacts", ContactList.as_view(), name="contacts"),
    path("contacts/new", ContactForm.as_view(), name="contact-new"),
    path("contacts/<int:pk>", ContactPage.as_view(), name="contact"),
    path("contacts/<int:pk>/edit", ContactForm.as_view(), name="contact-edit"),
    path("contacts/<int:pk>/fields/<str:name>", ContactField.as_view(), name="contact-field"),
    path("companies/<int:pk>/fields/<str:name>", CompanyField.as_view(), name="company-field"),
    path("deals/<int:pk>/fields/<str:name>", DealField.as_view(), name="deal-field"),
    path("contacts/<int:pk>/address/<str:name>", ContactAddress.as_view(), name="contact-address"),
    path("companies/<int:pk>/address/<str:name>", CompanyAddress.as_view(), name="company-address"),
    path("contacts/<int:pk>/reach", ContactReach.as_view(), name="contact-reach"),
    path("companies/<int:pk>/reach", CompanyReach.as_view(), name="company-reach"),
    path("activities/<int:pk>/unreach", Unreach.as_view(), name="activity-unreach"),
    path("contacts/duplicates", DuplicateContacts.as_view(), name="contact-duplicates"),
    path("contacts/<int:pk>/merge/<int:other>", MergeContacts.as_view(), name="contact-merge"),
    path("contacts/<int:pk>/unmerge", ContactMergeUndo.as_view(), name="contact-unmerge"),
    path("companies/duplicates", DuplicateCompanies.as_view(), name="company-duplicates"),
    path("companies/<int:pk>/merge/<int:other>", MergeCompanies.as_view(), name="company-merge"),
    path("companies/<int:pk>/unmerge", CompanyMergeUndo.as_view(), name="company-unmerge"),
    path("contacts/<int:pk>/notes", NoteAdd.as_view(), name="contact-note"),
    path("contacts/notes/<int:pk>/pin", NotePin.as_view(), name="note-pin"),
    path("contacts/notes/<int:pk>/delete", NoteDelete.as_view(), name="note-delete"),
    path("contacts/<int:pk>/delete", ContactDelete.as_view(), name="contact-delete"),
    path("contacts/<int:pk>/restore", ContactRestore.as_view(), name="contact-restore"),
    path("contacts/<int:pk>/timeline", ContactTimeline.as_view(), name="contact-timeline"),
    path("companies/<int:pk>/timeline", CompanyTimeline.as_view(), name="company-timeline"),
    path("deals/<int:pk>/timeline", DealTimeline.as_view(), name="deal-timeline"),
    path("companies", CompanyList.as_view(), name="companies"),
    path("companies/new", CompanyForm.as_view(), name="company-new"),
    path("companies/options", CompanyOptions.as_view(), name="company-options"),
    path("companies/<int:pk>", CompanyPage.as_view(), name="company"),
    path("companies/<int:pk>/edit", CompanyForm.as_view(), name="company-edit"),
    path("companies/<int:pk>/delete", CompanyDelete.as_view(), name="company-delete"),
    path("companies/<int:pk>/restore", CompanyRestore.as_view(), name="company-restore"),
    path("contacts/options", ContactOptions.as_view(), name="contact-options"),
    path("deals", DealBoard.as_view(), name="deals"),
    path("deals/list", DealList.as_view(), name="deal-list"),
    path("deals/forecast", ForecastPage.as_view(), name="deal-forecast"),
    path("deals/new", DealForm.as_view(), name="deal-new"),
    path("deals/<int:pk>", DealPage.as_view(), name="deal"),
    path("deals/<int:pk>/edit", DealForm.as_view(), name="deal-edit"),
    path("deals/<int:pk>/move", DealMove.as_view(), name="deal-move"),
    path("deals/<int:pk>/delete", DealDelete.as_view(), name="deal-delete"),
    path("deals/<int:pk>/restore", DealRestore.as_view(), name="deal-restore"),
    path("activities", ActivityList.as_view(), name="activities"),
    path("activities/new", ActivityForm.as_view(), name="activity-new"),
    path("activities/<int:pk>", ActivityForm.as_view(), name="activity-edit"),
    path("activities/<int:pk>/complete", ActivityComplete.as_view(), name="activity-complete"),
    path("activities/<int:pk>/reopen", ActivityReopen.as_view(), name="activity-reopen"),
    path("activities/<int:pk>/delete", ActivityDelete.as_view(), name="activity-delete"),
    path("activities/<int:pk>/restore", ActivityRestore.as_view(), name="activity-restore"),
]

let_change("contacts", ContactForm.fields, "owner_id", "lifecycle_stage", "company_id", "source", "city", "country")
let_change("companies", CompanyForm.fields, "owner_id", "industry", "employee_range")
let_change("deals", DealForm.fields, "owner_id", "stage_id", "expected_close_date", "company_id")

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
offer_new(30, Entry(_("Deal"), "currency-dollar", "web:deal-new", permission="crm.create_deal"))
offer_new(40, Entry(_("Activity"), "checkbox", "web:activity-new", permission="crm.create_activity"))
FIND_CONTACTS, FIND_COMPANIES = ContactFilter.base_filters, CompanyFilter.base_filters
let_find(10, Findable(_("Contacts"), "user", CONTACTS, FIND_CONTACTS, "web:contact", "full_name", "company_name"))
let_find(20, Findable(_("Companies"), "building", COMPANIES, FIND_COMPANIES, "web:company", "name", "industry"))
let_find(30, Findable(_("Deals"), "currency-dollar", DEALS, DealFilter.base_filters, "web:deal", "name", "stage_name"))
