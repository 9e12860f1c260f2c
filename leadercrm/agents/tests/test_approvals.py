"""What becomes of a call that waits for somebody's word: approved and carried out once, refused, or expired."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.models import Invoice, Payment, Quote
from crm.actions.contacts import delete_contact
from crm.models import Contact
from leadercrm.accounts.actions.tokens import revoke_token
from leadercrm.agents.actions import approving
from leadercrm.agents.actions.approving import approve_call, refuse_call
from leadercrm.agents.actions.policies import set_policy
from leadercrm.agents.models import Approval
from leadercrm.agents.tests.asking import ASK, ITEMS, approve, contact, person, quote, token_with
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from leadercrm.core.models import AuditEntry, ChangeSet, WorkItem
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification


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
        answer = Api(text).post("/contacts", values)
        assert (answer.json["code"], set(answer.errors)) == ("not_keepable", {"body"})


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


def test_so_many_requests_of_a_token_wait(alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approving, "MOST_WAITING", 1)
    agent = Api(token_with(alfa, ("leader_create_contact", ASK))[1])
    assert agent.post("/contacts", {"first_name": "A"}).status == 202
    with untouched():
        answer = agent.post("/contacts", {"first_name": "B"})
    assert (answer.status, answer.json["code"], set(answer.errors)) == (422, "too_many_waiting", {"approvals"})


def test_a_tool_s_key_tells_afterwards_what_was_done(alfa: TestTenant) -> None:
    _token, text = token_with(alfa, ("leader_create_contact", ASK))
    call = {"first_name": "A", "idempotency_key": "uno"}
    number = Agent(text).refusal("leader_create_contact", **call)["approval_id"]
    approve(alfa, number)
    assert Agent(text).call("leader_create_contact", **call)["replayed"] is True
    assert Contact.objects.count() == 1
