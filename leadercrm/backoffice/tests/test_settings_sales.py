"""The editor of pipelines, and the audit log."""

import json
from typing import Any

import pytest

from billing.models import ContractTemplate
from crm.actions.contacts import change_contact, create_contact
from crm.actions.deals import create_deal, delete_deal
from crm.models import Contact, Deal, Pipeline, Stage, StageChange
from leadercrm.backoffice.tests.conftest import SECRET
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, visiting


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


def order() -> list[str]:
    return list(Stage.objects.order_by("position", "pk").values_list("name", flat=True))


def deal_in(tenant: TestTenant, stage: Stage, **values: Any) -> Deal:
    fields = {"name": "Trato", "stage_id": stage.pk, "pipeline_id": stage.pipeline_id, **values}
    return create_deal(fields, actor=tenant.actor())


def statements(browser: Browser, path: str) -> int:
    return len(statements_of(lambda: browser.get(path)))


def test_stages_are_added_changed_and_put_in_order(browser: Browser, alfa: TestTenant) -> None:
    pipeline = Pipeline.objects.get()
    address, before = f"/settings/pipelines/{pipeline.pk}", order()
    made = browser.fill(f"{address}/stages/new", name="Visita", default_probability="60", color="#112233")
    assert (made.status_code, made["Location"]) == (303, address)
    stage = Stage.objects.get(name="Visita")
    assert (stage.type, stage.default_probability, stage.color) == ("open", 60, "#112233")
    with untouched():
        wrong = browser.fill(f"/settings/stages/{stage.pk}", name="", default_probability="101")
    assert wrong.status_code == 422
    assert 'value="101"' in wrong.content.decode()
    browser.get(address)
    browser.post(f"{address}/order", {"up": str(stage.pk)})
    assert order() == [*before[:-1], "Visita", before[-1]]
    first = Stage.objects.order_by("position").first()
    assert first is not None
    browser.post(f"{address}/order", {"up": str(first.pk)})
    assert order()[0] == first.name
    ids = list(Stage.objects.order_by("-position").values_list("pk", flat=True))
    browser.post(f"{address}/order", {"stage_ids": ids})
    assert order() == ["Perdido", "Visita", *before[-2::-1]]
    with untouched():
        assert browser.post(f"{address}/order", {"stage_ids": ids[:2]}).status_code == 422
        assert browser.post(f"{address}/order", {"stage_ids": ["x"]}).status_code == 422


def test_a_stage_goes_when_it_is_said_where_its_deals_go(browser: Browser, alfa: TestTenant) -> None:
    first, second = Stage.objects.filter(type="open").order_by("position")[:2]
    won = Stage.objects.get(type="won")
    kept, binned = deal_in(alfa, first), deal_in(alfa, first, name="En la papelera")
    delete_deal(binned, actor=alfa.actor())
    address = f"/settings/stages/{first.pk}/delete"
    asked = browser.get(address).content.decode()
    assert f'<option value="{second.pk}">' in asked
    assert f'<option value="{won.pk}">' not in asked
    with untouched():
        assert browser.post(address).status_code == 422
        assert browser.post(address, {"to_id": str(won.pk)}).status_code == 422
        assert browser.post(address, {"to_id": "²"}).status_code == 422
        assert browser.post(f"/settings/stages/{won.pk}/delete", {"to_id": str(first.pk)}).status_code == 422
    assert browser.post(address, {"to_id": str(second.pk)}).status_code == 303
    assert not Stage.objects.filter(pk=first.pk).exists()
    moved = Deal.with_deleted.filter(pk__in=(kept.pk, binned.pk))
    assert {(deal.stage_id, deal.probability) for deal in moved} == {(second.pk, second.default_probability)}
    assert StageChange.objects.filter(to_stage=second, deal=kept).count() == 1


def test_pipelines_are_made_and_one_is_the_default(browser: Browser, alfa: TestTenant) -> None:
    assert browser.fill("/settings/pipelines/new", name="Renovaciones").status_code == 303
    made = Pipeline.objects.get(name="Renovaciones")
    browser.fill(f"/settings/pipelines/{made.pk}/edit", is_default="on")
    assert Pipeline.objects.get(is_default=True) == made
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    with untouched():
        assert browser.post(f"/settings/pipelines/{made.pk}/delete").status_code == 422
    old = Pipeline.objects.exclude(pk=made.pk).get()
    with untouched():
        for path in ("", f"/{old.pk}", f"/{old.pk}/stages/new"):
            assert viewer.get(f"/settings/pipelines{path}").status_code == 403
        assert viewer.post(f"/settings/pipelines/{old.pk}/delete").status_code == 403
        assert viewer.post(f"/settings/pipelines/{old.pk}/order", {"up": "1"}).status_code == 403
    few = statements(browser, f"/settings/pipelines/{made.pk}")
    for number in range(20):
        deal_in(alfa, made.stages.filter(type="open")[0], name=f"Trato {number}")
    assert statements(browser, f"/settings/pipelines/{made.pk}") == few
    assert browser.post(f"/settings/pipelines/{old.pk}/delete").status_code == 303


