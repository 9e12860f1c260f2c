"""Consents of contacts, and addresses that get no campaign, under /api/v1."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from crm.queries import CONTACTS
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import json_response, message_response, row_response
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import INTEGER, Shape, data, record
from leadercrm.core.api.views import ApiView, TenantViewSet
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID
from marketing.actions.consents import change_consent
from marketing.actions.silence import release, suppress, suppress_many
from marketing.api.resources import CONSENT, SUPPRESSION
from marketing.api.serializers_segments import ConsentInput, ImportInput, ReleaseInput, SuppressionInput
from marketing.filters import SuppressionFilter
from marketing.models import Suppression, SuppressionReason
from marketing.queries import CONSENTS, SUPPRESSIONS

NOTHING_SAID = {
    "status": "unknown", "source": "", "text": "", "text_version": "", "decided_at": None, "do_not_contact": False,
    "repep": False,
}  # fmt: skip


def _consent() -> Shape:
    return data(row_shape(CONSENTS, "Consent"))


class ConsentView(ApiView):
    resource = CONSENT

    @described(_("Read what a contact has said to advertising"), id="getConsent", returns=_consent)
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.actor.require("marketing.view_consent")
        return self._told(self._contact(pk).pk)

    @described(
        _("Note what a contact has said to advertising"),
        id="changeConsent",
        act=change_consent,
        body=ConsentInput,
        returns=_consent,
    )
    def put(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is left out stays as it was."""
        contact = self._contact(pk)
        change_consent(contact, self.cleaned(ConsentInput, partial=True), actor=self.actor)
        return self._told(contact.pk)

    def _contact(self, pk: int) -> Any:
        contact = CONTACTS.instance(pk, self.actor) if pk <= MAX_ID else None
        if contact is None:
            raise NotFound()
        return contact

    def _told(self, pk: int) -> HttpResponse:
        text = CONSENTS.one(pk)
        return row_response(text) if text else json_response({"data": {"contact_id": pk, **NOTHING_SAID}})


class SuppressionViewSet(TenantViewSet):
    resource = SUPPRESSION
    rows = SUPPRESSIONS
    filters = SuppressionFilter.base_filters
    serializer_class = SuppressionInput
    deleted_message = _("The address may get campaigns again.")

    @described(act=suppress)
    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """One that is listed already stays as it is."""
        values = {"reason": SuppressionReason.MANUAL.value, **self.cleaned(SuppressionInput)}
        suppress(**values, actor=self.actor)
        return self.answer(Suppression.objects.get(email=values["email"].lower()).pk, 201)

    @described(body=ReleaseInput, act=release)
    def destroy(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        """Who has asked for it themselves comes back with a reason alone."""
        release(self.row(pk), **self.cleaned(ReleaseInput), actor=self.actor)
        return message_response(self.deleted_message)


class ImportView(ApiView):
    resource = SUPPRESSION

    @described(
        _("Import addresses that get no campaign"),
        id="importSuppressions",
        act=suppress_many,
        body=ImportInput,
        returns=data(record({"added": INTEGER}, "SuppressionImport")),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Those that are listed already stay as they are."""
        added = suppress_many(self.cleaned(ImportInput)["emails"], actor=self.actor)
        return json_response({"data": {"added": added}})
