"""The rules of a token: what its agent may do by itself, must ask for, and may not do."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leadercrm.agents.actions.policies import set_policy, token_of
from leadercrm.agents.api.policies import PolicyInput
from leadercrm.agents.gate import own_currency
from leadercrm.agents.policies import EVERYTHING, Answer, policy_of, tool_names
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.validating import validated
from leadercrm.core.money import number_text
from leadercrm.core.web.pages import Page, see_other
from leadercrm.core.web.toasts import toast

ANSWERS = ((Answer.ALLOW, _("does it by itself")), (Answer.ASK, _("asks first")), (Answer.DENY, _("may not")))
# Rows that are there to be filled in.
SPARE = 3
HOURS = ((1, _("1 hour")), (8, _("8 hours")), (24, _("24 hours")), (72, _("3 days")), (168, _("7 days")))


class RulesPage(Page):
    """The rules of one token, as a table: one row each, and some to be filled in."""

    template = "agents/rules.html"
    title = _("Rules of the agent")
    section = "settings"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        token = token_of(self.kwargs["pk"], self.actor)
        policy = policy_of(token.pk)
        rules = [_shown(rule) for rule in policy.rules] if policy is not None else []
        context = {
            "token": token,
            "rules": [*rules, *({} for _number in range(SPARE))],
            "hours": policy.hours if policy is not None else 24,
            "lives": HOURS,
            "tools": [(name, _("everything else") if name == EVERYTHING else name) for name in tool_names()],
            "answers": ANSWERS,
            "currency": own_currency(self.actor),
        }
        return {**context, **kwargs, "pk": token.pk}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        body = rules_body(request.POST)
        try:
            set_policy(token_of(pk, self.actor), **validated(PolicyInput, body), actor=self.actor)
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None or refusal.status != 422:
                raise
            return self.draw(self.context(rules=[*body["rules"], {}], refusal=refusal), status=422)
        toast(request, _("Saved."))
        return see_other(reverse("web:token-rules", args=(pk,)))


def _shown(rule: dict[str, Any]) -> dict[str, Any]:
    return {**rule, "over": None if rule["over"] is None else number_text(Decimal(rule["over"]))}


def rules_body(sent: QueryDict) -> dict[str, Any]:
    """The form as the API's body of the same request; rows without a tool are none."""
    columns = (sent.getlist("tool"), sent.getlist("answer"), sent.getlist("over"))
    rules = [
        {"tool": tool, "answer": answer, "over": over.replace(",", "").strip() or None}
        for tool, answer, over in zip(*columns, strict=False)
        if tool
    ]
    return {"rules": rules, **({"hours": sent["hours"]} if sent.get("hours") else {})}
