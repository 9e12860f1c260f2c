"""The published tools: what they do, what they refuse, and that a trial leaves nothing."""

from typing import Any

import pytest

from crm.models import Contact, Deal, Stage
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import PASSWORD, TestTenant

PUBLISHED = {
    "leader_authenticate", "leader_search_contacts", "leader_create_contact", "leader_create_deal",
    "leader_create_quote", "leader_send_quote", "leader_create_invoice", "leader_record_payment",
    "leader_create_activity", "leader_get_pipeline", "leader_move_deal_stage", "leader_get_dashboard_stats",
}  # fmt: skip
ITEMS = [{"description": "Licencia anual", "quantity": 2, "unit_price": 1500}]


@pytest.fixture
def agent(alfa: TestTenant) -> Agent:
    return Agent(alfa.tokens["admin"])


def a_contact(agent: Agent, name: str = "Lucía", **values: Any) -> int:
    address = f"{name.lower()}@cliente.mx"
    contact = agent.call("leader_create_contact", first_name=name, emails=[{"email": address}], **values)["contact"]
    return int(contact["id"])


def a_deal(agent: Agent, **values: Any) -> Any:
    pipeline = agent.call("leader_get_pipeline")["pipelines"][0]
    stage = pipeline["stages"][0]
    given = {"name": "Implementación", "pipeline_id": pipeline["id"], "stage_id": stage["id"], "amount": 450000}
    return agent.call("leader_create_deal", **{**given, **values})["deal"]


def test_the_published_tools_are_there_with_hints_and_closed_schemas(agent: Agent) -> None:
    tools = agent.tools()
    assert set(tools) >= PUBLISHED
    for tool in tools.values():
        assert set(tool["annotations"]) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        assert tool["inputSchema"]["additionalProperties"] is False
        assert tool["outputSchema"]["type"] == "object"
        assert len(tool["description"].split()) <= 60
    assert {name for name, tool in tools.items() if tool["annotations"]["openWorldHint"]} == {
        "leader_send_quote",
        "leader_send_invoice",
    }


def test_a_contact_is_not_made_twice(agent: Agent) -> None:
    pk = a_contact(agent)
    with untouched():
        refusal = agent.refusal("leader_create_contact", first_name="Lucía", emails=[{"email": "lucía@CLIENTE.mx"}])
    assert refusal["code"] == "duplicate"
    assert str(pk) in refusal["message"]
    same = {"first_name": "Lucía", "emails": [{"email": "lucía@cliente.mx"}], "job_title": "Directora"}
    assert agent.call("leader_create_contact", **same, if_exists="return")["contact"].get("job_title") is None
    changed = agent.call("leader_create_contact", **same, if_exists="update")
    assert (changed["created"], changed["contact"]["id"], changed["contact"]["job_title"]) == (False, pk, "Directora")
    assert agent.call("leader_create_contact", **same, if_exists="create")["contact"]["id"] != pk


def test_what_an_agent_writes_is_in_the_audit_with_its_name(agent: Agent, alfa: TestTenant) -> None:
    pk = a_contact(agent)
    entry = AuditEntry.objects.get(object_type="crm.contact", object_id=pk)
    assert (entry.via, entry.label, entry.user_id) == ("mcp", "tests 1", alfa.users["admin"])
    assert entry.token_id == int(alfa.tokens["admin"].partition("|")[0])


def test_a_deal_moves_by_the_name_of_its_stage(agent: Agent) -> None:
    deal = a_deal(agent)
    won = Stage.objects.get(pipeline_id=deal["pipeline_id"], type="won")
    moved = agent.call("leader_move_deal_stage", deal_id=deal["id"], stage_id=won.name.upper())
    assert (moved["deal"]["status"], moved["from"]["stage_id"], moved["to"]["probability"]) == (
        "won", deal["stage_id"], 100,
    )  # fmt: skip
    assert agent.call("leader_move_deal_stage", deal_id=deal["id"], stage_id=won.pk)["to"]["stage_id"] == won.pk
    with untouched():
        refusal = agent.refusal("leader_move_deal_stage", deal_id=deal["id"], stage_id="Nirvana")
    assert won.pk in {stage["id"] for stage in refusal["valid_values"]["stage_id"]}
    assert refusal["received"] == {"stage_id": "Nirvana"}
    assert refusal["see_tool"] == {"stage_id": "leader_get_pipeline"}


