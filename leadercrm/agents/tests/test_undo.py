"""What an agent did is taken back as a whole, or refused with every reason: over MCP and the API."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.quotes import change_quote
from billing.models import Invoice, Payment, Quote
from crm.actions.contacts import change_contact
from crm.actions.notes import add_note
from crm.models import Activity, Contact, Deal, Note, Stage
from leadercrm.agents.tests.calls import ITEMS, contact_of, deal_of, invoice_of
from leadercrm.core.errors import DomainError
from leadercrm.core.journal import journaled
from leadercrm.core.models import AuditEntry, ChangeSet, WorkItem
from leadercrm.core.reversing import REVERSALS
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant


def lines(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = ("quantity", "unit_price", "discount_percent")
    return [{name: Decimal(str(value)) if name in numbers else value for name, value in row.items()} for row in items]


def test_what_is_new_is_removed_again(agent: Agent) -> None:
    made = deal_of(agent)
    undone = agent.call("leader_undo", change_set_id=made["change_set_id"])
    assert (len(undone["undone"]), undone["remains"]) == (1, [])
    assert not Deal.objects.exists()
    assert Deal.with_deleted.get().deleted_at is not None
    undoing = ChangeSet.objects.get(pk=undone["change_set_id"])
    assert (undoing.tool, undoing.undoes_id) == ("leader_undo", made["change_set_id"])
    assert {entry.action for entry in undoing.entries.all()} == {"deal.deleted", "changeset.undone"}


def test_changed_columns_are_put_back(agent: Agent) -> None:
    pk = contact_of(agent, job_title="A", custom_fields={"rfc": "X"})["contact"]["id"]
    agent.call("leader_update_contact", contact_id=pk, job_title="B", city="Mérida", custom_fields={"otro": 1})
    agent.call("leader_undo")
    contact = Contact.objects.get()
    assert (contact.job_title, contact.city, contact.custom_fields) == ("A", None, {"rfc": "X"})


def test_a_moved_deal_moves_back(agent: Agent) -> None:
    deal = deal_of(agent)["deal"]
    Deal.objects.update(probability=35)
    won = Stage.objects.get(pipeline_id=deal["pipeline_id"], type="won")
    agent.call("leader_move_deal_stage", deal_id=deal["id"], stage_id=won.pk)
    agent.call("leader_undo")
    back = Deal.objects.get()
    assert (back.stage_id, back.probability, back.closed_at) == (deal["stage_id"], 35, None)
    assert back.stage_changes.count() == 3, "moving back is a move of its own"


def test_who_took_part_takes_part_again(agent: Agent) -> None:
    one, two = (contact_of(agent)["contact"]["id"] for _number in range(2))
    deal = deal_of(agent, contact_ids=[one])["deal"]["id"]
    agent.call("leader_update_deal", deal_id=deal, contact_ids=[two], amount=7)
    agent.call("leader_undo")
    assert [row.contact_id for row in Deal.objects.get().participants.all()] == [one]


def test_a_completed_activity_is_open_again(agent: Agent) -> None:
    made = agent.call("leader_create_activity", subject="Llamar", type="call", due_at="2031-05-01")
    agent.call("leader_complete_activity", activity_id=made["activity"]["id"])
    agent.call("leader_undo")
    activity = Activity.objects.get()
    assert (activity.status, activity.completed_at, activity.due_all_day) == ("pending", None, True)


def test_a_payment_is_taken_back_and_its_invoice_follows(agent: Agent) -> None:
    pk = invoice_of(agent)["invoice"]["id"]
    agent.call("leader_send_invoice", invoice_id=pk, confirm=True)
    agent.call("leader_record_payment", invoice_id=pk, amount=3480)
    assert Invoice.objects.get().status == "paid"
    undone = agent.call("leader_undo")
    assert len(undone["undone"]) == 1
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.amount_paid, invoice.paid_at) == ("sent", 0, None)
    assert not Payment.objects.exists()


def test_a_draft_goes_and_its_number_is_told_to_stay(agent: Agent) -> None:
    made = invoice_of(agent)
    undone = agent.call("leader_undo")
    assert made["invoice"]["invoice_number"] in undone["remains"][0]
    assert not Invoice.objects.exists()


def test_lines_are_put_back(agent: Agent, alfa: TestTenant) -> None:
    pk = contact_of(agent)["contact"]["id"]
    quote = agent.call("leader_create_quote", contact_id=pk, items=ITEMS)["quote"]["id"]
    other = [{"description": "Otra cosa", "quantity": 1, "unit_price": 9.5, "discount_percent": 10}]
    with journaled(alfa.actor(), "test", {}):
        change_quote(Quote.objects.get(), {"items": lines(other), "title": "B"}, actor=alfa.actor())
    assert Quote.objects.get().total == Decimal("9.92")
    agent.call("leader_undo", change_set_id=ChangeSet.objects.latest("pk").pk)
    back = Quote.objects.get(pk=quote)
    assert (back.total, back.title) == (3480, None)
    assert [line.description for line in back.items.all()] == ["Licencia"]


def test_a_note_goes(agent: Agent) -> None:
    pk = contact_of(agent)["contact"]["id"]
    agent.call("leader_add_note", contact_id=pk, body="Hola")
    agent.call("leader_undo")
    assert not Note.objects.exists()


# --- What is not


def test_a_sent_document_stays_and_says_why(agent: Agent) -> None:
    pk = contact_of(agent, emails=[{"email": "lucia@cliente.mx"}])["contact"]["id"]
    quote = agent.call("leader_create_quote", contact_id=pk, items=ITEMS)
    agent.call("leader_send_quote", quote_id=quote["quote"]["id"], confirm=True)
    for number in (None, quote["change_set_id"]):
        with untouched():
            refusal = agent.refusal("leader_undo", **({"change_set_id": number} if number else {}))
        assert refusal["code"] == ("undo_conflict" if number else "irreversible")
        assert [*refusal["errors"]] == [f"quote {quote['quote']['id']}"]
    assert Quote.objects.get().status == "sent"
    assert WorkItem.objects.filter(task="billing.send_quote").count() == 1


def test_a_newer_change_stands_against_it_and_is_named(agent: Agent, alfa: TestTenant) -> None:
    pk = contact_of(agent, job_title="A")["contact"]["id"]
    changed = agent.call("leader_update_contact", contact_id=pk, job_title="B", city="Mérida")
    change_contact(Contact.objects.get(), {"job_title": "C"}, actor=alfa.actor("manager"))
    with untouched():
        refusal = agent.refusal("leader_undo", change_set_id=changed["change_set_id"])
    assert refusal["code"] == "undo_conflict"
    ((place, (text,)),) = refusal["errors"].items()
    assert place == f"contact {pk}.job_title"
    assert "Manager Alfa" in text
    change_contact(Contact.objects.get(), {"job_title": "B"}, actor=alfa.actor("manager"))
    agent.call("leader_undo", change_set_id=changed["change_set_id"])
    assert (Contact.objects.get().job_title, Contact.objects.get().city) == ("A", None)


def test_what_hangs_on_a_new_row_stands_against_removing_it(agent: Agent, alfa: TestTenant) -> None:
    made = contact_of(agent)
    add_note({"body": "Llamó"}, contact=Contact.objects.get(), actor=alfa.actor("manager"))
    with untouched():
        refusal = agent.refusal("leader_undo", change_set_id=made["change_set_id"])
    assert "Llamó" in str(refusal["errors"])


def test_later_calls_that_were_undone_do_not_stand_against_it(agent: Agent) -> None:
    made = contact_of(agent)
    agent.call("leader_update_contact", contact_id=made["contact"]["id"], job_title="B")
    agent.call("leader_undo")
    agent.call("leader_undo")
    assert not Contact.objects.exists()


def test_it_is_undone_once_and_an_undo_is_not_undone(agent: Agent, api: Api) -> None:
    made = contact_of(agent)
    undone = agent.call("leader_undo")
    with untouched():
        assert agent.refusal("leader_undo", change_set_id=made["change_set_id"])["code"] == "already_undone"
        assert agent.refusal("leader_undo", change_set_id=undone["change_set_id"])["code"] == "is_undo"
        assert agent.refusal("leader_undo")["code"] == "nothing_to_undo"
        for call, at_fault in ((made, "undone_at"), (undone, "undoes_id")):
            assert set(api.post(f"/agent/changesets/{call['change_set_id']}/undo").errors) == {at_fault}


def test_all_or_nothing(agent: Agent, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """What refuses to go takes back with it what had gone already."""
    made = invoice_of(agent)["change_set_id"]

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise DomainError("no")

    AuditEntry.objects.filter(object_type="crm.contact").update(change_set_id=made)
    refusing = replace(REVERSALS["crm.contact"], remove=refuse)
    with monkeypatch.context() as patch, untouched():
        patch.setitem(REVERSALS, "crm.contact", refusing)
        assert agent.refusal("leader_undo", change_set_id=made)["message"] == "no"
    agent.call("leader_undo", change_set_id=made)
    assert not Invoice.objects.exists()
    assert not Contact.objects.exists()


# --- Whose they are


def test_one_undoes_one_s_own_agents_calls_and_administrators_all(alfa: TestTenant, beta: TestTenant) -> None:
    sales, manager = Agent(alfa.tokens["sales"]), Api(alfa.tokens["manager"])
    made = contact_of(sales)["change_set_id"]
    with untouched():
        assert manager.get(f"/agent/changesets/{made}").status == 404
        assert manager.post(f"/agent/changesets/{made}/undo").status == 404
        assert manager.get("/agent/changesets").json["meta"]["total"] == 0
        assert Api(beta.tokens["admin"]).get(f"/agent/changesets/{made}").status == 404
        assert Api(alfa.tokens["viewer"]).post(f"/agent/changesets/{made}/undo").status == 403
    # Sales staff may not delete contacts; what their agent has just made they may take back.
    assert sales.call("leader_undo", change_set_id=made)["undone"]
    other = contact_of(sales)["change_set_id"]
    answer = Api(alfa.tokens["admin"]).post(f"/agent/changesets/{other}/undo")
    assert (answer.status, answer.data["undone_by_id"]) == (200, alfa.users["admin"])
    assert not Contact.objects.exists()


def test_the_api_tells_what_undoing_would_do(agent: Agent, api: Api, alfa: TestTenant) -> None:
    made = contact_of(agent)["change_set_id"]
    listed = api.get("/agent/changesets", tool="leader_create_contact", undone="false")
    assert [row["id"] for row in listed.data] == [made]
    told = api.get(f"/agent/changesets/{made}").json
    assert told["data"]["user_name"] == "Admin Alfa"
    assert (told["meta"]["undo"]["possible"], len(told["meta"]["undo"]["steps"])) == (True, 1)
    assert told["meta"]["changes"][0]["action"] == "contact.created"
    change_contact(Contact.objects.get(), {"city": "C"}, actor=alfa.actor("manager"))
    told = api.get(f"/agent/changesets/{made}").json["meta"]["undo"]
    assert told["possible"] is False
    assert "Manager Alfa" in told["obstacles"][0]
    with untouched():
        refused = api.post(f"/agent/changesets/{made}/undo")
    assert (refused.status, refused.json["code"]) == (422, "undo_conflict")
