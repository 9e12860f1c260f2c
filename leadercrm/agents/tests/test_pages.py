"""The agents' pages: the journal, one call before and after, and the button that takes it back."""

import pytest

from crm.actions.contacts import change_contact
from crm.models import Contact
from leadercrm.core.models import ChangeSet
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant


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
