"""What a token's rules allow, ask for and deny, at every door; and who sets them."""

from typing import Any

from billing.actions.invoices import change_invoice
from billing.models import Invoice
from leadercrm.agents.tests.asking import ASK, DENY, ITEMS, contact, quote, token_with
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.models import AccessToken


def test_what_a_rule_denies_is_refused_at_every_door(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", DENY))
    with untouched():
        refusal = Agent(text).refusal("leader_create_contact", first_name="A")
        answer = Api(text).post("/contacts", {"first_name": "A"})
    assert (refusal["code"], refusal["retryable"]) == ("denied_by_policy", False)
    assert (answer.status, answer.json["code"]) == (403, "denied_by_policy")
    assert Agent(text).call("leader_search_contacts", search="a")["total"] == 0


def test_the_strictest_rule_of_a_tool_stands_before_those_for_everything(alfa: TestTenant) -> None:
    rules = (
        ("*", DENY),
        ("send_quote", "allow"),
        ("leader_send_quote", ASK, 50_000),
        ("leader_send_quote", DENY, 500_000),
    )
    _token, text = token_with(alfa, *rules)
    agent = Agent(text)
    assert agent.refusal("leader_add_note", contact_id=contact(alfa), body="x")["code"] == "denied_by_policy"
    for price, code in ((1500, None), (50_000, "approval_required"), (500_000, "denied_by_policy")):
        pk = quote(alfa, price)
        if code is None:
            assert agent.call("leader_send_quote", quote_id=pk, confirm=True)["quote"]["status"] == "sent"
        else:
            assert agent.refusal("leader_send_quote", quote_id=pk, confirm=True)["code"] == code


def test_amounts_of_another_currency_count_by_the_document_s_rate(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_send_invoice", ASK, 50_000))
    agent, own = Agent(text), Agent(alfa.tokens["admin"])
    answers = {}
    for rate in (None, 10, 20):
        made = own.call("leader_create_invoice", contact_id=contact(alfa), items=ITEMS, currency="USD")["invoice"]["id"]
        if rate:
            change_invoice(Invoice.objects.get(pk=made), {"exchange_rate": rate}, actor=alfa.actor())
        answers[rate] = agent.request("tools/call", {"name": "leader_send_invoice", "arguments": {
            "invoice_id": made, "confirm": True}}).result["isError"]  # fmt: skip
    assert answers == {None: True, 10: False, 20: True}, "3,480 dollars: no known rate asks, and so do 69,600 pesos"


def test_a_payment_is_judged_by_its_own_amount(alfa: TestTenant) -> None:
    own = Agent(alfa.tokens["admin"])
    invoice = own.call("leader_create_invoice", contact_id=contact(alfa), items=ITEMS)["invoice"]["id"]
    _token, text = token_with(alfa, ("leader_record_payment", ASK, 1000))
    Agent(text).call("leader_record_payment", invoice_id=invoice, amount=900)
    assert Agent(text).refusal("leader_record_payment", invoice_id=invoice, amount=1001)["code"] == "approval_required"


def test_moving_a_deal_by_another_way_is_moving_it(alfa: TestTenant) -> None:
    own = Agent(alfa.tokens["admin"])
    pipeline = own.call("leader_get_pipeline")["pipelines"][0]
    first, second = (stage["id"] for stage in pipeline["stages"][:2])
    deal = own.call("leader_create_deal", name="A", pipeline_id=pipeline["id"], stage_id=first)["deal"]["id"]
    _token, text = token_with(alfa, ("leader_move_deal_stage", DENY))
    with untouched():
        assert Api(text).put(f"/deals/{deal}", {"stage_id": second}).status == 403
    assert Api(text).put(f"/deals/{deal}", {"name": "B"}).status == 200


def test_a_trial_tells_what_the_rules_would_say(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_quote", ASK))
    pk = contact(alfa)
    with untouched():
        tried = Agent(text).call("leader_create_quote", contact_id=pk, items=ITEMS, dry_run=True)
    assert (tried["policy"], tried["quote"]["total"]) == ("ask", 3480)


def test_the_rules_of_a_token_are_set_beside_it(alfa: TestTenant, api: Api) -> None:
    token, text = make_token(alfa.users["sales"], name="Ventas")
    path = f"/auth/tokens/{token.pk}/policy"
    assert api.get(path).data == {"rules": [], "hours": 24}
    rules: list[dict[str, Any]] = [
        {"tool": "send_quote", "answer": "ask", "over": 50_000},
        {"tool": "*", "answer": "allow", "over": None},
    ]
    wrong = ({"tool": "no_such", "answer": "ask"}, {"tool": "*", "answer": "x"}, {**rules[0], "over": -1})
    assert api.put(path, {"rules": rules, "hours": 2}).data == {
        "rules": [{**rules[0], "tool": "leader_send_quote"}, rules[1]], "hours": 2,
    }  # fmt: skip
    assert AccessToken.objects.get(pk=token.pk).agent_name == "Ventas"
    with untouched():
        for rule in wrong:
            assert api.put(path, {"rules": [rule]}).status == 422
        assert Api(text).put(path, {"rules": []}).status == 403
        assert Api(alfa.tokens["manager"]).get(path).status == 404
