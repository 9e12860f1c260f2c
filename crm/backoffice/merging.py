"""Rows that look the same: finding them, seeing two beside each other, making one of them, and the way back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from rest_framework.serializers import Serializer

from crm.actions.merging import merge_companies, merge_contacts, undo_company_merge, undo_merge
from crm.api.merging import CompanyMergeInput, MergeInput, UndoInput
from crm.backoffice.companies import CompanyForm
from crm.backoffice.contacts import ContactForm
from crm.backoffice.twins import COMPANY_TWINS, CONTACT_TWINS, Twins
from crm.duplicates import COMPANY_COLUMNS, CONTACT_COLUMNS, LOSER, SURVIVOR, Columns
from crm.queries import COMPANIES, CONTACTS
from crm.queries_duplicates import duplicate_companies, duplicate_contacts
from leadercrm.core.api.responses import Paging
from leadercrm.core.api.rows import Page as Found
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import NotFound
from leadercrm.core.templatetags.web import day
from leadercrm.core.web.acts import ActPage
from leadercrm.core.web.forms import FormPage, Shown
from leadercrm.core.web.lists import Paged
from leadercrm.core.web.pages import Page, json_row, row_of, see_other
from leadercrm.core.web.toasts import toast

REASONS = {
    "email": _("the same e-mail address"),
    "phone": _("the same phone"),
    "tax_id": _("the same RFC"),
    "domain": _("the same domain"),
    "name": _("the same name and company"),
}


@dataclass(frozen=True)
class Compared:
    """A field of two rows: what each of them has, and whose the survivor gets unless somebody says otherwise.

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


def compared(form: FormPage, columns: Columns, survivor: dict[str, Any], loser: dict[str, Any]) -> list[Compared]:
    """The fields that a merge decides on, those that differ first."""
    rows = [
        _compared(field.name, field.label, columns, *(form._shown(field, row, {}) for row in (survivor, loser)))
        for field in form.fields
        if field.name in columns.names
    ]
    rows += [
        _compared(name, _("Other fields"), columns, *(list(row[name].items()) for row in (survivor, loser)))
        for name in columns.mappings
    ]
    return sorted(rows, key=lambda row: row.is_same)


def _compared(name: str, label: Any, columns: Columns, first: Any, second: Any) -> Compared:
    single = name in columns.single
    other = single and _plain(first) in (None, "") and _plain(second) not in (None, "")
    return Compared(name, label, ((SURVIVOR, first, not other), (LOSER, second, other)), not single)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Shown) else value


class DuplicatesPage(Page):
    """Groups of rows that look the same; `told` is what is said of a row below its name."""

    template = "crm/duplicates.html"
    title = _("Likely duplicates")
    twins: ClassVar[Twins]
    find: ClassVar[Callable[..., Found]]
    empty_title: ClassVar[Any]
    empty_text: ClassVar[Any]
    reasons: ClassVar[dict[str, Any]] = {}

    def context(self, **kwargs: Any) -> dict[str, Any]:
        paging = Paging.of(self.request)
        page = type(self).find(self.actor, limit=paging.per_page, offset=paging.offset)
        groups = [
            {
                "why": self.reasons.get(group["reason"], REASONS[group["reason"]]),
                "rows": [self.twins.told(row) for row in group[self.section]],
            }
            for group in json.loads(page.rows)
        ]
        paged = Paged(paging.page, paging.per_page, page.count, page.total)
        return {"groups": groups, "paged": paged, "twins": self.twins, "page_class": self}


class DuplicateContacts(DuplicatesPage):
    """Contacts that share an e-mail address, a phone, or their name and company."""

    section = "contacts"
    required_permission = CONTACT_TWINS.permission
    twins, find = CONTACT_TWINS, duplicate_contacts
    empty_title = _("No two contacts look the same")
    empty_text = _("Contacts that share an e-mail address, a phone, or their name and company would stand here.")


