"""Duplicates of contacts under /api/v1: finding, merging, taking apart."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm.actions.merging import merge_contacts, undo_merge
from crm.api.resources import CONTACT
from crm.duplicates import LOSER, MERGED_COLUMNS, SURVIVOR
from crm.queries import CONTACTS
from crm.queries_duplicates import duplicate_groups
from leadercrm.core.api.described import described
from leadercrm.core.api.fields import OneOf, RowId
from leadercrm.core.api.responses import Paging, list_response
from leadercrm.core.api.shapes import INTEGER, TEXT, component, explained, list_of, one_of, page, record
from leadercrm.core.api.views import TenantViewSet


class Choices(serializers.DictField):
    """{column: "survivor" or "loser"}. An unknown column is refused: a choice misspelt would lose data."""

    child = OneOf((SURVIVOR, LOSER))
    default_error_messages = {"unknown": _("Must name columns out of: %(allowed)s.")}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict) and not set(data) <= set(MERGED_COLUMNS):
            message = self.error_messages["unknown"] % {"allowed": ", ".join(MERGED_COLUMNS)}
            raise serializers.ValidationError(message)
        values: dict[str, Any] = super().to_internal_value(data)
        return values


class MergeInput(serializers.Serializer[Any]):
    contact_id = RowId()
    fields = Choices(required=False)  # type: ignore[assignment]


class UndoInput(serializers.Serializer[Any]):
    merge_id = RowId(required=False, allow_null=True)


GROUP = record(
    {
        "key": TEXT,
        "reason": one_of(("email", "phone", "name")),
        "count": explained(INTEGER, _("How many there are; at most 25 of them are shown.")),
        "contacts": list_of(component("Contact")),
    },
    "DuplicateGroup",
)
MERGED = {"merge_id": explained(INTEGER, _("Names the merge: it can be undone."))}


class MergingViewSet(TenantViewSet):
    resource = CONTACT
    rows = CONTACTS

    @described(_("List groups of contacts that look the same"), id="listDuplicateContacts", returns=page(GROUP))
    def duplicates(self, request: HttpRequest) -> HttpResponse:
        """Groups of contacts that share an e-mail address or a phone."""
        paging = Paging.of(request)
        page = duplicate_groups(self.actor, limit=paging.per_page, offset=paging.offset)
        return list_response(request, page, paging)

    @described(_("Merge another contact into this one"), id="mergeContacts", body=MergeInput, meta=MERGED)
    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Merge another contact into this one."""
        survivor = self.row(pk)
        values = {"fields": {}, **self.cleaned(MergeInput)}
        merge = merge_contacts(survivor, **values, actor=self.actor)
        return self.answer(pk, meta={"merge_id": merge.pk})

    @described(_("Take a merge apart"), id="undoContactMerge", body=UndoInput, meta=MERGED)
    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a merge into this contact back."""
        survivor = self.row(pk)
        merge = undo_merge(survivor, **self.cleaned(UndoInput), actor=self.actor)
        return self.answer(pk, meta={"merge_id": merge.pk})
