"""Each action through the API and through the admin site: the same state, the same audit entry, but for `via`."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from crm.models import Company, Contact, ContactMerge, Note
from leadercrm.core.actions import snapshot
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

# What differs between two rows that went through the same.
OWN = {"id", "created_at", "updated_at", "deleted_at", "contact_id", "search", "match_keys", "detached"}
CONTACT = {"first_name": "Ana", "last_name": "Ruiz", "city": "Puebla"}
Entry = dict[str, Any]


@pytest.fixture
def admin(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com").status_code == 302
    return browser


def trace(row: models.Model) -> list[Entry]:
    """A row's audit entries, without what is its own; the door is told apart."""
    entries = AuditEntry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("id")
    return [
        {
            "action": entry.action,
            "actor": (entry.actor_kind, entry.user_id, entry.label),
            "changes": {name: change for name, change in entry.changes.items() if name not in OWN},
            "gone": entry.changes.get("deleted_at") is not None,
        }
        for entry in entries
    ]


def state(row: models.Model) -> Entry:
    now = type(row)._base_manager.get(pk=row.pk)
    return {name: value for name, value in snapshot(now).items() if name not in OWN}


def same(by_api: models.Model, by_admin: models.Model) -> None:
    """Both rows are in the same state and have the same past; the last entry names its door."""
    assert state(by_api) == state(by_admin)
    assert trace(by_api) == trace(by_admin)
    for row, door in ((by_api, "api"), (by_admin, "admin")):
        assert AuditEntry.objects.filter(object_id=row.pk, object_type=row._meta.label_lower).latest("id").via == door


def pair(make: Callable[[], int], model: Any) -> tuple[Any, Any]:
    return model.objects.get(pk=make()), model.objects.get(pk=make())


def test_create_contact(api: Api, admin: Browser, alfa: TestTenant) -> None:
    company = api.post("/companies", {"name": "ACME"}).data["id"]
    values = {**CONTACT, "company_id": company, "owner_id": alfa.users["sales"], "custom_fields": {"rfc": "X"}}
    values |= {"emails": [{"email": "ana@x.mx", "type": "work"}], "phones": [{"phone": "55 1234 5678"}]}
    by_api = Contact.objects.get(pk=api.post("/contacts", values).data["id"])
    form = {**CONTACT, "company": company, "owner": alfa.users["sales"], "custom_fields": '{"rfc": "X"}'}
    form |= {"emails": "Ana@x.mx, work", "phones": "55 1234 5678"}
    answer = admin.fill("/admin/crm/contact/add/", **form)
    assert answer.status_code == 302, answer.content.decode()
    same(by_api, Contact.objects.latest("id"))


def test_change_contact(api: Api, admin: Browser) -> None:
    values = {**CONTACT, "custom_fields": {"a": 1, "b": 2}, "emails": [{"email": "x@y.mx"}]}
    left, right = pair(lambda: api.post("/contacts", values).data["id"], Contact)
    change = {"city": None, "custom_fields": {"b": None, "c": [3]}, "lifecycle_stage": "customer"}
    assert api.patch(f"/contacts/{left.pk}", change).status == 200
    form = {"city": "", "custom_fields": '{"a": 1, "c": [3]}', "lifecycle_stage": "customer"}
    assert admin.fill(f"/admin/crm/contact/{right.pk}/change/", **form).status_code == 302
    same(left, right)
    with untouched():  # saved again as it is: nothing is written
        assert admin.fill(f"/admin/crm/contact/{right.pk}/change/").status_code == 302


@pytest.mark.parametrize(
    ("model", "place", "body"), [(Contact, "contacts", CONTACT), (Company, "companies", {"name": "A"})]
)
def test_delete_and_restore(api: Api, admin: Browser, model: Any, place: str, body: Entry) -> None:
    left, right = pair(lambda: api.post(f"/{place}", body).data["id"], model)
    assert api.delete(f"/{place}/{left.pk}").status == 200
    assert admin.fill(f"/admin/crm/{model._meta.model_name}/{right.pk}/delete/").status_code == 302
    same(left, right)
    assert api.post(f"/{place}/{left.pk}/restore").status == 200
    assert admin.fill(f"/admin/crm/{model._meta.model_name}/{right.pk}/do/restore/").status_code == 302
    same(left, right)


