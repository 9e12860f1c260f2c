"""The same writing by API and by /admin/ leaves the same row and the same audit entry, or the same refusal."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps

from crm.models import Deal, Pipeline, Stage
from leadercrm.core.actions import snapshot
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

# What is never the same twice.
OWN = {
    *("id", "position", "created_at", "updated_at", "stage_entered_at", "closed_at", "completed_at", "active_at"),
}


@dataclass(frozen=True)
class Door:
    """One creation: its JSON for the API, its fields for the page."""

    model: str
    path: str
    body: dict[str, Any]
    fields: dict[str, Any]
    changed: dict[str, Any]
    change_fields: dict[str, Any] = field(default_factory=dict)


CASES = [
    Door(
        "crm.deal", "/deals",
        {"name": "ERP", "pipeline_id": 1, "stage_id": 2, "amount": 1200, "currency": "MXN", "probability": 20,
         "expected_close_date": "2026-12-01"},
        {"name": "ERP", "stage": 2, "amount": "1200", "currency": "MXN", "probability": "20",
         "expected_close_date": "2026-12-01"},
        {"amount": 99.5}, {"amount": "99.50"},
    ),
    Door(
        "crm.activity", "/activities",
        {"subject": "Llamar", "type": "call", "priority": "high", "notes": "hoy"},
        {"subject": "Llamar", "type": "call", "priority": "high", "notes": "hoy"},
        {"priority": "low"},
    ),
    Door("crm.pipeline", "/pipelines", {"name": "Renovaciones"}, {"name": "Renovaciones"}, {"name": "Renovación"}),
    Door(
        "crm.stage", "/pipelines/1/stages",
        {"name": "Piloto", "type": "open", "color": "#112233", "default_probability": 40},
        {"name": "Piloto", "type": "open", "color": "#112233", "default_probability": "40", "pipeline": 1},
        {"rotten_after_days": 9},
    ),
    Door("accounts.team", "/teams", {"name": "Norte"}, {"name": "Sur"}, {"name": "Este"}),
]  # fmt: skip


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com").status_code == 302
    return browser


def page_of(model: str) -> str:
    return f"/admin/{model.replace('.', '/')}/"


def written(model: Any, row: Any) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    """A row, and what the audit tells of it, without what is never the same."""
    entries = AuditEntry.objects.filter(object_type=model._meta.label_lower, object_id=row.pk).order_by("pk")
    told = [(e.action, {name: both for name, both in e.changes.items() if name not in OWN}) for e in entries]
    return {name: value for name, value in snapshot(row).items() if name not in OWN}, told


def plain(seen: Any) -> str:
    """Names that have to be different are made the same."""
    text = repr(seen)
    for name in ("Norte", "Sur", "Este", "Oeste"):
        text = text.replace(name, "Team")
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.model))
def test_both_doors_write_the_same(api: Api, admin: Browser, case: Door) -> None:
    model = apps.get_model(case.model)
    made = api.post(case.path, case.body)
    assert made.status == 201, made
    by_api = model._base_manager.latest("pk")
    answer = admin.fill(f"{page_of(case.model)}add/", **case.fields)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    by_page = model._base_manager.latest("pk")
    assert by_page.pk != by_api.pk
    assert plain(written(model, by_api)) == plain(written(model, by_page))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.model))
def test_both_doors_change_the_same(api: Api, admin: Browser, case: Door) -> None:
    model = apps.get_model(case.model)
    ids: list[int] = []
    for _time in range(2):
        body = {**case.body, "name": f"Team{len(ids)}"} if case.model == "accounts.team" else case.body
        assert api.post(case.path, body).status == 201
        ids.append(model._base_manager.latest("pk").pk)
    changed = api.put(f"{case.path}/{ids[0]}", case.changed)
    assert changed.status == 200, changed
    fields = {"name": "Oeste"} if case.model == "accounts.team" else case.change_fields or case.changed
    answer = admin.fill(f"{page_of(case.model)}{ids[1]}/change/", **fields)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    by_api, by_page = (AuditEntry.objects.filter(object_type=case.model, object_id=pk).order_by("-pk")[0] for pk in ids)
    assert (by_api.via, by_page.via) == ("api", "admin")
    assert by_api.action == by_page.action
    assert set(by_api.changes) == set(by_page.changes)
    assert [plain(new) for _old, new in by_api.changes.values()] == [
        plain(new) for _old, new in by_page.changes.values()
    ]


def test_both_doors_refuse_the_same(api: Api, admin: Browser) -> None:
    assert api.post("/deals", {"name": "ERP", "pipeline_id": 1, "stage_id": 2}).status == 201
    deal, other = Deal.objects.get(), Pipeline.objects.create(name="Otra")
    foreign = Stage.objects.create(pipeline=other, name="Ajena")
    with untouched():
        refused = api.delete("/pipelines/1/stages/2")
        page = admin.fill("/admin/crm/stage/2/delete/", post="yes")
        assert refused.status == 422
        assert refused.json["message"] in admin.get(page["Location"]).content.decode()
        assert api.post(f"/deals/{deal.pk}/move-stage", {"stage_id": foreign.pk}).status == 422
        assert admin.fill(f"/admin/crm/deal/{deal.pk}/do/move/", stage_id=foreign.pk).status_code == 200


def test_buttons_are_actions(api: Api, admin: Browser) -> None:
    assert api.post("/deals", {"name": "ERP", "pipeline_id": 1, "stage_id": 2}).status == 201
    assert api.post("/activities", {"subject": "Llamar", "type": "call"}).status == 201
    deal, activity = Deal.objects.get().pk, apps.get_model("crm.activity").objects.get().pk
    assert admin.fill(f"/admin/crm/deal/{deal}/do/move/", stage_id=6, lost_reason="Precio").status_code == 302
    assert api.get(f"/deals/{deal}").data["status"] == "lost"
    assert api.get(f"/deals/{deal}").data["lost_reason"] == "Precio"
    assert admin.fill(f"/admin/crm/activity/{activity}/do/complete/").status_code == 302
    assert api.get(f"/activities/{activity}").data["status"] == "completed"
    stages = [stage["id"] for stage in api.get("/pipelines/1").data["stages"]]
    places = {f"stage_{pk}": str(place) for place, pk in enumerate(reversed(stages[:4]))}
    assert admin.fill("/admin/crm/pipeline/1/do/order/", **places).status_code == 302
    assert [s["id"] for s in api.get("/pipelines/1").data["stages"]][:4] == list(reversed(stages[:4]))


def test_those_who_take_part_are_set(api: Api, admin: Browser) -> None:
    contact = api.post("/contacts", {"first_name": "Ana"}).data["id"]
    assert api.post("/deals", {"name": "ERP", "pipeline_id": 1, "stage_id": 2}).status == 201
    deal = Deal.objects.get().pk
    assert admin.fill(f"/admin/crm/deal/{deal}/change/", contact_ids=[contact]).status_code == 302
    assert [entry["id"] for entry in api.get(f"/deals/{deal}").data["contacts"]] == [contact]


def test_an_activity_is_about_one_thing(api: Api, admin: Browser) -> None:
    contact = api.post("/contacts", {"first_name": "Ana"}).data["id"]
    assert api.post("/deals", {"name": "ERP", "pipeline_id": 1, "stage_id": 2}).status == 201
    about = {"subject": "Llamar", "type": "call", "priority": "low", "contact": contact}
    with untouched():
        assert admin.fill("/admin/crm/activity/add/", **about, deal=Deal.objects.get().pk).status_code == 200
    assert admin.fill("/admin/crm/activity/add/", **about).status_code == 302
    assert api.get("/activities").data[0]["activitable_id"] == str(contact)
