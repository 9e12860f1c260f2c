"""Activities over HTTP: what every resource does, and what is an activity's own."""

from datetime import datetime
from typing import Any

import pytest

from crm.models import Activity, Contact, Deal, Stage
from leadercrm.accounts.models import User
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification

OPTIONAL_TEXT = (str, type(None))
CALL: dict[str, Any] = {"subject": "Llamar", "type": "call"}
MORNING = "2025-04-15T10:00:00.000000Z"


class TestActivities(ResourceCase):
    path, routes, tables, text = "/activities", ("activity-list", "activity-detail"), ("crm_activity",), "subject"
    keys = {
        "id": (int,), "subject": (str,), "type": (str,), "status": (str,), "priority": (str,),
        "due_at": OPTIONAL_TEXT, "due_all_day": (bool,), "completed_at": OPTIONAL_TEXT,
        "activitable_type": OPTIONAL_TEXT, "activitable_id": OPTIONAL_TEXT, "user_id": (int, type(None)),
        "user_name": OPTIONAL_TEXT, "notes": OPTIONAL_TEXT, "created_at": (str,), "updated_at": (str,),
    }  # fmt: skip
    body = {
        "subject": "Llamada de seguimiento con María García", "type": "call", "status": "pending", "priority": "high",
        "due_at": MORNING, "notes": "Preguntar por la decisión sobre la propuesta.",
    }  # fmt: skip
    change = {"priority": "medium", "due_at": "2025-04-18T10:00:00.000000Z"}
    read_only = {"id": 77777, "completed_at": "2001-01-01T00:00:00.000000Z", "user_name": "Nobody", "due_all_day": True}
    query = {"status": "pending", "type": "call"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 200 403
        delete other 200 200 403 403
        complete own 200 200 200 403
        complete other 200 200 403 403
    """

    def owned_row(self, api: Api, place: str, owner_id: int) -> int:
        return self.make(api, place, user_id=owner_id)

    def _operate(self, who: Api, operation: str, place: str, row_id: int) -> Any:
        if operation != "complete":
            return super()._operate(who, operation, place, row_id)
        answer = who.post(f"{place}/{row_id}/complete")
        assert (Activity.objects.get(pk=row_id).status == "completed") == (answer.status == 200)
        return answer


def make(api: Api, **values: Any) -> Any:
    made = api.post("/activities", {**CALL, **values})
    assert made.status == 201, made
    return made.data


def ids(answer: Any) -> set[int]:
    assert answer.status == 200, answer
    found = {row["id"] for row in answer.data}
    assert answer.json["meta"]["total"] == len(found)
    return found


def targets(api: Api) -> dict[str, int]:
    """A contact, a deal and a company, by the names that the API has for their classes."""
    stage = Stage.objects.order_by("pk")[0]
    return {
        r"App\Models\Contact": api.post("/contacts", {"first_name": "A"}).data["id"],
        r"App\Models\Deal": Deal.objects.create(name="A", pipeline=stage.pipeline, stage=stage).pk,
        r"App\Models\Company": api.post("/companies", {"name": "A"}).data["id"],
    }


def about(kind: str, row_id: Any) -> dict[str, Any]:
    return {"activitable_type": rf"App\Models\{kind}", "activitable_id": row_id}


def contact_of(api: Api, **values: Any) -> int:
    row_id: int = api.post("/contacts", {"first_name": "A", **values}).data["id"]
    return row_id


def test_smallest_activity(api: Api, alfa: TestTenant) -> None:
    made = make(api)
    assert (made["status"], made["priority"], made["user_id"]) == ("pending", "medium", alfa.users["admin"])
    assert [made[key] for key in ("due_at", "completed_at", "notes", "activitable_type", "activitable_id")] == [
        None
    ] * 5


@pytest.mark.parametrize(
    ("sent", "shown", "all_day"),
    [
        ("2025-04-16", "2025-04-16T00:00:00.000000Z", True),
        ("2025-04-16T00:00:00Z", "2025-04-16T00:00:00.000000Z", False),
        ("2025-04-16T14:00:00.123Z", "2025-04-16T14:00:00.123000Z", False),
        ("2025-04-16T14:00:00-06:00", "2025-04-16T20:00:00.000000Z", False),
        (None, None, False),
        ("", None, False),
    ],
)
def test_due_dates_and_moments(api: Api, sent: Any, shown: Any, all_day: bool) -> None:
    """G-20, A-15."""
    made = make(api, due_at=sent)
    assert (made["due_at"], made["due_all_day"]) == (shown, all_day)


@pytest.mark.parametrize(
    "due",
    ["16/04/2025", "2025-13-01", "2025-02-30", "tomorrow", 20250416, "2025-04-16T25:00Z", "1899-12-31", "9999-12-31"],
)
def test_what_is_no_date_is_refused(api: Api, due: Any) -> None:
    with untouched():
        assert set(api.post("/activities", {**CALL, "due_at": due}).errors) == {"due_at"}


def test_a_day_stays_one_when_it_comes_back_as_shown(api: Api) -> None:
    made = make(api, due_at="2025-04-16")
    with untouched():
        assert api.put(f"/activities/{made['id']}", {"due_at": made["due_at"]}).data["due_all_day"] is True
    assert api.put(f"/activities/{made['id']}", {"due_at": "2025-04-17T00:00:00Z"}).data["due_all_day"] is False


def test_deadline_of_a_day_is_its_end_in_the_tenants_zone(api: Api) -> None:
    day, moment = make(api, due_at="2025-04-16"), make(api, due_at="2025-04-16T00:00:00Z")
    found = dict(Activity.objects.values_list("id", "deadline"))
    assert found[day["id"]] == datetime.fromisoformat("2025-04-16T23:59:59.999999-06:00")
    assert found[moment["id"]] == datetime.fromisoformat("2025-04-15T18:00:00-06:00")


# --- what it is about


def test_targets_are_echoed_with_the_id_as_a_string(api: Api) -> None:
    for kind, row_id in targets(api).items():
        for sent in (str(row_id), row_id):
            made = make(api, activitable_type=kind, activitable_id=sent)
            assert (made["activitable_type"], made["activitable_id"]) == (kind, str(row_id))
            assert api.get(f"/activities/{made['id']}").data == made


def test_target_can_be_changed_and_cleared(api: Api) -> None:
    made = make(api)
    for kind, row_id in targets(api).items():
        changed = api.put(f"/activities/{made['id']}", {"activitable_type": kind, "activitable_id": str(row_id)}).data
        assert (changed["activitable_type"], changed["activitable_id"]) == (kind, str(row_id))
    for nothing in (None, ""):
        cleared = api.put(f"/activities/{made['id']}", {"activitable_type": nothing, "activitable_id": nothing}).data
        assert (cleared["activitable_type"], cleared["activitable_id"]) == (None, None)


@pytest.mark.parametrize(
    "name", ["Contact", "contact", r"App\Models\Quote", r"app\models\contact", "App/Models/Contact"]
)
def test_bare_and_unknown_types_are_refused_with_a_hint(api: Api, name: str) -> None:
    """A-19."""
    with untouched():
        answer = api.post("/activities", {**CALL, "activitable_type": name, "activitable_id": "1"})
    assert set(answer.errors) == {"activitable_type"}
    assert r"App\Models\Contact" in answer.errors["activitable_type"][0]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"activitable_type": r"App\Models\Contact"}, "activitable_id"),
        ({"activitable_id": "1"}, "activitable_type"),
        ({"activitable_type": r"App\Models\Contact", "activitable_id": None}, "activitable_id"),
        ({"activitable_type": None, "activitable_id": "1"}, "activitable_type"),
        ({"activitable_type": r"App\Models\Contact", "activitable_id": "999999"}, "activitable_id"),
        ({"activitable_type": r"App\Models\Deal", "activitable_id": "999999"}, "activitable_id"),
        ({"activitable_type": r"App\Models\Company", "activitable_id": 2**63 - 1}, "activitable_id"),
        ({"activitable_type": r"App\Models\Contact", "activitable_id": "abc"}, "activitable_id"),
        ({"activitable_type": r"App\Models\Contact", "activitable_id": "0"}, "activitable_id"),
        ({"activitable_type": 1, "activitable_id": "1"}, "activitable_type"),
        ({"user_id": 999999}, "user_id"),
        ({"type": "fax"}, "type"),
        ({"status": "done"}, "status"),
        ({"priority": "urgent"}, "priority"),
        ({"subject": "a" * 256}, "subject"),
        ({"notes": "a" * 20_001}, "notes"),
    ],
)
def test_wrong_values_are_refused(api: Api, sent: dict[str, Any], field: str) -> None:
    made = make(api)
    with untouched():
        for answer in (api.post("/activities", {**CALL, **sent}), api.put(f"/activities/{made['id']}", sent)):
            assert (answer.status, set(answer.errors)) == (422, {field}), answer


@pytest.mark.parametrize("missing", [None, "", ...])
@pytest.mark.parametrize("name", ["subject", "type"])
def test_required_fields(api: Api, name: str, missing: Any) -> None:
    body = {key: value for key, value in {**CALL, name: missing}.items() if value is not ...}
    with untouched():
        assert set(api.post("/activities", body).errors) == {name}


def test_longest_subject(api: Api) -> None:
    assert make(api, subject="ñ" * 255)["subject"] == "ñ" * 255


def test_target_must_be_seen(api: Api, sales: Api, alfa: TestTenant) -> None:
    ours, theirs = (contact_of(api, owner_id=alfa.users[role]) for role in ("sales", "admin"))
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    assert sales.post("/activities", {**CALL, **about("Contact", ours)}).status == 201
    with untouched():
        assert set(sales.post("/activities", {**CALL, **about("Contact", theirs)}).errors) == {"activitable_id"}
    alfa.row.settings = {}


def test_own_activities_only_where_the_tenant_says_so(api: Api, sales: Api, alfa: TestTenant) -> None:
    theirs, ours = make(api), make(api, user_id=alfa.users["sales"])
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    assert [row["id"] for row in sales.get("/activities").data] == [ours["id"]]
    assert [sales.get(f"/activities/{row['id']}").status for row in (ours, theirs)] == [200, 404]
    with untouched():
        assert sales.post(f"/activities/{theirs['id']}/complete").status == 404
    assert len(api.get("/activities").data) == 2
    alfa.row.settings = {}


# --- status


def test_completing_is_noted_once(api: Api) -> None:
    made = make(api)
    first = api.post(f"/activities/{made['id']}/complete")
    assert (first.status, first.data["status"]) == (200, "completed")
    assert first.data["completed_at"] is not None
    with untouched():
        again = api.post(f"/activities/{made['id']}/complete")
    assert (again.status, again.data) == (200, first.data)
    assert AuditEntry.objects.filter(action="activity.completed").count() == 1


def test_cancelled_is_not_completed(api: Api) -> None:
    made = make(api, status="cancelled")
    with untouched():
        answer = api.post(f"/activities/{made['id']}/complete")
        assert (answer.status, set(answer.errors), answer.json["code"]) == (422, {"status"}, "illegal_transition")
        assert set(api.put(f"/activities/{made['id']}", {"status": "completed"}).errors) == {"status"}
    assert api.put(f"/activities/{made['id']}", {"status": "pending"}).data["status"] == "pending"
    assert api.post(f"/activities/{made['id']}/complete").status == 200


def test_status_and_completion_go_together(api: Api) -> None:
    path = f"/activities/{make(api)['id']}"
    done = api.put(path, {"status": "completed", "priority": "low"}).data
    assert (done["status"], done["priority"]) == ("completed", "low")
    assert done["completed_at"] is not None
    assert api.put(path, {"status": "completed"}).data["completed_at"] == done["completed_at"]
    assert api.put(path, {"status": "pending"}).data["completed_at"] is None
    api.post(f"{path}/complete")
    cancelled = api.put(path, {"status": "cancelled"}).data
    assert (cancelled["status"], cancelled["completed_at"]) == ("cancelled", None)
    assert make(api, status="completed")["completed_at"] is not None


@pytest.mark.parametrize("path", ["/activities/999999/complete", f"/activities/{10**30}/complete"])
def test_nothing_to_complete(api: Api, path: str) -> None:
    with untouched():
        assert api.post(path).status == 404


def test_status_null_is_refused(api: Api) -> None:
    made = make(api)
    with untouched():
        assert set(api.put(f"/activities/{made['id']}", {"status": None}).errors) == {"status"}


# --- who is told


def test_assigning_to_somebody_else_tells_them(api: Api, alfa: TestTenant) -> None:
    made = make(api, user_id=alfa.users["sales"])
    told = Notification.objects.get()
    assert (told.user_id, told.type, told.url) == (
        alfa.users["sales"], "activity_assigned", f"/activities/{made['id']}",
    )  # fmt: skip
    assert "Llamar" in told.body
    api.put(f"/activities/{made['id']}", {"user_id": alfa.users["sales"], "priority": "low"})
    assert Notification.objects.count() == 1
    api.put(f"/activities/{made['id']}", {"user_id": alfa.users["manager"]})
    assert Notification.objects.filter(user_id=alfa.users["manager"]).count() == 1
    api.put(f"/activities/{made['id']}", {"user_id": None})
    api.put(f"/activities/{made['id']}", {"user_id": alfa.users["admin"]})
    make(api, user_id=alfa.users["sales"], status="completed")
    assert Notification.objects.count() == 2


def test_inactive_user_is_refused(api: Api, alfa: TestTenant) -> None:
    User.objects.filter(pk=alfa.users["sales"]).update(is_active=False)
    with untouched():
        assert set(api.post("/activities", {**CALL, "user_id": alfa.users["sales"]}).errors) == {"user_id"}


# --- the bin


def test_activities_go_into_the_bin_and_back_with_their_target(api: Api) -> None:
    made = targets(api)
    for kind, place in ((r"App\Models\Contact", "/contacts"), (r"App\Models\Company", "/companies")):
        row_id = made[kind]
        kept, before = make(api)["id"], make(api, activitable_type=kind, activitable_id=row_id)["id"]
        both = [make(api, activitable_type=kind, activitable_id=row_id)["id"] for _number in range(2)]
        api.delete(f"/activities/{before}")
        assert api.delete(f"{place}/{row_id}").status == 200
        assert ids(api.get("/activities")) == {kept}
        with untouched():
            answer = api.post(f"/activities/{both[0]}/restore")
            assert (answer.status, answer.json["code"]) == (422, "target_deleted")
            assert set(answer.errors) == {"activitable_id"}
        assert api.post(f"{place}/{row_id}/restore").status == 200
        assert ids(api.get("/activities")) == {kept, *both}
        assert api.post(f"/activities/{before}/restore").data["activitable_id"] == str(row_id)
        assert ids(api.get("/activities")) == {kept, before, *both}
        for row in (kept, before, *both):
            api.delete(f"/activities/{row}")
        assert api.get("/activities").json["meta"]["total"] == 0


def test_a_target_in_the_bin_takes_no_activity(api: Api) -> None:
    contact = contact_of(api)
    api.delete(f"/contacts/{contact}")
    with untouched():
        assert set(api.post("/activities", {**CALL, **about("Contact", contact)}).errors) == {"activitable_id"}


def test_target_may_come_back_as_it_is(api: Api) -> None:
    contact = contact_of(api)
    made = make(api, **about("Contact", contact))
    Contact.with_deleted.filter(pk=contact).update(deleted_at=made["created_at"])
    with untouched():
        assert api.put(f"/activities/{made['id']}", about("Contact", str(contact))).status == 200
