"""Segments under /api/v1."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action

from crm.queries import CONTACTS
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import Paging, json_bytes, json_response, list_response
from leadercrm.core.api.rows import JsonRows, Page
from leadercrm.core.api.shapes import ANYTHING, BOOLEAN, INTEGER, TEXT, Shape, component, data, list_of, page, record
from leadercrm.core.api.views import ApiView, TenantViewSet
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from marketing.actions.segments import add_members, change_segment, create_segment, delete_segment, remove_members
from marketing.api.resources import SEGMENT
from marketing.api.serializers_segments import MembersInput, PreviewInput, SegmentInput
from marketing.conditions import read_rules
from marketing.fields import field_of
from marketing.filters import SegmentFilter
from marketing.members import contacts_of, reasons, rules_of
from marketing.models import Segment
from marketing.queries import SEGMENTS
from marketing.queries_segments import counted, found_by, known_fields, members_page

TESTED = record({"field": TEXT, "operator": TEXT, "value?": ANYTHING, "seen?": ANYTHING, "holds": BOOLEAN}, "Reason")
WHY = record({"contact_id": INTEGER, "member": BOOLEAN, "conditions": list_of(TESTED)}, "SegmentMembership")
FIELD = record(
    {"name": TEXT, "label": TEXT, "kind": TEXT, "operators": list_of(TEXT), "choices?": list_of(TEXT)}, "SegmentField"
)


def _contacts() -> Shape:
    return page(component("Contact"))


def _preview() -> Shape:
    return data(record({"member_count": INTEGER, "contacts": list_of(component("Contact"))}, "SegmentPreview"))


class SegmentViewSet(TenantViewSet):
    """As every resource; each row tells how many members it has now."""

    resource = SEGMENT
    rows = SEGMENTS
    filters = SegmentFilter.base_filters
    serializer_class = SegmentInput
    create_action = create_segment
    update_action = change_segment
    delete_action = delete_segment
    deleted_message = _("Segment deleted.")

    def listed(self, rows: JsonRows) -> HttpResponse:
        paging = Paging.of(self.request)
        found = self.found(rows, paging)
        told = counted(json.loads(found.rows))
        return list_response(self.request, Page(json_bytes(told).decode(), found.count, found.total), paging)

    def retrieve(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        return self._answered(self.rows.one(pk, self.actor) if pk <= MAX_ID else None)

    def answer(self, pk: int, status: int = 200, meta: Any = None) -> HttpResponse:
        return self._answered(self.rows.one(pk), status)

    def _answered(self, text: str | None, status: int = 200) -> HttpResponse:
        if text is None:
            raise NotFound()
        return json_response({"data": counted([json.loads(text)])[0]}, status)

    @described(_("List the contacts of a segment"), id="listSegmentContacts", returns=_contacts)
    @drf_action(detail=True, methods=["get"])
    def contacts(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Those who belong to it now and whom the actor sees, latest first."""
        paging = Paging.of(request)
        found = members_page(self.row(pk), self.actor, offset=paging.offset, limit=paging.per_page)
        return list_response(request, found, paging)

    @described(_("Put contacts into a segment"), id="addSegmentContacts", act=add_members, body=MembersInput)
    @contacts.mapping.post
    def add_contacts(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put contacts into a static segment; answers with the segment."""
        add_members(self.row(pk), **self.cleaned(MembersInput), actor=self.actor)
        return self.answer(pk)

    @described(_("Take contacts out of a segment"), id="removeSegmentContacts", act=remove_members, body=MembersInput)
    @contacts.mapping.delete
    def remove_contacts(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take contacts out of a static segment; answers with the segment."""
        remove_members(self.row(pk), **self.cleaned(MembersInput), actor=self.actor)
        return self.answer(pk)


class SegmentToolsView(ApiView):
    resource = SEGMENT


class PreviewView(SegmentToolsView):
    @described(
        _("See whom conditions find"),
        id="previewSegment",
        body=PreviewInput,
        returns=_preview,
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """How many contacts conditions find, and the latest ten of them whom the actor sees. Nothing is stored."""
        self.actor.require("marketing.view_segment")
        rules = read_rules(self.cleaned(PreviewInput)["conditions"], field_of)
        return json_response({"data": found_by(rules, self.actor)})


class FieldsView(SegmentToolsView):
    @described(_("List what conditions can ask of"), id="listSegmentFields", returns=data(list_of(FIELD)))
    def get(self, request: HttpRequest) -> HttpResponse:
        """The fields of conditions, their names and operators. Custom ones are `custom_fields.` and a key."""
        self.actor.require("marketing.view_segment")
        return json_response({"data": known_fields()})


class WhyView(SegmentToolsView):
    @described(_("See why a contact is in a segment, or not"), id="explainSegment", returns=data(WHY))
    def get(self, request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
        """Condition by condition, whether it holds, and what was seen where it is a column of the contact's."""
        segment: Segment | None = SEGMENTS.instance(pk, self.actor) if pk <= MAX_ID else None
        text = CONTACTS.one(contact_pk, self.actor) if contact_pk <= MAX_ID else None
        if segment is None or text is None:
            raise NotFound()
        contact, rules = json.loads(text), rules_of(segment)
        told = []
        for leaf, holds in zip(rules.leaves(), reasons(rules, contact["id"]), strict=True) if rules else ():
            seen = {"seen": contact[leaf.field]} if leaf.field in contact else {}
            told.append({**leaf.given, **seen, "holds": holds})
        member = contacts_of(segment).filter(pk=contact["id"]).exists()
        return json_response({"data": {"contact_id": contact["id"], "member": member, "conditions": told}})
