"""What a token's rules allow, ask for and deny; and what becomes of a call that waits for somebody's word."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from billing.actions.invoices import change_invoice
from billing.models import Invoice, Payment, Quote
from crm.actions.contacts import delete_contact
from crm.models import Contact
from leadercrm.accounts.actions.tokens import revoke_token
from leadercrm.agents.actions.approving import approve_call, refuse_call
from leadercrm.agents.actions.policies import set_policy
from leadercrm.agents.models import Approval
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry, ChangeSet, WorkItem
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.models import AccessToken

ITEMS = [{"description": "Licencia", "quantity": 2, "unit_price": 1500}]
ASK, DENY = "ask", "deny"


def person(alfa: TestTenant, role: str = "admin") -> Actor:
    return alfa.actor(role, via="page")


def token_with(alfa: TestTenant, *rules: tuple[Any, ...], role: str = "admin") -> tuple[AccessToken, str]:
    """An agent's token with rules: tool, answer, and over which amount."""
    token, text = make_token(alfa.users[role], agent_name="Cobranza")
    kept = [{"tool": tool, "answer": answer, "over": over[0] if over else None} for tool, answer, *over in rules]
    set_policy(token, rules=kept, actor=person(alfa, role))
    return token, text


def contact(alfa: TestTenant, **values: Any) -> int:
    emails = [{"email": "lucia@cliente.mx"}]
    made = Agent(alfa.tokens["admin"]).call(
        "leader_create_contact", first_name="Lucía", emails=emails, if_exists="create", **values
    )
    return int(made["contact"]["id"])


def quote(alfa: TestTenant, price: int = 1500, **values: Any) -> int:
    items = [{**ITEMS[0], "unit_price": price}]
    made = Agent(alfa.tokens["admin"]).call("leader_create_quote", contact_id=contact(alfa), items=items, **values)
    return int(made["quote"]["id"])


def approve(alfa: TestTenant, number: int, role: str = "admin") -> Any:
    approval = Approval.objects.get(pk=number)
    return approve_call(approval, digest=approval.digest, actor=person(alfa, role))


# --- Rules


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


# --- Waiting


def test_a_call_that_must_ask_waits_with_its_effect(alfa: TestTenant) -> None:
    token, text = token_with(alfa, ("leader_send_quote", ASK))
    pk = quote(alfa)
    agent = Agent(text)
    refusal = agent.refusal("leader_send_quote", quote_id=pk)
    assert refusal["code"] == "approval_required", "a person is asked: nobody has to confirm before"
    again = agent.refusal("leader_send_quote", quote_id=pk)
    assert again["approval_id"] == refusal["approval_id"]
    assert Quote.objects.get(pk=pk).status == "draft"
    assert not WorkItem.objects.exists()
    told = agent.call("leader_get_record", type="approval", id=refusal["approval_id"])["record"]
    assert (told["status"], told["amount"], told["agent"]) == ("waiting", 3480, "Cobranza")
    (change,), (mail,) = told["effect"]["changes"], told["effect"]["mails"]
    assert (change["action"], change["changes"]["status"]) == ("quote.sent", ["draft", "sent"])
    assert (mail["task"], mail["to"]) == ("billing.send_quote", "Lucía <lucia@cliente.mx>")
    assert told["expires_at"] > told["created_at"]
    notice = Notification.objects.get(user_id=alfa.users["admin"])
    assert (notice.type, notice.url) == ("agent_approval_requested", f"/agents/approvals/{refusal['approval_id']}")
    assert token.pk == told["token_id"]


