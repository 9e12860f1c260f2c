"""How many campaigns an address gets at most, under /api/v1."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core.api.described import described
from leadercrm.core.api.fields import Whole
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.shapes import INTEGER, data, nullable, record
from leadercrm.core.api.views import ApiView
from marketing.actions.cap import change_frequency_cap
from marketing.api.resources import CAMPAIGN
from marketing.silenced import frequency_cap

SHAPE = record({"mails": nullable(INTEGER), "days": nullable(INTEGER)}, "FrequencyCap")


class CapInput(serializers.Serializer[Any]):
    mails = Whole(min_value=1, max_value=1000, required=False, allow_null=True)
    days = Whole(min_value=1, max_value=365, required=False, allow_null=True)


class CapView(ApiView):
    resource = CAMPAIGN

    @described(_("Read how many campaigns an address gets at most"), id="getFrequencyCap", returns=data(SHAPE))
    def get(self, request: HttpRequest) -> HttpResponse:
        """So many within so many days; nulls where there is no cap."""
        self.actor.require("marketing.view_campaign")
        mails, days = frequency_cap() or (None, None)
        return json_response({"data": {"mails": mails, "days": days}})

    @described(
        _("Change how many campaigns an address gets at most"),
        id="changeFrequencyCap",
        act=change_frequency_cap,
        body=CapInput,
        partial=True,
        returns=data(SHAPE),
    )
    def put(self, request: HttpRequest) -> HttpResponse:
        """It holds from the next mail on, for campaigns that are being sent, too."""
        chosen = change_frequency_cap(self.cleaned(CapInput, partial=True), actor=self.actor)
        return json_response({"data": {name: chosen[name] for name in ("mails", "days")}})

    patch = put