def test_what_cannot_be_restored_is_told_as_the_action_says_it(api: Api, admin: Browser) -> None:
    loser = api.post("/contacts", CONTACT).data["id"]
    api.delete(f"/contacts/{loser}")
    survivor = api.post("/contacts", CONTACT).data["id"]
    ContactMerge.objects.create(survivor_id=survivor, loser_id=loser, undo={})
    refused = api.post(f"/contacts/{loser}/restore").json
    page = admin.fill(f"/admin/crm/contact/{loser}/do/restore/").content.decode()
    assert f"{refused['message']} {refused['hint']}" in page
    assert "merge_id" not in page


def test_companies(api: Api, admin: Browser, alfa: TestTenant) -> None:
    by_api = Company.objects.get(pk=api.post("/companies", {"name": "A", "annual_revenue": 1234.5}).data["id"])
    # The API's default owner is the caller; in the form an empty field says the same.
    assert admin.fill("/admin/crm/company/add/", name="A", annual_revenue="1234.5").status_code == 302
    by_admin = Company.objects.latest("id")
    same(by_api, by_admin)
    assert api.patch(f"/companies/{by_api.pk}", {"name": "B", "email": "X@Y.mx", "owner_id": None}).status == 200
    form = {"name": "B", "email": "X@Y.mx", "owner": ""}
    assert admin.fill(f"/admin/crm/company/{by_admin.pk}/change/", **form).status_code == 302
    same(by_api, by_admin)


def test_notes(api: Api, admin: Browser) -> None:
    contact = api.post("/contacts", CONTACT).data["id"]
    by_api = Note.objects.get(pk=api.post(f"/contacts/{contact}/notes", {"body": "x", "is_pinned": True}).data["id"])
    assert admin.fill("/admin/crm/note/add/", contact=contact, body="x", is_pinned="on").status_code == 302
    by_admin = Note.objects.latest("id")
    same(by_api, by_admin)
    assert api.patch(f"/contacts/{contact}/notes/{by_api.pk}", {"body": "y"}).status == 200
    assert admin.fill(f"/admin/crm/note/{by_admin.pk}/change/", body="y").status_code == 302
    same(by_api, by_admin)
    assert api.delete(f"/contacts/{contact}/notes/{by_api.pk}").status == 200
    assert admin.fill(f"/admin/crm/note/{by_admin.pk}/delete/").status_code == 302
    assert trace(by_api) == trace(by_admin)
    assert not Note.objects.exists()


def test_undo_merge(api: Api, admin: Browser) -> None:
    survivors = []
    for _door in range(2):
        survivor, loser = (api.post("/contacts", {"first_name": name}).data["id"] for name in ("Ana", "Ann"))
        assert api.post(f"/contacts/{survivor}/merge", {"contact_id": loser}).status == 200
        survivors.append(survivor)
    assert api.post(f"/contacts/{survivors[0]}/merge/undo").status == 200
    merge = ContactMerge.objects.get(survivor=survivors[1])
    assert admin.fill(f"/admin/crm/contactmerge/{merge.pk}/do/undo/").status_code == 302
    merge.refresh_from_db()
    assert merge.undone_at is not None
    left, right = (Contact.objects.get(pk=pk) for pk in survivors)
    assert state(left) == state(right)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"first_name": "x" * 256}, "first_name"),
        ({"emails": "no address"}, "emails"),
        ({"custom_fields": "[1]"}, "custom_fields"),
        ({"custom_fields": "{"}, "custom_fields"),
        ({"lifecycle_stage": "nonsense"}, "lifecycle_stage"),
        ({"company": "999999"}, "company"),
    ],
)
def test_refusals_are_shown_at_their_field(api: Api, admin: Browser, form: dict[str, str], field: str) -> None:
    contact = api.post("/contacts", CONTACT).data["id"]
    for path in ("/admin/crm/contact/add/", f"/admin/crm/contact/{contact}/change/"):
        admin.get(path)
        with untouched():
            answer = admin.fill(path, **{**CONTACT, **form})
        assert answer.status_code == 200
        assert field in answer.context["adminform"].form.errors


def test_refusal_of_an_action_rolls_back_and_is_shown(
    api: Api, admin: Browser, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the form cannot know: here, an owner who is deactivated between the form's check and the action's."""
    contact = api.post("/contacts", CONTACT).data["id"]
    monkeypatch.setattr("crm.actions.references.active_user_exists", lambda user_id: False)
    with untouched():
        answer = admin.fill(f"/admin/crm/contact/{contact}/change/", owner=alfa.users["sales"], city="Nowhere")
    assert answer.status_code == 200
    assert "owner" in answer.context["adminform"].form.errors
    assert 'value="Nowhere"' in answer.content.decode()
