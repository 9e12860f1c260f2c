"""The rules of a token, beside it: /api/v1/auth/tokens/{id}/policy."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.agents.actions.policies import set_policy, token_of
from leadercrm.agents.models import Policy
from leadercrm.agents.policies import Answer, policy_of
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.fields import Figure, ListOf, OneOf, Text, Whole
from leadercrm.core.api.responses import json_number, json_response
from leadercrm.core.api.shapes import INTEGER, NUMBER, TEXT, data, list_of, nullable, one_of, record
from leadercrm.core.api.views import ApiView

POLICY = Resource(
    "TokenPolicy",
    _("token's policy"),
    _("tokens' policies"),
    _("What the agent of a token may do by itself, must ask for, and may not do: by tool, and by amount."),
)
MOST_RULES = 100
RULE = record({"tool": TEXT, "answer": one_of(Answer), "over": nullable(NUMBER)}, "PolicyRule")
SHAPE = data(record({"rules": list_of(RULE), "hours": INTEGER}, "TokenPolicy"))


class RuleInput(serializers.Serializer[Any]):
    tool = Text(max_length=128)
    answer = OneOf(tuple(Answer))
    over = Figure(max_digits=18, decimal_places=2, min_value=Decimal(0), required=False, allow_null=True)


class PolicyInput(serializers.Serializer[Any]):
    rules = ListOf(child=RuleInput(), max_length=MOST_RULES)
    hours = Whole(required=False, min_value=1, max_value=168)


class PolicyView(ApiView):
    resource = POLICY

    @described(_("Read the rules of a token"), id="getTokenPolicy", returns=SHAPE)
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One's own token's, or as an administrator anybody's. Without rules everything is allowed."""
        token = token_of(pk, self.actor)
        return json_response({"data": told(policy_of(token.pk))})

    @described(_("Set the rules of a token"), id="setTokenPolicy", act=set_policy, body=PolicyInput, returns=SHAPE)
    def put(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rules replace those that there were. `tool` may be `*`; the strictest rule that fits decides."""
        values = self.cleaned(PolicyInput)
        policy = set_policy(token_of(pk, self.actor), **values, actor=self.actor)
        return json_response({"data": told(policy)})


def told(policy: Policy | None) -> dict[str, Any]:
    """A policy as the API has it."""
    rules = policy.rules if policy is not None else []
    figures = [{**rule, "over": None if rule["over"] is None else json_number(Decimal(rule["over"]))} for rule in rules]
    return {"rules": figures, "hours": policy.hours if policy is not None else 24}
