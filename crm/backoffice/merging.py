"""Contacts that look the same: finding them, seeing two beside each other, making one of them, and the way back."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm.actions.merging import merge_contacts, undo_merge
from crm.api.merging import MergeInput, UndoInput
from crm.backoffice.contacts import ContactForm
from crm.backoffice.twins import MERGE
from crm.duplicates import LOSER, MERGED_COLUMNS, SINGLE_COLUMNS, SURVIVOR
from crm.queries import CONTACTS
from crm.queries_duplicates import duplicate_groups
from leadercrm.core.api.responses import Paging
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import NotFound
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import Shown
from leadercrm.core.web.lists import Paged
from leadercrm.core.web.pages import Page, json_row, row_of, see_other
from leadercrm.core.web.toasts import toast

REASONS = {"email": _("the same e-mail address"), "phone": _("the same phone"), "name": _("the same name and company")}


@dataclass(frozen=True)
class Compared:
    """A field of two contacts: what each of them has, and whose the survivor gets unless somebody says otherwise.

    Of `united` ones both are kept; whose are chosen come first.
    """

    name: str
    label: Any
    sides: tuple[tuple[str, Any, bool], ...]
    united: bool

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to choose."""
        first, second = (value for _side, value, _chosen in self.sides)
        return bool(_plain(first) == _plain(second) or (self.united and not (_plain(first) and _plain(second))))


def compared(survivor: dict[str, Any], loser: dict[str, Any]) -> list[Compared]:
    """The fields that a merge decides on, those that differ first."""
    form = ContactForm()
    fields = {field.name: field for field in form.fields if field.name in MERGED_COLUMNS}
    rows = [
        _compared(name, field.label, form._shown(field, survivor, {}), form._shown(field, loser, {}))
        for name, field in fields.items()
    ]
    rows.append(
        _compared(
            "custom_fields", _("Other fields"), *(list(row["custom_fields"].items()) for row in (survivor, loser))
        )
    )
    return sorted(rows, key=lambda row: row.is_same)


def _compared(name: str, label: Any, first: Any, second: Any) -> Compared:
    single = name in SINGLE_COLUMNS
    other = single and _plain(first) in (None, "") and _plain(second) not in (None, "")
    return Compared(name, label, ((SURVIVOR, first, not other), (LOSER, second, other)), not single)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Shown) else value


class DuplicatesPage(Page):
    """Groups of contacts that share an e-mail address, a phone, or their name and company."""

    template = "crm/duplicates.html"
    title = _("Likely duplicates")
    section = "contacts"
    required_permission = MERGE

    def context(self, **kwargs: Any) -> dict[str, Any]:
        paging = Paging.of(self.request)
        page = duplicate_groups(self.actor, limit=paging.per_page, offset=paging.offset)
        groups = [{**group, "why": REASONS[group["reason"]]} for group in json.loads(page.rows)]
        return {"groups": groups, "paged": Paged(paging.page, paging.per_page, page.count, page.total)}


class MergePage(Page):
    """Two contacts beside each other; sent, they become one."""

    template = "crm/merge.html"
    title = _("Merge two contacts")
    section = "contacts"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        survivor, loser = (json_row(CONTACTS, pk, self.actor) for pk in (kwargs["pk"], kwargs["other"]))
        for contact in (survivor, loser):
            self.actor.require(MERGE, row_of(CONTACTS, contact["id"], self.actor))
        if survivor["id"] == loser["id"]:
            raise NotFound()
        return {"survivor": survivor, "loser": loser, "rows": compared(survivor, loser)}

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        chosen = {name: request.POST[name] for name in MERGED_COLUMNS if name in request.POST}
        values = validated(MergeInput, {"contact_id": other, "fields": chosen})
        merge = merge_contacts(row_of(CONTACTS, pk, self.actor), **values, actor=self.actor)
        undo = f"{reverse('web:contact-unmerge', args=(pk,))}?merge_id={merge.pk}"
        toast(request, _("The two are one contact now."), undo=undo)
        return see_other(reverse("web:contact", args=(pk,)))


class MergeUndo(ActPage):
    """Take a merge apart: both contacts are there again, each with what was its own."""

    rows = CONTACTS
    action = undo_merge
    serializer = UndoInput
    done = _("They are two contacts again.")
    then = "web:contact"

    def values(self) -> dict[str, Any]:
        named = {name: value for name, value in self.request.GET.items() if name == "merge_id"}
        return {**named, **super().values()}