def test_what_is_approved_is_carried_out_as_the_agent_with_the_approver(alfa: TestTenant) -> None:
    token, text = token_with(alfa, ("leader_send_quote", ASK), role="sales")
    sales = Agent(alfa.tokens["sales"])
    made = sales.call("leader_create_contact", first_name="Lucía", emails=[{"email": "l@x.mx"}])["contact"]["id"]
    pk = sales.call("leader_create_quote", contact_id=made, items=ITEMS)["quote"]["id"]
    number = Agent(text).refusal("leader_send_quote", quote_id=pk)["approval_id"]
    done = approve(alfa, number)
    assert (done.state, done.decided_by_id, done.result["quote"]["status"]) == ("done", alfa.users["admin"], "sent")
    assert Quote.objects.get(pk=pk).status == "sent"
    assert WorkItem.objects.filter(task="billing.send_quote").count() == 1
    kept = ChangeSet.objects.get(pk=done.change_set_id)
    assert (kept.tool, kept.agent, kept.user_id, kept.approver_id, kept.token_id) == (
        "leader_send_quote", "Cobranza", alfa.users["sales"], alfa.users["admin"], token.pk,
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="quote.sent")
    assert (entry.user_id, entry.via, entry.change_set_id) == (alfa.users["sales"], "mcp", kept.pk)
    decision = AuditEntry.objects.get(action="approval.approved")
    assert (decision.user_id, decision.via) == (alfa.users["admin"], "page")
    told = Agent(text).call("leader_get_record", type="approval", id=number)["record"]
    assert (told["status"], told["result"]["quote"]["status"]) == ("done", "sent")


