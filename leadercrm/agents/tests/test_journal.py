"""What agents write is kept call by call, over MCP and the API."""

from crm.models import Contact
from leadercrm.agents.masking import MASK, masked
from leadercrm.agents.tests.calls import ITEMS, contact_of
from leadercrm.core.models import AuditEntry, ChangeSet
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token


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
