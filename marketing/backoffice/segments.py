"""The pages of segments."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from crm.backoffice.options import users
from crm.queries import CONTACTS
from crm.queries_custom import custom_fields
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.responses import Paging
from leadercrm.core.errors import DomainError
from leadercrm.core.ids import MAX_ID
from leadercrm.core.web.acts import ActPage, RestorePage
from leadercrm.core.web.forms import Field, FormPage
from leadercrm.core.web.lists import Choice, Column, ListPage, Paged
from leadercrm.core.web.pages import Page, json_row, row_of
from marketing.actions.segments import (
    add_members,
    change_segment,
    create_segment,
    delete_segment,
    remove_members,
    restore_segment,
)
from marketing.api.serializers_segments import MembersInput, SegmentInput
from marketing.backoffice.conditions import Block, Row, blocks_of, every_operator, fields_offered, read_conditions, told
from marketing.conditions import read_rules
from marketing.fields import field_of
from marketing.filters import SegmentFilter
from marketing.members import reasons, rules_of
from marketing.models import Campaign, Segment, SegmentType
from marketing.queries import DELETED_SEGMENTS, SEGMENTS
from marketing.queries_segments import counted, found_by, members_page

MOST_CAMPAIGNS = 10
MOST_OFFERED = 20
SPARE = (Row(), Row())


def kinds() -> Any:
    return [("dynamic", _("By conditions")), ("static", _("By hand"))]


class SegmentList(ListPage):
    title = _("Segments")
    section = "segments"
    rows = SEGMENTS
    filters = SegmentFilter.base_filters
    row_url, new_url = "web:segment", "web:segment-new"
    new_label, new_permission = _("New segment"), "marketing.create_segment"
    empty_title = _("No segments yet")
    empty_text = _("A segment is a group of contacts that a campaign can go to, and that keeps itself up to date.")
    columns = (
        Column("name", _("Name"), "title", sort="name"),
        Column("type", _("Members"), "badge", sort="type"),
        Column("member_count", _("Contacts"), "number"),
        Column("owner_name", _("Owner"), "user", sort="owner__name"),
        Column("updated_at", _("Changed"), "moment", sort="updated_at"),
    )
    choices = (Choice("type", _("Any kind"), kinds),)

    def told(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return counted(rows)


class SegmentForm(FormPage):
    """Make a segment of conditions, or one by hand; or change one."""

    template = "marketing/backoffice/segment_form.html"
    section = "segments"
    rows = SEGMENTS
    serializer = SegmentInput
    create_action, update_action = create_segment, change_segment
    place = ("web:segments", "web:segment", _("New segment"), _("Edit segment"))
    fields = (
        Field("name", _("Name")),
        Field("owner_id", _("Owner"), "choice", options=users),
        Field("type", "", "hidden"),
    )

    def preset(self) -> dict[str, Any]:
        return {"owner_id": self.actor.user_id, "type": "dynamic", **super().preset()}

    def _body(self, data: QueryDict) -> dict[str, Any]:
        body = super()._body(data)
        return {**body, "conditions": read_conditions(data)} if body.get("type") == "dynamic" else body

    def _form(
        self,
        values: Mapping[str, Any],
        row: dict[str, Any] | None,
        errors: Mapping[str, Any],
        refusal: DomainError | None = None,
    ) -> dict[str, Any]:
        inner = {path: texts for path, texts in errors.items() if path.startswith("conditions.")}
        rest = {path: texts for path, texts in errors.items() if path not in inner}
        first, *groups = blocks_of(values.get("conditions") or [], inner)
        spare = SPARE[:1] if first.rows else SPARE
        groups = [Block(group.kind, [*group.rows, Row()]) for group in groups]
        return {
            **super()._form(values, row, rest, refusal),
            "dynamic": values.get("type") == "dynamic",
            "blocks": [Block(first.kind, [*first.rows, *spare]), *groups],
            "offered": fields_offered(),
            "own_fields": custom_fields(),
            "operators": every_operator(),
        }


class SegmentCount(Page):
    """How many contacts the conditions find that are being put together, and a few of them."""

    http_method_names = ["post"]
    template = "marketing/backoffice/_found.html"
    required_permission = "marketing.view_segment"

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            rules = read_rules(read_conditions(request.POST), field_of)
        except DomainError as error:
            refusal = as_refusal(error)
            return self.draw({"unfinished": refusal and refusal.message})
        return self.draw({"found": found_by(rules, self.actor), "empty": not rules.entries})


class SegmentPage(Page):
    """One segment: what makes it, and who is in it."""

    template = "marketing/backoffice/segment.html"
    section = "segments"
    row_url = "web:contact"
    empty_title = _("Nobody is in this segment")
    empty_text = _("Contacts appear here as soon as they belong to it.")
    columns = (
        Column("full_name", _("Name"), "person"),
        Column("primary_email", _("E-mail"), "email"),
        Column("lifecycle_stage", _("Stage"), "badge"),
    )

    def context(self, **kwargs: Any) -> dict[str, Any]:
        segment = counted([json_row(SEGMENTS, kwargs["pk"], self.actor)])[0]
        row, paging = row_of(SEGMENTS, segment["id"], self.actor), Paging.of(self.request)
        members = members_page(row, self.actor, offset=paging.offset, limit=paging.per_page)
        return {
            "title": segment["name"],
            "segment": segment,
            "told": told(segment["conditions"]),
            "campaigns": Campaign.objects.filter(segment=row).order_by("-pk")[:MOST_CAMPAIGNS],
            "rows": json.loads(members.rows),
            "paged": Paged(paging.page, paging.per_page, members.count, members.total),
            "columns": self._columns(row),
            "sort": "",
            "page_class": self,
            "may_change": self.actor.may("marketing.change_segment", row),
            "may_delete": self.actor.may("marketing.delete_segment", row),
            "may_mail": self.actor.may("marketing.create_campaign"),
        }

    def _columns(self, row: Segment) -> tuple[Column, ...]:
        """Who was put in by hand can be taken out."""
        by_hand = row.type == SegmentType.STATIC and self.actor.may("marketing.change_segment", row)
        return (
            (*self.columns, Column("id", "", template="marketing/backoffice/_take_out.html"))
            if by_hand
            else self.columns
        )

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        if self.request.headers.get("HX-Target", "").endswith("#list") and "rows" in context:
            template = "web/_list.html"
        return super().draw(context, template=template, status=status)


class SegmentWhy(Page):
    """Condition by condition, whether it holds for a contact."""

    template = "marketing/backoffice/_why.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("contact_id", "")
        segment = row_of(SEGMENTS, kwargs["pk"], self.actor)
        if not asked.isascii() or not asked.isdigit() or int(asked) > MAX_ID:
            return {}
        contact, rules = row_of(CONTACTS, int(asked), self.actor), rules_of(segment)
        if rules is None:
            return {"contact": contact}
        held = iter(reasons(rules, contact.pk))
        lines = [(line, [(each, next(held)) for each in line.members or (line,)]) for line in told(segment.conditions)]
        groups = [(line, tests, _holds(line.kind, [holds for _each, holds in tests])) for line, tests in lines]
        return {"contact": contact, "groups": groups, "member": all(holds for _line, _tests, holds in groups)}


def _holds(kind: str, truths: list[bool]) -> bool:
    return any(truths) if kind == "any" else all(truths)


class MembersAdd(ActPage):
    """Put contacts into a segment by hand."""

    rows, action, then = SEGMENTS, add_members, "web:segment"
    serializer, done = MembersInput, _("Added to the segment.")

    def values(self) -> dict[str, Any]:
        return {"contact_ids": [value for value in self.request.POST.getlist("contact_ids") if value]}


class MemberRemove(MembersAdd):
    """Take a contact out of it."""

    action, done = remove_members, _("Taken out of the segment.")


class SegmentOptions(Page):
    """Segments whose name is being typed, for forms."""

    required_permission = "marketing.view_segment"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        named = Segment.objects.filter(name__icontains=request.GET.get("q", "")[:100].replace("\x00", ""))
        rows = named.order_by("name").values_list("pk", "name")[:MOST_OFFERED]
        return JsonResponse({"options": [{"value": pk, "text": name} for pk, name in rows]})


class SegmentDelete(ActPage):
    rows, action, done = SEGMENTS, delete_segment, _("Segment deleted.")
    undo, then_list = "web:segment-restore", "web:segments"


class SegmentRestore(RestorePage):
    rows, action, done, then = DELETED_SEGMENTS, restore_segment, _("Segment restored."), "web:segment"