def test_it_is_decided_once(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_send_quote", ASK))
    number = Agent(text).refusal("leader_send_quote", quote_id=quote(alfa))["approval_id"]
    approve(alfa, number)
    with untouched(), pytest.raises(DomainError) as refused:
        approve(alfa, number)
    assert refused.value.code == "already_decided"
    with untouched(), pytest.raises(DomainError):
        refuse_call(Approval.objects.get(pk=number), reason="no", actor=person(alfa))


def test_what_is_refused_tells_the_agent_why(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_send_quote", ASK))
    pk = quote(alfa)
    number = Agent(text).refusal("leader_send_quote", quote_id=pk)["approval_id"]
    refuse_call(Approval.objects.get(pk=number), reason="Precio viejo", actor=person(alfa))
    told = Agent(text).call("leader_get_record", type="approval", id=number)["record"]
    assert (told["status"], told["reason"]) == ("refused", "Precio viejo")
    assert Quote.objects.get(pk=pk).status == "draft"


def test_an_effect_that_has_changed_is_shown_anew_and_not_carried_out(alfa: TestTenant) -> None:
    own = Agent(alfa.tokens["admin"])
    invoice = own.call("leader_create_invoice", contact_id=contact(alfa), items=ITEMS)["invoice"]["id"]
    own.call("leader_send_invoice", invoice_id=invoice, confirm=True)
    _token, text = token_with(alfa, ("leader_record_payment", ASK))
    number = Agent(text).refusal("leader_record_payment", invoice_id=invoice, amount=1000)["approval_id"]
    shown = Approval.objects.get(pk=number).digest
    own.call("leader_record_payment", invoice_id=invoice, amount=80)
    looked_at = approve_call(Approval.objects.get(pk=number), digest=shown, actor=person(alfa))
    assert (looked_at.state, looked_at.digest != shown) == ("waiting", True)
    assert Payment.objects.count() == 1
    with untouched(), pytest.raises(DomainError) as refused:
        approve_call(Approval.objects.get(pk=number), digest=shown, actor=person(alfa))
    assert refused.value.code == "effect_changed"
    assert approve(alfa, number).state == "done"
    assert Invoice.objects.get().amount_paid == 1080


def test_time_and_other_new_rows_change_no_effect(alfa: TestTenant) -> None:
    pk = contact(alfa)
    _token, text = token_with(alfa, ("leader_create_quote", ASK))
    number = Agent(text).refusal("leader_create_quote", contact_id=pk, items=ITEMS)["approval_id"]
    quote(alfa)
    done = approve(alfa, number)
    assert (done.state, done.result["quote"]["quote_number"]) == ("done", "COT-000002")


def test_what_the_rules_refuse_by_then_has_failed(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_add_note", ASK))
    pk = contact(alfa)
    number = Agent(text).refusal("leader_add_note", contact_id=pk, body="x")["approval_id"]
    delete_contact(Contact.objects.get(pk=pk), actor=alfa.actor())
    failed = approve(alfa, number)
    assert (failed.state, bool(failed.reason)) == ("failed", True)


def test_a_token_that_has_ended_does_nothing_more(alfa: TestTenant) -> None:
    token, text = token_with(alfa, ("leader_create_contact", ASK))
    number = Agent(text).refusal("leader_create_contact", first_name="A")["approval_id"]
    revoke_token(token, actor=person(alfa))
    assert approve(alfa, number).state == "failed"
    assert not Contact.objects.exists()


def test_what_has_expired_is_not_carried_out(alfa: TestTenant, api: Api) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", ASK))
    number = Agent(text).refusal("leader_create_contact", first_name="A")["approval_id"]
    Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api.get(f"/agent/approvals/{number}").data["status"] == "expired"
    assert [row["id"] for row in api.get("/agent/approvals", status="expired").data] == [number]
    assert api.get("/agent/approvals", status="waiting").data == []
    with untouched(), pytest.raises(DomainError) as refused:
        approve(alfa, number)
    assert refused.value.code == "expired"
    assert Agent(text).refusal("leader_create_contact", first_name="A")["approval_id"] != number


def test_who_may_decide(alfa: TestTenant) -> None:
    token, text = token_with(alfa, ("leader_create_contact", ASK), role="sales")
    number = Agent(text).refusal("leader_create_contact", first_name="A")["approval_id"]
    approval = Approval.objects.get(pk=number)
    agent = Actor(kind="user", via="mcp", user_id=alfa.users["sales"], role=alfa.actor("sales").role, is_agent=True)
    with untouched():
        for actor in (person(alfa, "manager"), person(alfa, "viewer"), agent):
            with pytest.raises(DomainError):
                approve_call(approval, digest=approval.digest, actor=actor)
            with pytest.raises(DomainError):
                set_policy(token, rules=[], actor=agent)
    assert approve(alfa, number, "sales").state == "done"


def test_a_secret_is_not_kept_until_somebody_decides(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("*", ASK))
    passwords = {"current_password": "x", "password": "otra-clave-9", "password_confirmation": "otra-clave-9"}
    with untouched():
        assert Api(text).put("/auth/password", passwords).status == 422
        values = {"first_name": "A", "custom_fields": {"api_key": "k"}}
        assert Agent(text).refusal("leader_create_contact", **values)["code"] == "not_keepable"


# --- Over REST


def test_a_request_that_must_ask_gets_a_handle_and_is_carried_out_once(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", ASK))
    agent, key = Api(text), {"Idempotency-Key": "uno"}
    held = agent.post("/contacts", {"first_name": "Ñandú"}, headers=key)
    assert held.status == 202, held
    number = held.data["approval_id"]
    assert held.data["poll"] == f"/api/v1/agent/approvals/{number}"
    assert not Contact.objects.exists()
    assert agent.get(f"/agent/approvals/{number}").data["status"] == "waiting"
    done = approve(alfa, number)
    assert (done.state, done.result["status"], done.result["body"]["data"]["first_name"]) == ("done", 201, "Ñandú")
    again = agent.post("/contacts", {"first_name": "Ñandú"}, headers=key)
    assert (again.status, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert Contact.objects.count() == 1


def test_a_tool_s_key_tells_afterwards_what_was_done(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", ASK))
    call = {"first_name": "A", "idempotency_key": "uno"}
    number = Agent(text).refusal("leader_create_contact", **call)["approval_id"]
    approve(alfa, number)
    assert Agent(text).call("leader_create_contact", **call)["replayed"] is True
    assert Contact.objects.count() == 1


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
