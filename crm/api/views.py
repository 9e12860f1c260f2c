"""Contacts, notes and companies under /api/v1."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from crm.actions.companies import change_company, create_company, delete_company, restore_company
from crm.actions.contacts import change_contact, create_contact, delete_contact, restore_contact
from crm.actions.notes import add_note, change_note, delete_note
from crm.actions.upserting import upsert_contact
from crm.api.resources import COMPANY, CONTACT, NOTE
from crm.api.serializers import CompanyInput, ContactInput, NoteInput
from crm.filters import CompanyFilter, ContactFilter
from crm.models import Contact
from crm.queries import COMPANIES, CONTACTS, DELETED_COMPANIES, DELETED_CONTACTS, NOTES, likely_duplicates, of_contact
from crm.queries_activities import ACTIVITIES
from crm.queries_deals import DEALS
from crm.scoring import explain_score
from leadercrm.core.api.bin import BinViewSet
from leadercrm.core.api.chosen import Included
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import json_response, timestamp
from leadercrm.core.api.shapes import BOOLEAN, INTEGER, MOMENT, TEXT, data, explained, list_of, record
from leadercrm.core.api.views import TenantViewSet
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID

DUPLICATES = explained(list_of(INTEGER), _("Ids of contacts that share an address, a phone, or name and company."))
UPSERTED = {"created": explained(BOOLEAN, _("Whether it was made. Its status is 201 then."))}
SCORE_RULE = record({"code": TEXT, "text": TEXT, "points": INTEGER, "applies": BOOLEAN}, "ContactScoreRule")
SCORE = record(
    {"contact_id": INTEGER, "score": INTEGER, "rules": list_of(SCORE_RULE), "computed_at": MOMENT}, "ContactScore"
)


class ContactViewSet(BinViewSet):
    resource = CONTACT
    rows = CONTACTS
    bin_rows = DELETED_CONTACTS
    restore_action = restore_contact
    filters = ContactFilter.base_filters
    includes: ClassVar[Mapping[str, Included]] = {
        "company": Included("Company", COMPANIES, of="company_id"),
        "notes": Included("ContactNote", NOTES, via="contact_id"),
        "deals": Included("Deal", DEALS, via="participants__contact_id"),
        "activities": Included("Activity", ACTIVITIES, via="contact_id"),
    }
    serializer_class = ContactInput
    create_action = create_contact
    update_action = change_contact
    delete_action = delete_contact
    deleted_message = _("Contact deleted.")

    @described(meta={"possible_duplicates": DUPLICATES})
    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """As every resource, and `meta.possible_duplicates` names contacts that look the same."""
        contact = create_contact(self.cleaned(ContactInput), actor=self.actor)
        return self.answer(contact.pk, 201, {"possible_duplicates": likely_duplicates(contact, self.actor)})

    @described(
        _("Create a contact, or change the one with its address"),
        id="upsertContact",
        act=upsert_contact,
        body=ContactInput,
        partial=True,
        meta=UPSERTED,
        status=201,
    )
    def upsert(self, request: HttpRequest) -> HttpResponse:
        """Found by any of the e-mail addresses. Addresses and phones are added; the rest of what is sent is written."""
        contact, is_new = upsert_contact(self.cleaned(ContactInput, partial=True), actor=self.actor)
        return self.answer(contact.pk, 201 if is_new else 200, {"created": is_new})

    @described(_("Explain a lead score"), id="getContactScore", returns=data(SCORE))
    @drf_action(detail=True, methods=["get"])
    def score(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Why the contact has its lead score: each rule, and what it gave."""
        contact = self.row(pk)
        rules = [
            {"code": rule.code, "text": rule.text, "points": points, "applies": points != 0}
            for rule, points in explain_score(contact)
        ]
        body = {"contact_id": contact.pk, "score": contact.lead_score, "rules": rules}
        return json_response({"data": {**body, "computed_at": timestamp(contact.updated_at)}})


class NoteViewSet(TenantViewSet):
    resource = NOTE
    rows = NOTES
    serializer_class = NoteInput
    create_action = add_note
    update_action = change_note
    delete_action = delete_note
    deleted_message = _("Note deleted.")

    def list(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.listed_below(NOTES, of_contact, contact=self._contact().pk)

    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        contact = self._contact()
        note = add_note(self.cleaned(NoteInput), contact=contact, actor=self.actor)
        return self.answer(note.pk, 201)

    def row(self, pk: int) -> Any:
        note = super().row(pk)
        if note.contact_id != self._contact().pk:
            raise NotFound()
        return note

    def _contact(self) -> Contact:
        pk = self.kwargs["contact_pk"]
        contact: Contact | None = CONTACTS.visible(self.actor).filter(pk=pk).first() if pk <= MAX_ID else None
        if contact is None:
            raise NotFound()
        return contact


class CompanyViewSet(BinViewSet):
    resource = COMPANY
    rows = COMPANIES
    bin_rows = DELETED_COMPANIES
    restore_action = restore_company
    filters = CompanyFilter.base_filters
    includes: ClassVar[Mapping[str, Included]] = {
        "contacts": Included("Contact", CONTACTS, via="company_id"),
        "deals": Included("Deal", DEALS, via="company_id"),
        "activities": Included("Activity", ACTIVITIES, via="company_id"),
    }
    serializer_class = CompanyInput
    create_action = create_company
    update_action = change_company
    delete_action = delete_company
    deleted_message = _("Company deleted.")
