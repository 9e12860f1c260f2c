"""The pages of contacts."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.contacts import change_contact, create_contact, delete_contact, restore_contact
from crm.actions.notes import add_note, change_note, delete_note
from crm.api.serializers import ContactInput, NoteInput
from crm.backoffice.addresses import ContactAddress, address_fact
from crm.backoffice.custom import fields_of_own
from crm.backoffice.options import stages_of_relationship, users
from crm.backoffice.timelines import PENDING, drawn
from crm.backoffice.twins import CONTACT_TWINS, twins_of
from crm.filters import ContactFilter, DealFilter
from crm.filters_activities import ActivityFilter
from crm.importing.contacts import CUSTOM
from crm.models import CustomField, FieldType
from crm.queries import CONTACTS, DELETED_CONTACTS, NOTES, notes_of
from crm.queries_activities import ACTIVITIES
from crm.queries_custom import custom_fields
from crm.queries_deals import DEALS
from crm.scoring import explain_score
from leadercrm.core.api.validating import validated
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.inline import InPlace, facts_of
from leadercrm.core.web.lists import Choice, Column, ListPage
from leadercrm.core.web.pages import Page, json_row, row_of, see_other
from leadercrm.core.web.panels import panels_of
from leadercrm.core.web.reading import first_rows
from leadercrm.core.web.toasts import toast

# Pinned ones first; all of them stand on the timeline.
NOTES_SHOWN = 6
PLAN = "crm.create_activity"
FACTS = ["lifecycle_stage", "emails", "phones", "company_id", "job_title", "owner_id", "city", "source"]


class ContactList(ListPage):
    template = "crm/contacts.html"
    title = _("Contacts")
    section = "contacts"
    rows = CONTACTS
    filters = ContactFilter.base_filters
    row_url, new_url, new_label, new_permission = (
        "web:contact",
        "web:contact-new",
        _("New contact"),
        "crm.create_contact",
    )
    search_hint = _("Name, e-mail, phone or RFC")
    empty_title = _("No contacts yet")
    empty_text = _("Add the people whom you sell to, or let your web forms bring them.")
    bulk, bulk_permission = "contacts", "crm.change_contact"
    columns = (
        Column("full_name", _("Name"), "person", sort="search"),
        Column("company_name", _("Company"), sort="company__name"),
        Column("primary_email", _("E-mail"), "email"),
        Column("primary_phone", _("Phone"), "phone"),
        Column("lifecycle_stage", _("Stage"), "badge", sort="lifecycle_stage"),
        Column("lead_score", _("Score"), "number", sort="lead_score"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
        Column("created_at", _("Added"), "moment", sort="id", extra=True),
        Column("city", _("City"), sort="city", extra=True),
        Column("source", _("Origin"), sort="source", extra=True, of="sources"),
        Column("job_title", _("Job title"), sort="job_title", extra=True),
        Column("country", _("Country"), sort="country", extra=True),
        Column("updated_at", _("Changed"), "moment", sort="updated_at", extra=True),
    )
    choices = (
        Choice("lifecycle_stage", _("Any stage"), stages_of_relationship),
        Choice("owner_id", _("Anybody's"), users),
        Choice("without_activity", _("With or without activity"), lambda: [("true", _("Without any activity"))]),
    )

    def all_columns(self) -> Sequence[Column]:
        """With the fields that the tenant has defined."""
        kinds: dict[str, str] = {FieldType.NUMBER: "number", FieldType.DATE: "day"}
        return [
            *self.columns,
            *(
                Column(f"{CUSTOM}{field.key}", field.label, kinds.get(field.type, "text"), extra=True)
                for field in self._custom
            ),
        ]

    @cached_property
    def _custom(self) -> list[CustomField]:
        return custom_fields()

    def told(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for row in rows:
            row.update({f"{CUSTOM}{key}": value for key, value in row["custom_fields"].items()})
        return rows


class ContactForm(FormPage):
    """Make a contact, or change one."""

    section = "contacts"
    rows = CONTACTS
    serializer = ContactInput
    create_action, update_action = create_contact, change_contact
    place = ("web:contacts", "web:contact", _("New contact"), _("Edit contact"))
    fields = (
        Field("first_name", _("First name")),
        Field("last_name", _("Last name")),
        Field("emails", _("E-mail addresses"), "entries", key="email"),
        Field("phones", _("Phones"), "entries", key="phone"),
        Field(
            "company_id", _("Company"), "lookup", find="web:company-options", shown="company_name", page="web:company"
        ),
        Field("job_title", _("Job title")),
        Field("lifecycle_stage", _("Stage"), "choice", options=stages_of_relationship),
        Field("owner_id", _("Owner"), "choice", options=users, shown="owner_name"),
        Field("source", _("Origin"), of="sources"),
        Field("city", _("City")),
        Field("country", _("Country")),
    )

    def asked(self) -> tuple[Field, ...]:
        return (*super().asked(), *fields_of_own())

    def preset(self) -> dict[str, Any]:
        return {"owner_id": self.actor.user_id, **super().preset()}


class ContactField(InPlace, ContactForm):
    """One value on a contact's page, in its place."""

    together = {
        "emails": (_("E-mail"), ("emails",)),
        "phones": (_("Phone"), ("phones",)),
        "first_name": (_("Name"), ("first_name", "last_name")),
        "city": (_("Place"), ("city", "country")),
    }
    commas = ("city",)

    def around(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {"reach": reverse("web:contact-reach", args=(row["id"],)), "may_plan": self.actor.may(PLAN)}


class ContactPage(Page):
    """Everything about one person."""

    template = "crm/contact.html"
    section = "contacts"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        contact = json_row(CONTACTS, kwargs["pk"], self.actor)
        row, pk = CONTACTS.instance(contact["id"], self.actor), str(contact["id"])
        about = {"activitable_type": r"App\Models\Contact", "activitable_id": pk}
        own = [field.name for field in fields_of_own()]
        return {
            "title": contact["full_name"],
            "contact": contact,
            "heading": facts_of(ContactField, contact, self.actor, ["first_name"], target=row)[0],
            "facts": [
                *facts_of(ContactField, contact, self.actor, FACTS, target=row),
                *address_fact(ContactAddress, contact, self.actor, row),
                *facts_of(ContactField, contact, self.actor, own, target=row),
            ],
            "others": {
                key: value for key, value in contact["custom_fields"].items() if f"custom_fields.{key}" not in own
            },
            "score": [(rule, points) for rule, points in explain_score(row) if points],
            "notes": notes_of(row, self.actor, NOTES_SHOWN),
            "activities": first_rows(ACTIVITIES, self.actor, ActivityFilter.base_filters, {**about, **PENDING}),
            "target": about,
            "may_plan": self.actor.may(PLAN),
            "deals": first_rows(DEALS, self.actor, DealFilter.base_filters, {"contact_id": pk}),
            **twins_of(CONTACT_TWINS, row, self.actor),
            "panels": panels_of("contact", contact, self.actor),
            **drawn("contact", row.pk, self.actor, {}),
            "may_change": self.actor.may("crm.change_contact", row),
            "may_delete": self.actor.may("crm.delete_contact", row),
        }


class NoteAdd(Page):
    """Write a note on a contact's page."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        contact = row_of(CONTACTS, pk, self.actor)
        add_note(validated(NoteInput, {"body": request.POST.get("body", "")}), contact=contact, actor=self.actor)
        return see_other(reverse("web:contact", args=(pk,)))


class NotePin(Page):
    """Keep a note on top, or let it go again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        note = row_of(NOTES, pk, self.actor)
        row_of(CONTACTS, note.contact_id, self.actor)
        pinned = request.POST.get("is_pinned") == "1"
        change_note(note, {"is_pinned": pinned}, actor=self.actor)
        toast(request, _("The note stays on top.") if pinned else _("The note is among the others again."))
        return see_other(reverse("web:contact", args=(note.contact_id,)))


class NoteDelete(Page):
    """Remove a note for good."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        note = row_of(NOTES, pk, self.actor)
        row_of(CONTACTS, note.contact_id, self.actor)
        delete_note(note, actor=self.actor)
        toast(request, _("Note deleted."))
        return see_other(reverse("web:contact", args=(note.contact_id,)))


class ContactDelete(ActPage):
    """Delete it, with a way back."""

    rows = CONTACTS
    action = delete_contact
    done = _("Contact deleted.")
    undo, then_list = "web:contact-restore", "web:contacts"


class ContactRestore(RestorePage):
    """Take it back out of the bin."""

    rows = DELETED_CONTACTS
    action = restore_contact
    done = _("Contact restored.")
    then = "web:contact"
