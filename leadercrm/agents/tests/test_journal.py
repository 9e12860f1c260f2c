"""What agents write is kept call by call, and can be undone as a whole: over MCP, the API and the pages."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from billing.actions.quotes import change_quote
from billing.models import Invoice, Payment, Quote
from crm.actions.contacts import change_contact
from crm.actions.notes import add_note
from crm.models import Activity, Contact, Deal, Note, Stage
from leadercrm.agents.masking import MASK, masked
from leadercrm.core.errors import DomainError
from leadercrm.core.journal import journaled
from leadercrm.core.models import AuditEntry, ChangeSet, WorkItem
from leadercrm.core.reversing import REVERSALS
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token

ITEMS = [{"description": "Licencia", "quantity": 2, "unit_price": 1500}]


def lines(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = ("quantity", "unit_price", "discount_percent")
    return [{name: Decimal(str(value)) if name in numbers else value for name, value in row.items()} for row in items]


@pytest.fixture
def agent(alfa: TestTenant) -> Agent:
    return Agent(alfa.tokens["admin"], path="/mcp?toolsets=contracts")


def contact_of(agent: Agent, **values: Any) -> Any:
    return agent.call("leader_create_contact", **{"first_name": "Lucía", "if_exists": "create", **values})


def deal_of(agent: Agent, **values: Any) -> Any:
    pipeline = agent.call("leader_get_pipeline")["pipelines"][0]
    place = {"pipeline_id": pipeline["id"], "stage_id": pipeline["stages"][0]["id"]}
    return agent.call("leader_create_deal", name="Implementación", amount=1000, **place, **values)


def invoice_of(agent: Agent, **values: Any) -> Any:
    contact = contact_of(agent)["contact"]["id"]
    return agent.call("leader_create_invoice", contact_id=contact, items=ITEMS, **values)


# --- What is kept


def test_a_call_is_one_change_set_with_what_it_changed(agent: Agent, alfa: TestTenant) -> None:
    made = contact_of(agent, job_title="Directora")
    kept = ChangeSet.objects.get(pk=made["change_set_id"])
    assert (kept.tool, kept.agent, kept.via, kept.ip) == ("leader_create_contact", "tests 1", "mcp", "127.0.0.1")
    assert (kept.user_id, kept.token_id) == (alfa.users["admin"], int(alfa.tokens["admin"].partition("|")[0]))
    assert kept.arguments == {"first_name": "Lucía", "job_title": "Directora", "if_exists": "create"}
    (entry,) = kept.entries.all()
    assert (entry.action, entry.changes["job_title"]) == ("contact.created", [None, "Directora"])


def test_what_changes_nothing_is_not_kept(agent: Agent) -> None:
    pk = contact_of(agent, job_title="Directora")["contact"]["id"]
    with untouched():
        agent.call("leader_search_contacts", search="lucía")
        agent.call("leader_create_quote", contact_id=pk, items=ITEMS, dry_run=True)
        agent.refusal("leader_create_deal", name="x", pipeline_id=10**9, stage_id=1)
        same = agent.call("leader_update_contact", contact_id=pk, job_title="Directora")
    assert "change_set_id" not in same


def test_what_a_savepoint_took_back_is_in_no_change_set(agent: Agent) -> None:
    emails = [{"email": "uno@cliente.mx"}]
    pk = contact_of(agent, emails=emails)["contact"]["id"]
    changed = contact_of(agent, emails=emails, job_title="Socia", if_exists="update")
    assert changed["contact"]["id"] == pk
    assert [entry.action for entry in ChangeSet.objects.get(pk=changed["change_set_id"]).entries.all()] == [
        "contact.changed"
    ]


def test_a_repeated_call_is_the_change_set_that_it_was(agent: Agent) -> None:
    calls = [contact_of(agent, idempotency_key="uno") for _attempt in range(2)]
    assert calls[0]["change_set_id"] == calls[1]["change_set_id"]
    assert ChangeSet.objects.count() == 1


def test_people_s_own_writes_are_in_no_change_set(api: Api) -> None:
    assert api.post("/contacts", {"first_name": "A"}).status == 201
    assert not ChangeSet.objects.exists()
    assert AuditEntry.objects.get(object_type="crm.contact").change_set_id is None


def test_secrets_are_masked_and_what_is_too_long_is_named() -> None:
    assert masked({"password": "x", "custom_fields": {"api_key": "k", "rfc": "R"}, "items": [{"token": "t"}]}) == {
        "password": MASK, "custom_fields": {"api_key": MASK, "rfc": "R"}, "items": [{"token": MASK}],
    }  # fmt: skip
    assert masked({"body": "x" * 60_000}) == {"too_long": ["body"]}


# --- What is undone


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


def test_it_is_undone_once_and_an_undo_is_not_undone(agent: Agent) -> None:
    made = contact_of(agent)
    undone = agent.call("leader_undo")
    with untouched():
        assert agent.refusal("leader_undo", change_set_id=made["change_set_id"])["code"] == "already_undone"
        assert agent.refusal("leader_undo", change_set_id=undone["change_set_id"])["code"] == "is_undo"
        assert agent.refusal("leader_undo")["code"] == "nothing_to_undo"


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
        assert Api(alfa.tokens["viewer"]).post(f"/agent/changesets/{made}/undo").status == 404
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


# --- Over REST


def test_a_token_of_an_agent_leaves_change_sets_over_rest(alfa: TestTenant, api: Api) -> None:
    _token, text = make_token(alfa.users["admin"], agent_name="Cobranza")
    agent = Api(text)
    pk = api.post("/contacts", {"first_name": "A", "job_title": "B"}).data["id"]
    with untouched():
        assert agent.put(f"/contacts/{pk}", {"first_name": ""}).status == 422
        assert "X-Change-Set-Id" not in agent.put(f"/contacts/{pk}", {"job_title": "B"}).headers
        assert "X-Change-Set-Id" not in agent.put(f"/contacts/{pk}?dry_run=true", {"job_title": "C"}).headers
    answers = [agent.post("/contacts", {"first_name": "N"}, headers={"Idempotency-Key": "k"}) for _attempt in range(2)]
    assert [answer.status for answer in answers] == [201, 201]
    changed = agent.put(f"/contacts/{pk}", {"job_title": "C"})
    kept = ChangeSet.objects.get(pk=int(changed.headers["X-Change-Set-Id"]))
    assert (kept.tool, kept.agent, kept.via) == ("PUT /contacts/{pk}", "Cobranza", "api")
    assert kept.arguments == {"pk": pk, "job_title": "C"}
    assert ChangeSet.objects.count() == 2
    assert api.post(f"/agent/changesets/{kept.pk}/undo").status == 200
    assert Contact.objects.get(pk=pk).job_title == "B"


def test_the_agent_s_own_name_stands_before_the_client_s(alfa: TestTenant) -> None:
    _token, text = make_token(alfa.users["admin"], agent_name="Cobranza")
    kept = ChangeSet.objects.get(pk=contact_of(Agent(text))["change_set_id"])
    assert (kept.agent, kept.client) == ("Cobranza", "tests 1")
