"""A deal's way, through /admin/ and through the API: the same rows, changes of stage, audit and refusals."""

from typing import Any

import pytest

from crm.models import Activity, Deal, Stage, StageChange
from leadercrm.core.actions import snapshot
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification

OWN = {"id", "created_at", "updated_at", "stage_entered_at", "closed_at", "deleted_at", "completed_at", "active_at"}


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com").status_code == 302
    return browser


@pytest.fixture
def deals(api: Api, alfa: TestTenant) -> tuple[Deal, Deal]:
    body = {"name": "ERP", "pipeline_id": 1, "stage_id": 2, "amount": 900, "owner_id": alfa.users["sales"]}
    left, right = (Deal.objects.get(pk=api.post("/deals", body).data["id"]) for _door in range(2))
    return left, right


def state(row: Any) -> dict[str, Any]:
    now = type(row)._base_manager.get(pk=row.pk)
    return {name: value for name, value in snapshot(now).items() if name not in OWN}


def past(row: Any) -> list[tuple[str, dict[str, Any]]]:
    entries = AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("pk")
    return [(e.action, {name: both for name, both in e.changes.items() if name not in OWN}) for e in entries]


def stages_of(deal: Deal) -> list[tuple[int | None, int | None]]:
    return list(StageChange.objects.filter(deal=deal).order_by("pk").values_list("from_stage_id", "to_stage_id"))


def same(left: Any, right: Any) -> None:
    assert state(left) == state(right)
    assert past(left) == past(right)


def stage(kind: str) -> int:
    return Stage.objects.filter(pipeline=1, type=kind).order_by("position")[0].pk


def test_moved_won_lost_and_taken_up_again(api: Api, admin: Browser, deals: tuple[Deal, Deal]) -> None:
    left, right = deals
    place = f"/admin/crm/deal/{right.pk}/do"
    steps: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
        ({"stage_id": stage("won")}, "win", {}),
        ({"stage_id": stage("lost"), "lost_reason": "Precio"}, "lose", {"lost_reason": "Precio"}),
        ({"stage_id": 3}, "move", {"stage_id": 3}),
    ]
    for body, button, fields in steps:
        assert api.post(f"/deals/{left.pk}/move-stage", body).status == 200
        assert admin.fill(f"{place}/{button}/", **fields).status_code == 302
        same(left, right)
        assert stages_of(left) == stages_of(right)
    told = Notification.objects.values_list("type", "user_id", "body").order_by("type", "user_id")
    assert len(told) == 4
    assert len(set(told)) == 2


def test_put_into_another_pipeline(api: Api, admin: Browser, deals: tuple[Deal, Deal]) -> None:
    left, right = deals
    place = f"/admin/crm/deal/{right.pk}/do/transfer/"
    assert admin.get(place).status_code == 404, "there is no other pipeline"
    other = api.post("/pipelines", {"name": "Renovaciones"}).data
    first = other["stages"][0]["id"]
    assert api.put(f"/deals/{left.pk}", {"pipeline_id": other["id"], "stage_id": first}).status == 200
    assert admin.fill(place, stage=first).status_code == 302
    same(left, right)
    assert state(right)["pipeline_id"] == other["id"]


def test_a_stage_of_another_pipeline_is_refused(api: Api, admin: Browser, deals: tuple[Deal, Deal]) -> None:
    foreign = api.post("/pipelines", {"name": "Renovaciones"}).data["stages"][0]["id"]
    with untouched():
        assert api.post(f"/deals/{deals[0].pk}/move-stage", {"stage_id": foreign}).status == 422
        page = admin.fill(f"/admin/crm/deal/{deals[1].pk}/do/move/", stage_id=foreign)
        assert page.status_code == 200
        assert "stage_id" in page.context["form"].errors


def test_deleted_and_restored(api: Api, admin: Browser, deals: tuple[Deal, Deal]) -> None:
    left, right = deals
    assert api.delete(f"/deals/{left.pk}").status == 200
    assert admin.fill(f"/admin/crm/deal/{right.pk}/delete/").status_code == 302
    same(left, right)
    for button in ("move", "win", "lose", "transfer"):
        assert admin.get(f"/admin/crm/deal/{right.pk}/do/{button}/").status_code == 404
    assert api.post(f"/deals/{left.pk}/restore").status == 200
    assert admin.fill(f"/admin/crm/deal/{right.pk}/do/restore/").status_code == 302
    same(left, right)


def test_new_deal_takes_on_what_is_left_empty(api: Api, admin: Browser, alfa: TestTenant) -> None:
    left = Deal.objects.get(pk=api.post("/deals", {"name": "ERP", "pipeline_id": 1, "stage_id": 3}).data["id"])
    assert admin.fill("/admin/crm/deal/add/", name="ERP", stage=3).status_code == 302
    right = Deal.objects.latest("pk")
    same(left, right)
    assert state(right)["probability"] == Stage.objects.get(pk=3).default_probability


@pytest.mark.parametrize("button", ["complete", "cancel"])
def test_activities_take_their_steps(api: Api, admin: Browser, alfa: TestTenant, button: str) -> None:
    body = {"subject": "Llamar", "type": "call", "due_at": "2026-12-01"}
    left, right = (Activity.objects.get(pk=api.post("/activities", body).data["id"]) for _door in range(2))
    by_api = {"complete": ("complete", None), "cancel": ("", {"status": "cancelled"})}[button]
    if by_api[0]:
        assert api.post(f"/activities/{left.pk}/complete").status == 200
    else:
        assert api.patch(f"/activities/{left.pk}", by_api[1]).status == 200
    assert admin.fill(f"/admin/crm/activity/{right.pk}/do/{button}/").status_code == 302
    same(left, right)
    assert api.patch(f"/activities/{left.pk}", {"status": "pending"}).status == 200
    assert admin.fill(f"/admin/crm/activity/{right.pk}/do/reopen/").status_code == 302
    same(left, right)


def test_a_day_stays_a_day_and_an_hour_is_the_tenants(api: Api, admin: Browser, alfa: TestTenant) -> None:
    """Midnight in UTC is the evening before in Mexico: the form must not show, nor write, that."""
    values = {"subject": "Llamar", "type": "call", "priority": "low"}
    day = Activity.objects.get(pk=api.post("/activities", {**values, "due_at": "2026-12-01"}).data["id"])
    page = f"/admin/crm/activity/{day.pk}/change/"
    with untouched():
        assert admin.fill(page).status_code == 302
    assert admin.fill(page, subject="Escribir").status_code == 302
    by_admin = {"due_at_0": "2026-12-01", "due_at_1": "00:00", "due_all_day": "on"}
    assert admin.fill("/admin/crm/activity/add/", **values, **by_admin).status_code == 302
    for activity in (day, Activity.objects.latest("pk")):
        shown = api.get(f"/activities/{activity.pk}").data
        assert (shown["due_at"], shown["due_all_day"]) == ("2026-12-01T00:00:00.000000Z", True)
    hour = {"due_at_0": "2026-12-01", "due_at_1": "09:30"}
    assert admin.fill("/admin/crm/activity/add/", **values, **hour).status_code == 302
    shown = api.get(f"/activities/{Activity.objects.latest('pk').pk}").data
    assert (shown["due_at"], shown["due_all_day"]) == ("2026-12-01T15:30:00.000000Z", False)
