"""The bin: what is deleted appears nowhere, comes back within 30 days, and is then gone for good."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from crm.actions.bin import purge_bin
from crm.models import Company, Contact, ContactMerge, Note
from leadercrm.core import tally
from leadercrm.core.actor import Actor
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

PATHS = ("/contacts", "/companies")
BODIES: dict[str, dict[str, Any]] = {
    "/contacts": {"first_name": "Abril", "emails": [{"email": "abril@ejemplo.mx"}]},
    "/companies": {"name": "Abril SA"},
}


GONE = (("GET", ""), ("PUT", ""), ("DELETE", ""))


def deleted(api: Api, path: str, **values: Any) -> int:
    row_id: int = api.post(path, {**BODIES[path], **values}).data["id"]
    assert api.delete(f"{path}/{row_id}").status == 200
    return row_id


def age(model: type[Contact] | type[Company], row_id: int, days: int) -> None:
    model.with_deleted.filter(pk=row_id).update(deleted_at=timezone.now() - timedelta(days=days))


@pytest.mark.parametrize("path", PATHS)
def test_bin_lists_what_was_deleted_and_restore_brings_it_back(api: Api, path: str) -> None:
    kept = api.post(path, BODIES[path]).data
    row_id = deleted(api, path)
    listing = api.get(path, deleted="true")
    assert [row["id"] for row in listing.data] == [row_id]
    assert listing.data[0]["deleted_at"].endswith("Z")
    assert listing.json["meta"]["total"] == 1
    restored = api.post(f"{path}/{row_id}/restore")
    assert restored.status == 200, restored
    assert api.get(f"{path}/{row_id}").data == restored.data
    assert {row["id"] for row in api.get(path).data} == {kept["id"], row_id}
    assert api.get(path).json["meta"]["total"] == 2
    assert api.get(path, deleted="true").json["meta"]["total"] == 0
    assert AuditEntry.objects.filter(action__endswith=".restored", object_id=row_id).count() == 1


@pytest.mark.parametrize("path", PATHS)
def test_bin_is_for_administrators(api: Api, alfa: TestTenant, path: str) -> None:
    row_id = deleted(api, path)
    with untouched():
        for role in ("manager", "sales", "viewer"):
            other = Api(alfa.tokens[role])
            assert other.get(path, deleted="1").status == 403
            assert other.post(f"{path}/{row_id}/restore").status == 403
            assert other.post(f"{path}/999999/restore").status == 403


@pytest.mark.parametrize("path", PATHS)
def test_only_what_is_in_the_bin_can_be_restored(api: Api, path: str) -> None:
    living = api.post(path, BODIES[path]).data["id"]
    with untouched():
        for row_id in (living, 999_999, 10**30):
            assert api.post(f"{path}/{row_id}/restore").status == 404
        assert set(api.get(path, deleted="perhaps").errors) == {"deleted"}


@pytest.mark.parametrize(("path", "model"), [("/contacts", Contact), ("/companies", Company)])
def test_nothing_is_restored_after_30_days(api: Api, path: str, model: type[Contact]) -> None:
    row_id = deleted(api, path)
    age(model, row_id, 31)
    with untouched():
        answer = api.post(f"{path}/{row_id}/restore")
    assert (answer.status, answer.json["code"], set(answer.errors)) == (422, "too_late", {"deleted_at"})
    age(model, row_id, 29)
    assert api.post(f"{path}/{row_id}/restore").status == 200


def test_deleted_rows_appear_nowhere(api: Api) -> None:
    company = api.post("/companies", {"name": "Ferretera del Bajío"}).data["id"]
    contact = deleted(api, "/contacts", company_id=company, first_name="Nadie")
    assert api.get("/contacts").data == []
    assert api.get("/contacts", search="nadie").data == []
    assert api.get("/contacts", company_id=company).json["meta"]["total"] == 0
    assert api.get(f"/companies/{company}").data["contacts_count"] == 0
    for method, path in (
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("GET", "/notes"),
        ("POST", "/notes"),
        ("GET", "/score"),
    ):
        assert api.call(method, f"/contacts/{contact}{path}", {"body": "x"} if method == "POST" else None).status == 404
    again = api.post("/contacts", BODIES["/contacts"])
    assert again.json["meta"]["possible_duplicates"] == []
    api.delete(f"/companies/{company}")
    assert api.post("/contacts", {"first_name": "A", "company_id": company}).status == 422


def test_company_comes_back_with_the_contacts_that_have_no_other_since(api: Api) -> None:
    company, other = (api.post("/companies", {"name": name}).data["id"] for name in ("Primera", "Otra"))
    stays, moved, binned = (
        api.post("/contacts", {"first_name": name, "company_id": company}).data["id"] for name in ("A", "B", "C")
    )
    api.delete(f"/contacts/{binned}")
    api.delete(f"/companies/{company}")
    assert api.get(f"/contacts/{stays}").data["company_id"] is None
    assert api.get(f"/contacts/{stays}").data["lead_score"] == 0
    api.put(f"/contacts/{moved}", {"company_id": other})
    assert api.post(f"/companies/{company}/restore").data["contacts_count"] == 1
    assert api.get(f"/contacts/{stays}").data["company_name"] == "Primera"
    assert api.get(f"/contacts/{stays}").data["lead_score"] == 5
    assert api.get(f"/contacts/{moved}").data["company_id"] == other
    assert api.post(f"/contacts/{binned}/restore").data["company_id"] == company


def test_contact_restored_after_its_company_went_has_none(api: Api) -> None:
    company = api.post("/companies", {"name": "Efímera"}).data["id"]
    contact = deleted(api, "/contacts", company_id=company)
    api.delete(f"/companies/{company}")
    assert api.post(f"/contacts/{contact}/restore").data["company_id"] is None


def test_merged_contact_comes_back_by_undoing_the_merge_only(api: Api) -> None:
    survivor = api.post("/contacts", {"first_name": "A"}).data["id"]
    loser = deleted(api, "/contacts")
    ContactMerge.objects.create(survivor_id=survivor, loser_id=loser, undo={})
    with untouched():
        answer = api.post(f"/contacts/{loser}/restore")
        assert (answer.json["code"], set(answer.errors)) == ("merged", {"merge_id"})


def test_purge_removes_what_is_older_than_30_days(api: Api, alfa: TestTenant) -> None:
    old, young = deleted(api, "/contacts"), deleted(api, "/contacts")
    api.post(f"/contacts/{old}/restore")
    api.post(f"/contacts/{old}/notes", {"body": "x"})
    api.delete(f"/contacts/{old}")
    firm = deleted(api, "/companies")
    age(Contact, old, 31)
    age(Company, firm, 31)
    living = tally.read("crm.contact")[1]
    assert purge_bin(actor=Actor.system()) == 2
    assert list(Contact.with_deleted.values_list("pk", flat=True)) == [young]
    assert not Company.with_deleted.exists()
    assert not Note.objects.exists()
    assert tally.read("crm.contact")[1] == living == 0
    assert set(AuditEntry.objects.filter(action__endswith=".purged").values_list("action", flat=True)) == {
        "contact.purged",
        "company.purged",
    }
    assert tally.read("crm.note")[1] == 0
    entry = AuditEntry.objects.get(action="contact.purged")
    assert (entry.object_id, set(entry.changes)) == (old, {"id", "deleted_at"})  # nothing of the person
    assert purge_bin(actor=Actor.system()) == 0


def test_rows_that_others_need_do_not_hold_up_the_purge(
    api: Api, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [deleted(api, "/contacts") for _number in range(4)]
    for row_id in ids:
        age(Contact, row_id, 31)

    def delete(contact: Contact) -> tuple[int, dict[str, int]]:
        if contact.pk == ids[0]:
            raise ProtectedError("an invoice names it", {contact})
        return super(Contact, contact).delete()

    monkeypatch.setattr("crm.actions.bin.BATCH", 2)
    monkeypatch.setattr(Contact, "delete", delete)
    assert [purge_bin(actor=Actor.system()) for _run in range(3)] == [2, 1, 0]
    assert list(Contact.with_deleted.values_list("pk", flat=True)) == ids[:1]