def test_whoever_names_no_pipeline_is_told_which_pipelines_and_stages_there_are(agent: Agent) -> None:
    deal = a_deal(agent)
    valid = agent.refusal("leader_create_deal", name="B")["valid_values"]
    assert {"id": deal["pipeline_id"], "name": "Pipeline de Ventas"} in valid["pipeline_id"]
    assert deal["stage_id"] in {stage["id"] for stage in valid["stage_id"]}


def test_a_trial_computes_everything_and_leaves_nothing(agent: Agent) -> None:
    pk = a_contact(agent)
    with untouched():
        tried = agent.call("leader_create_quote", contact_id=pk, items=ITEMS, dry_run=True)
    assert (tried["dry_run"], tried["quote"]["subtotal"], tried["quote"]["total"]) == (True, 3000, 3480)
    made = agent.call("leader_create_quote", contact_id=pk, items=ITEMS)
    assert made["quote"]["quote_number"] == tried["quote"]["quote_number"]
    number = made["quote"]["quote_number"]
    with untouched():
        assert (
            agent.call("leader_send_quote", quote_id=number, dry_run=True)["recipient"]["email"] == "lucía@cliente.mx"
        )
        invoice = agent.call("leader_create_invoice", contact_id=pk, items=ITEMS, dry_run=True)
        assert invoice["invoice"]["total"] == 3480


def test_nothing_leaves_the_house_unconfirmed(agent: Agent) -> None:
    quote = agent.call("leader_create_quote", contact_id=a_contact(agent), items=ITEMS)["quote"]
    with untouched():
        refusal = agent.refusal("leader_send_quote", quote_id=quote["id"])
    assert refusal["code"] == "confirmation_required"
    assert "lucía@cliente.mx" in refusal["message"]
    sent = agent.call("leader_send_quote", quote_id=quote["id"], confirm=True)
    assert sent["quote"]["status"] == "sent"
    assert WorkItem.objects.filter(task="billing.send_quote").count() == 1
    with untouched():
        assert agent.call("leader_send_quote", quote_id=quote["id"], confirm=True)["quote"]["status"] == "sent"


def test_a_quote_goes_out_with_what_the_agent_was_told_to_write(agent: Agent) -> None:
    quote = agent.call("leader_create_quote", contact_id=a_contact(agent), items=ITEMS)["quote"]
    with untouched():
        refusal = agent.refusal("leader_send_quote", quote_id=quote["id"], message="[[secreto]]", confirm=True)
        assert refusal["errors"].keys() == {"message"}
    agent.call("leader_send_quote", quote_id=quote["id"], message="Como acordamos, [[contact_name]].", confirm=True)
    work = WorkItem.objects.get(task="billing.send_quote")
    assert work.arguments["message"] == "Como acordamos, [[contact_name]]."


def test_a_key_makes_a_write_happen_once(agent: Agent) -> None:
    given: dict[str, Any] = {"first_name": "Única", "idempotency_key": "k-1"}
    first = agent.call("leader_create_contact", **given)
    with untouched():
        again = agent.call("leader_create_contact", **given)
        assert again == {**first, "replayed": True}
        assert (
            agent.refusal("leader_create_contact", **{**given, "first_name": "Otra"})["code"]
            == "idempotency_key_reused"
        )
        assert agent.refusal("leader_create_deal", name="x", pipeline_id=1, stage_id=1, idempotency_key="ñ")
    assert Contact.objects.filter(first_name="Única").count() == 1


def test_money_is_counted_once_and_never_too_much(agent: Agent) -> None:
    invoice = agent.call("leader_create_invoice", contact_id=a_contact(agent), items=ITEMS)["invoice"]
    number = invoice["invoice_number"]
    with untouched():
        refusal = agent.refusal("leader_record_payment", invoice_id=number, amount=5000)
        tried = agent.call("leader_record_payment", invoice_id=number, amount=480, dry_run=True)
    assert (refusal["code"], refusal["received"]) == ("overpayment", {"amount": 5000})
    assert "3480" in refusal["message"]
    assert tried["invoice"]["amount_due"] == 3000
    for _attempt in range(2):
        paid = agent.call("leader_record_payment", invoice_id=number, amount=480, idempotency_key="pago-1")
    assert (paid["replayed"], paid["invoice"]["amount_due"]) == (True, 3000)
    paid = agent.call("leader_record_payment", invoice_id=invoice["id"], amount=3000, method="transfer")
    assert (paid["invoice"]["status"], paid["invoice"]["amount_due"]) == ("paid", 0)