def test_the_audit_tells_who_did_what(browser: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    with visiting(beta):
        create_contact({"first_name": "Betania"}, actor=beta.actor())
    contact = create_contact({"first_name": "Ana", "city": "Puebla"}, actor=alfa.actor())
    browser.get("/settings/audit")
    few = statements(browser, "/settings/audit")
    change_contact(contact, {"city": "Mérida <b>"}, actor=alfa.actor())
    for number in range(60):
        create_contact({"first_name": f"Otra {number}"}, actor=alfa.actor())
    assert statements(browser, "/settings/audit") == few <= 8
    page = browser.get("/settings/audit").content.decode()
    assert page.count("audit-line") == 50
    entry = AuditEntry.objects.get(object_type="crm.contact", object_id=contact.pk, action="contact.changed")
    assert f'href="/settings/audit/{entry.pk}"' not in page
    older = [link for link in browser.links("/settings/audit", page) if "before=" in link]
    assert f'href="/settings/audit/{entry.pk}"' in browser.get(older[0]).content.decode()
    narrowed = browser.get(f"/settings/audit?kind=crm.contact&record={contact.pk}&user={alfa.users['admin']}")
    assert narrowed.content.decode().count("audit-line") == 2
    assert browser.get("/settings/audit?until=2001-01-01").content.decode().count("audit-line") == 0
    told = browser.get(f"/settings/audit/{entry.pk}").content.decode()
    assert "Puebla" in told
    assert "Mérida &lt;b&gt;" in told
    assert f'href="/contacts/{contact.pk}"' in told
    for wrong in ("user=x", "record=²", f"before={2**70}", "since=2026-02-31", "until=x"):
        assert browser.get(f"/settings/audit?{wrong}").status_code == 422, wrong
    assert browser.get("/settings/audit?kind=%00").status_code == 200
    assert browser.get(f"/settings/audit/{2**70}").status_code == 404
    sales = Browser()
    sales.log_in("sales@alfa.example.com", site="/")
    assert sales.get("/settings/audit").status_code == 403
    assert sales.get(f"/settings/audit/{entry.pk}").status_code == 403


def test_a_person_gets_everything_that_is_kept_about_them(browser: Browser, populated: TestTenant) -> None:
    contact = Contact.objects.filter(first_name="Alfa-Datos").order_by("pk").first()
    assert contact is not None
    assert SECRET not in browser.get(f"/settings/privacy?search={SECRET}").content.decode().replace(f'"{SECRET}"', "")
    page = browser.get("/settings/privacy?search=alfa-datos").content.decode()
    assert f'action="/settings/privacy/{contact.pk}"' in page
    answer = browser.post(f"/settings/privacy/{contact.pk}")
    assert answer["Content-Disposition"] == f'attachment; filename="contact-{contact.pk}.json"'
    text = answer.content.decode()
    found = json.loads(text)
    kept = {
        *("crm.contact", "crm.note", "crm.activity", "crm.dealcontact", "billing.quote", "billing.quoteitem"),
        *("billing.invoice", "billing.payment", "billing.contract", "core.auditentry"),
        *("marketing.campaignrecipient", "marketing.mailevent"),
    }
    assert not kept - {label for label, rows in found.items() if rows}
    assert SECRET not in text
    assert not {name for rows in found.values() for row in rows for name in row if "token" in name or "search" in name}
    assert AuditEntry.objects.get(action="contact.exported").object_id == contact.pk
    # What the audit leaves out, because it is personal, is here.
    assert "alfa-datos@x.mx" in [row["email"] for row in found["marketing.formsubmission"]]
    manager = Browser()
    manager.log_in("manager@alfa.example.com", site="/")
    with untouched():
        assert manager.get("/settings/privacy").status_code == 403
        assert manager.post(f"/settings/privacy/{contact.pk}").status_code == 403
        assert browser.post(f"/settings/privacy/{2**70}").status_code == 404


def test_a_managers_template_knows_its_fields(browser: Browser, alfa: TestTenant) -> None:
    manager = Browser()
    manager.log_in("manager@alfa.example.com", site="/")
    assert "[[contact_name]]" in manager.get("/settings/templates/new").content.decode()
    made = manager.fill("/settings/templates/new", name="Servicios", body="Entre [[tenant_name]] y [[contact_name]].")
    assert made.status_code == 303
    template = ContractTemplate.objects.get()
    address = f"/settings/templates/{template.pk}"
    with untouched():
        wrong = manager.fill(address, body="Pague a [[nobody]].")
        assert browser.get("/settings/templates").status_code == 200
    assert wrong.status_code == 422
    assert "Pague a [[nobody]]." in wrong.content.decode()
    assert "[[company_name]]" in wrong.content.decode()
    sales = Browser()
    sales.log_in("sales@alfa.example.com", site="/")
    with untouched():
        assert sales.get("/settings/templates").status_code == 403
        assert sales.post(f"{address}/delete").status_code == 403
    assert manager.post(f"{address}/delete").status_code == 303
    assert not ContractTemplate.objects.exists()
