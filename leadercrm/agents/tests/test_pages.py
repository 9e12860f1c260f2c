"""The agents' pages: the journal, one call before and after, and the button that takes it back."""

import pytest

from crm.actions.contacts import change_contact
from crm.models import Contact
from leadercrm.agents.models import Approval, Policy
from leadercrm.core.models import ChangeSet
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import make_token


def browser_of(role: str) -> Browser:
    browser = Browser()
    browser.log_in(f"{role}@alfa.example.com", site="/")
    return browser


@pytest.fixture
def call(alfa: TestTenant) -> int:
    agent = Agent(alfa.tokens["sales"])
    made = agent.call("leader_create_contact", first_name="Lucía", job_title="Directora", if_exists="create")
    return int(made["change_set_id"])


def test_the_journal_tells_who_did_what_for_whom(alfa: TestTenant, call: int) -> None:
    page = browser_of("sales").get("/agents/journal").content.decode()
    for text in ("Creación · Contacto", "leader_create_contact", "tests 1", "Sales Alfa", f"/agents/journal/{call}"):
        assert text in page, text
    assert "leader_create_contact" not in browser_of("manager").get("/agents/journal").content.decode()
    narrowed = browser_of("admin").get(f"/agents/journal?undone=true&user_id={alfa.users['sales']}").content.decode()
    assert f"/agents/journal/{call}" not in narrowed


def test_a_call_is_shown_before_and_after_and_undone_by_a_button(alfa: TestTenant, call: int) -> None:
    admin = browser_of("admin")
    page = admin.get(f"/agents/journal/{call}").content.decode()
    for text in ("Agente tests 1 por Sales Alfa", "Directora", "Antes", "Después", "Deshacer"):
        assert text in page, text
    assert browser_of("manager").get(f"/agents/journal/{call}").status_code == 404
    assert admin.post(f"/agents/journal/{call}/undo").status_code == 303
    assert not Contact.objects.exists()
    assert ChangeSet.objects.get(pk=call).undone_by_id == alfa.users["admin"]
    page = admin.get(f"/agents/journal/{call}").content.decode()
    assert "Deshecho por Admin Alfa" in page
    undoing = ChangeSet.objects.get(undoes_id=call)
    assert f"/agents/journal/{undoing.pk}" in page
    assert admin.get(f"/agents/journal/{undoing.pk}").status_code == 200


def test_what_stands_against_it_is_shown_and_the_button_is_gone(alfa: TestTenant, call: int) -> None:
    change_contact(Contact.objects.get(), {"city": "Mérida"}, actor=alfa.actor("manager"))
    sales = browser_of("sales")
    page = sales.get(f"/agents/journal/{call}").content.decode()
    assert "Manager Alfa" in page
    assert f"/agents/journal/{call}/undo" not in page
    with untouched():
        refused = sales.post(f"/agents/journal/{call}/undo")
    assert (refused.status_code, "Manager Alfa" in refused.content.decode()) == (422, True)


def test_the_timeline_names_the_agent_and_leads_to_the_undo(alfa: TestTenant, call: int) -> None:
    address = f"/contacts/{Contact.objects.get().pk}/timeline"
    page = browser_of("sales").get(address).content.decode()
    assert "Agente tests 1 por Sales Alfa" in page
    assert f'href="/agents/journal/{call}"' in page
    other = browser_of("manager").get(address).content.decode()
    assert "Agente tests 1 por Sales Alfa" in other
    assert f"/agents/journal/{call}" not in other


# --- Approvals


@pytest.fixture
def waiting(alfa: TestTenant) -> int:
    token, text = make_token(alfa.users["sales"], agent_name="Cobranza")
    browser = browser_of("sales")
    rules = {"tool": ["leader_create_contact", ""], "answer": ["ask", "ask"], "over": ["", ""], "hours": "8"}
    assert browser.get(f"/agents/tokens/{token.pk}/rules").status_code == 200
    assert browser.post(f"/agents/tokens/{token.pk}/rules", rules).status_code == 303
    assert (Policy.objects.get().rules, Policy.objects.get().hours) == (
        [{"tool": "leader_create_contact", "answer": "ask", "over": None}], 8,
    )  # fmt: skip
    refusal = Agent(text).refusal("leader_create_contact", first_name="Lucía", job_title="Directora")
    return int(refusal["approval_id"])


def test_a_question_is_shown_with_its_effect_and_approved(alfa: TestTenant, waiting: int) -> None:
    admin = browser_of("admin")
    for address in ("/bell", "/agents/approvals"):
        assert str(waiting) in admin.get(address).content.decode() or address == "/bell"
    page = admin.get(f"/agents/approvals/{waiting}").content.decode()
    for text in ("Cobranza", "Sales Alfa", "Directora", "Aprobar", "Rechazar", Approval.objects.get().digest):
        assert text in page, text
    with untouched():
        assert admin.post(f"/agents/approvals/{waiting}/approve", {"digest": "x" * 64}).status_code == 422
    digest = Approval.objects.get().digest
    assert admin.post(f"/agents/approvals/{waiting}/approve", {"digest": digest}).status_code == 303
    assert Contact.objects.get().owner_id == alfa.users["sales"]
    page = admin.get(f"/agents/approvals/{waiting}").content.decode()
    assert "Admin Alfa" in page
    call = ChangeSet.objects.get()
    assert f"/agents/journal/{call.pk}" in page
    assert "Aprobado por" in admin.get(f"/agents/journal/{call.pk}").content.decode()


def test_a_question_is_refused_with_a_reason(alfa: TestTenant, waiting: int) -> None:
    sales = browser_of("sales")
    sales.get(f"/agents/approvals/{waiting}")
    assert sales.post(f"/agents/approvals/{waiting}/refuse", {"reason": "Ya existe"}).status_code == 303
    assert Approval.objects.get().state == "refused"
    assert "Ya existe" in sales.get(f"/agents/approvals/{waiting}").content.decode()
    assert not Contact.objects.exists()


def test_others_questions_and_rules_are_not_there(alfa: TestTenant, waiting: int) -> None:
    manager = browser_of("manager")
    token = Policy.objects.get().token_id
    with untouched():
        for path in (f"/agents/approvals/{waiting}", f"/agents/tokens/{token}/rules"):
            assert manager.get(path).status_code == 404
        manager.get("/agents/approvals")
        for deed in ("approve", "refuse"):
            assert manager.post(f"/agents/approvals/{waiting}/{deed}").status_code == 404


def test_bad_rules_are_told_in_the_form(alfa: TestTenant) -> None:
    token, _text = make_token(alfa.users["admin"], agent_name="Cobranza")
    admin, path = browser_of("admin"), f"/agents/tokens/{token.pk}/rules"
    admin.get(path)
    with untouched():
        rules = {"tool": ["leader_send_quote"], "answer": ["ask"], "over": ["mucho"]}
        assert admin.post(path, rules).status_code == 422
    assert admin.post(path, {**rules, "over": ["50,000"]}).status_code == 303
    assert Policy.objects.get().rules[0]["over"] == "50000.00"