def test_an_activity_is_about_something(agent: Agent) -> None:
    pk = a_contact(agent)
    for name in ("contact", r"App\Models\Contact"):
        made = agent.call(
            "leader_create_activity", subject="Llamar", type="call", activitable_type=name, activitable_id=pk,
            due_at="2030-05-01",
        )  # fmt: skip
        assert made["activity"]["activitable_id"] == str(pk)
    assert agent.call("leader_list_activities", activitable_type="contact", activitable_id=pk)["total"] == 2
    with untouched():
        refusal = agent.refusal(
            "leader_create_activity", subject="x", type="call", activitable_type="contact", activitable_id=10**9
        )
    assert refusal["see_tool"] == {"activitable_id": "leader_search"}


def test_lists_go_on_by_cursor_and_are_cut_to_what_is_asked(agent: Agent, django_assert_num_queries: Any) -> None:
    for number in range(5):
        a_contact(agent, f"Persona{number}")
    first = agent.call("leader_search_contacts", search="persona", limit=2, fields=["first_name", "lead_score"])
    assert [set(row) for row in first["items"]] == [{"id", "first_name", "lead_score"}] * 2
    rest = agent.call("leader_search_contacts", search="persona", limit=5, cursor=first["next_cursor"])
    assert (rest["total"], len(rest["items"]), rest.get("next_cursor")) == (5, 3, None)
    whole = agent.call("leader_search_contacts", search="persona", limit=1, response_format="detailed")["items"][0]
    assert "created_at" in whole
    with untouched():
        assert agent.refusal("leader_search_contacts", cursor="nonsense")["errors"].keys() == {"cursor"}
        assert "full_name" in agent.refusal("leader_search_contacts", fields=["nothing"])["hint"]
        assert agent.refusal("leader_search_contacts", limit=1000)["errors"].keys() == {"limit"}
        assert (
            "lead"
            in agent.refusal("leader_search_contacts", lifecycle_stage="zombi")["valid_values"]["lifecycle_stage"]
        )


def test_figures_and_pipelines_add_up(agent: Agent) -> None:
    a_deal(agent, amount=1000)
    stats = agent.call("leader_get_dashboard_stats", period="all")
    pipelines = agent.call("leader_get_pipeline")["pipelines"]
    assert stats["deals"]["open_amount"] == sum(stage["amount"] for each in pipelines for stage in each["stages"])
    assert stats["deals"]["open_count"] == Deal.objects.filter(stage__type="open").count()


def test_agents_log_in_where_no_header_can_be_set(alfa: TestTenant, beta: TestTenant) -> None:
    visitor = Agent(path="/mcp/open")
    tools = visitor.tools()
    assert all(
        "auth_token" in tool["inputSchema"]["required"] for name, tool in tools.items() if name != "leader_authenticate"
    )
    with untouched():
        refusal = visitor.refusal("leader_authenticate", email="admin@alfa.example.com", password="otra-cosa-9")
        assert refusal["code"] == "bad_credentials"
        assert visitor.refusal("leader_whoami", auth_token="1|x")["code"] == "unauthenticated"
        assert visitor.refusal("leader_whoami")["code"] == "unauthenticated"
    entered = visitor.call("leader_authenticate", email="admin@alfa.example.com", password=PASSWORD)
    assert visitor.call("leader_whoami", auth_token=entered["token"])["tenant"]["name"] == "Alfa"
    # With a token of one tenant, into another one.
    other = Agent(alfa.tokens["admin"]).call("leader_authenticate", email="admin@beta.example.com", password=PASSWORD)
    assert other["tenant"]["name"] == "Beta"


def test_rights_and_rows_are_those_of_the_token(alfa: TestTenant, beta: TestTenant, agent: Agent) -> None:
    pk = a_contact(agent)
    stranger, viewer = Agent(beta.tokens["admin"]), Agent(alfa.tokens["viewer"])
    with untouched():
        assert viewer.refusal("leader_create_contact", first_name="x")["code"] == "forbidden"
        assert stranger.refusal("leader_get_record", type="contact", id=pk)["code"] == "unknown_reference"
        assert stranger.refusal("leader_add_note", contact_id=pk, body="x")["code"] == "unknown_reference"
        assert stranger.call("leader_search_contacts", search="lucía")["items"] == []
    assert viewer.call("leader_get_record", type="contact", id=pk)["record"]["first_name"] == "Lucía"
