"""Contacts and companies that are there twice, under /api/v1: finding, merging, taking apart."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.actions.merging import merge_companies, merge_contacts, undo_company_merge, undo_merge
from crm.api.resources import COMPANY, CONTACT
from crm.duplicates import COMPANY_COLUMNS, CONTACT_COLUMNS, LOSER, SURVIVOR
from crm.queries import COMPANIES, CONTACTS
from crm.queries_duplicates import duplicate_companies, duplicate_contacts
from leadercrm.core.api.described import described
from leadercrm.core.api.fields import OneOf, RowId
from leadercrm.core.api.responses import Paging, list_response
from leadercrm.core.api.rows import Page
from leadercrm.core.api.shapes import INTEGER, TEXT, Shape, component, explained, list_of, one_of, page, record
from leadercrm.core.api.views import TenantViewSet


class Choices(serializers.DictField):
    """{column: "survivor" or "loser"}. An unknown column is refused: a choice misspelt would lose data."""

    child = OneOf((SURVIVOR, LOSER))
    default_error_messages = {"unknown": _("Must name columns out of: %(allowed)s.")}

    def __init__(self, columns: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict) and not set(data) <= set(self.columns):
            message = self.error_messages["unknown"] % {"allowed": ", ".join(self.columns)}
            raise serializers.ValidationError(message)
        values: dict[str, Any] = super().to_internal_value(data)
        return values


class MergeInput(serializers.Serializer[Any]):
    contact_id = RowId()
    fields = Choices(CONTACT_COLUMNS.names, required=False)  # type: ignore[assignment]


class CompanyMergeInput(serializers.Serializer[Any]):
    company_id = RowId()
    fields = Choices(COMPANY_COLUMNS.names, required=False)  # type: ignore[assignment]


class UndoInput(serializers.Serializer[Any]):
    merge_id = RowId(required=False, allow_null=True)


def _group(name: str, reasons: tuple[str, ...], members: str, resource: str) -> Shape:
    return record(
        {
            "key": TEXT,
            "reason": one_of(reasons),
            "count": explained(INTEGER, _("How many there are; at most 25 of them are shown.")),
            members: list_of(component(resource)),
        },
        name,
    )


GROUP = _group("DuplicateGroup", ("email", "phone", "name"), "contacts", "Contact")
COMPANY_GROUP = _group("CompanyDuplicateGroup", ("tax_id", "domain", "name"), "companies", "Company")
MERGED = {"merge_id": explained(INTEGER, _("Names the merge: it can be undone."))}


class _Merging(TenantViewSet):
    """What merging contacts and companies have in common."""

    find: ClassVar[Callable[..., Page]]
    merge_action: ClassVar[Callable[..., Any]]
    undo_action: ClassVar[Callable[..., Any]]
    merge_input: ClassVar[type[serializers.Serializer[Any]]]

    def _duplicates(self, request: HttpRequest) -> HttpResponse:
        paging = Paging.of(request)
        found = type(self).find(self.actor, limit=paging.per_page, offset=paging.offset)
        return list_response(request, found, paging)

    def _merge(self, pk: int) -> HttpResponse:
        survivor = self.row(pk)
        values = {"fields": {}, **self.cleaned(self.merge_input)}
        merge = type(self).merge_action(survivor, **values, actor=self.actor)
        return self.answer(pk, meta={"merge_id": merge.pk})

    def _undo(self, pk: int) -> HttpResponse:
        survivor = self.row(pk)
        merge = type(self).undo_action(survivor, **self.cleaned(UndoInput), actor=self.actor)
        return self.answer(pk, meta={"merge_id": merge.pk})


class MergingViewSet(_Merging):
    resource = CONTACT
    rows = CONTACTS
    find, merge_action, undo_action, merge_input = duplicate_contacts, merge_contacts, undo_merge, MergeInput

    @described(_("List groups of contacts that look the same"), id="listDuplicateContacts", returns=page(GROUP))
    def duplicates(self, request: HttpRequest) -> HttpResponse:
        """Groups of contacts that share an e-mail address or a phone."""
        return self._duplicates(request)

    @described(
        _("Merge another contact into this one"), id="mergeContacts", act=merge_contacts, body=MergeInput, meta=MERGED
    )
    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge another contact into this one."""
        return self._merge(pk)

    @described(_("Take a merge apart"), id="undoContactMerge", act=undo_merge, body=UndoInput, meta=MERGED)
    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a merge into this contact back."""
        return self._undo(pk)


class CompanyMergingViewSet(_Merging):
    resource = COMPANY
    rows = COMPANIES
    find, merge_action, undo_action = duplicate_companies, merge_companies, undo_company_merge
    merge_input = CompanyMergeInput

    @described(
        _("List groups of companies that look the same"), id="listDuplicateCompanies", returns=page(COMPANY_GROUP)
    )
    def duplicates(self, request: HttpRequest) -> HttpResponse:
        """Groups of companies that share their RFC, the domain of their web or mail, or their name."""
        return self._duplicates(request)

    @described(
        _("Merge another company into this one"),
        id="mergeCompanies",
        act=merge_companies,
        body=CompanyMergeInput,
        meta=MERGED,
    )
    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge another company into this one."""
        return self._merge(pk)

    @described(
        _("Take a merge of companies apart"), id="undoCompanyMerge", act=undo_company_merge, body=UndoInput, meta=MERGED
    )
    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a merge into this company back."""
        return self._undo(pk)