class DuplicateCompanies(DuplicatesPage):
    """Companies that share their RFC, the domain of their web or mail, or their name."""

    section = "companies"
    required_permission = COMPANY_TWINS.permission
    twins, find = COMPANY_TWINS, duplicate_companies
    empty_title = _("No two companies look the same")
    empty_text = _("Companies that share their RFC, their domain or their name would stand here.")
    reasons = {"name": _("the same name")}


class MergePage(Page):
    """Two rows beside each other; sent, they become one."""

    template = "crm/merge.html"
    twins: ClassVar[Twins]
    form: ClassVar[type[FormPage]]
    columns: ClassVar[Columns]
    action: ClassVar[Callable[..., Any]]
    serializer: ClassVar[type[Serializer[Any]]]
    lead: ClassVar[Any]
    caption: ClassVar[Any]
    done: ClassVar[Any]

    def context(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.form.rows
        survivor, loser = (json_row(rows, pk, self.actor) for pk in (kwargs["pk"], kwargs["other"]))
        for row in (survivor, loser):
            self.actor.require(self.twins.permission, row_of(rows, row["id"], self.actor))
        if survivor["id"] == loser["id"]:
            raise NotFound()
        return {
            "survivor": {**self.twins.told(survivor), "more": self.more(survivor)},
            "loser": {**self.twins.told(loser), "more": self.more(loser)},
            "rows": compared(self.form(), self.columns, survivor, loser),
            "twins": self.twins,
            "page_class": self,
        }

    def more(self, row: dict[str, Any]) -> str:
        """What helps to choose between the two."""
        raise NotImplementedError

    def post(self, request: HttpRequest, pk: int, other: int) -> HttpResponse:
        chosen = {name: request.POST[name] for name in self.columns.names if name in request.POST}
        values = validated(self.serializer, {self.twins.field: other, "fields": chosen})
        merge = type(self).action(row_of(self.form.rows, pk, self.actor), **values, actor=self.actor)
        undo = f"{reverse(self.twins.unmerge_url, args=(pk,))}?merge_id={merge.pk}"
        toast(request, self.done, undo=undo)
        return see_other(reverse(self.twins.url, args=(pk,)))


class MergeContacts(MergePage):
    title = _("Merge two contacts")
    section = "contacts"
    twins, form, columns = CONTACT_TWINS, ContactForm, CONTACT_COLUMNS
    action, serializer = merge_contacts, MergeInput
    lead = _(
        "Choose what remains. Notes, activities, deals, documents and mails of both go to the one that is kept, and it"
        " can be taken back."
    )
    caption = _("The two contacts, field by field")
    done = _("The two are one contact now.")

    def more(self, row: dict[str, Any]) -> str:
        return str(_("Added %(when)s · score %(score)s") % {"when": day(row["created_at"]), "score": row["lead_score"]})


class MergeCompanies(MergePage):
    title = _("Merge two companies")
    section = "companies"
    twins, form, columns = COMPANY_TWINS, CompanyForm, COMPANY_COLUMNS
    action, serializer = merge_companies, CompanyMergeInput
    lead = _(
        "Choose what remains. Contacts, deals, activities and documents of both go to the one that is kept, and it can"
        " be taken back."
    )
    caption = _("The two companies, field by field")
    done = _("The two are one company now.")

    def more(self, row: dict[str, Any]) -> str:
        when, number = day(row["created_at"]), row["contacts_count"]
        text = ngettext("Added %(when)s · %(number)s contact", "Added %(when)s · %(number)s contacts", number)
        return text % {"when": when, "number": number}


class _MergeUndo(ActPage):
    """Take a merge apart: both are there again, each with what was its own."""

    serializer = UndoInput

    def values(self) -> dict[str, Any]:
        named = {name: value for name, value in self.request.GET.items() if name == "merge_id"}
        return {**named, **super().values()}


class ContactMergeUndo(_MergeUndo):
    rows = CONTACTS
    action = undo_merge
    done = _("They are two contacts again.")
    then = CONTACT_TWINS.url


class CompanyMergeUndo(_MergeUndo):
    rows = COMPANIES
    action = undo_company_merge
    done = _("They are two companies again.")
    then = COMPANY_TWINS.url
