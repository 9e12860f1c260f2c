"""Merging contacts over HTTP, and taking them apart again."""

from typing import Any

import pytest

from crm.models import Contact, ContactMerge, Note
from crm.tests.test_duplicates import make
from leadercrm.accounts.models import Team, User
from leadercrm.core import tally
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, same_next_ids, visiting
from leadercrm.lists.models import SavedView

EXCEPTED = {"updated_at"}  # an undo is a change of its own, and whoever follows changes must see it


def merge(api: Api, survivor: int, loser: int, fields: dict[str, str] | None = None) -> Answer:
    return api.post(f"/contacts/{survivor}/merge", {"contact_id": loser, **({"fields": fields} if fields else {})})


def undo(api: Api, survivor: int, merge_id: int | None = None) -> Answer:
    return api.post(f"/contacts/{survivor}/merge/undo", {} if merge_id is None else {"merge_id": merge_id})


def rows(*excepted: str) -> list[dict[str, Any]]:
    """All contacts and notes as they are stored, but for `excepted` columns of contacts."""
    contacts = list(Contact.with_deleted.order_by("pk").values())
    return [
        *({name: value for name, value in row.items() if name not in excepted} for row in contacts),
        *(dict(row) for row in Note.objects.order_by("pk").values()),
    ]


@pytest.fixture
def pair(api: Api) -> tuple[int, int]:
    company = api.post("/companies", {"name": "Soluciones"}).data["id"]
    survivor = make(
        api, "ana@x.mx", "55 1234 5678", last_name="Ruiz", city="León", custom_fields={"a": 1, "both": "survivor"}
    )
    loser = make(
        api, "ANA@x.mx", "eva@x.mx", "044 55 1234 5678", "81 1111 2222", first_name="Eva", job_title="CEO",
        city="Mérida", company_id=company, lifecycle_stage="customer", custom_fields={"b": [2], "both": "loser"},
    )  # fmt: skip
    for contact in (survivor, loser):
        api.post(f"/contacts/{contact}/notes", {"body": f"about {contact}"})
    return survivor, loser


def test_merge_unites_both(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    before, other = (api.get(f"/contacts/{row_id}").data for row_id in pair)
    answer = merge(api, survivor, loser)
    assert answer.status == 200, answer
    changed = {
        "emails": [{"email": "ana@x.mx"}, {"email": "eva@x.mx"}],
        "phones": [{"phone": "55 1234 5678"}, {"phone": "81 1111 2222"}],
        "custom_fields": {"a": 1, "b": [2], "both": "survivor"},
        "job_title": "CEO", "company_id": other["company_id"], "company_name": "Soluciones",
    }  # fmt: skip
    following = {key: answer.data[key] for key in ("lead_score", "updated_at")}
    assert answer.data == {**before, **changed, **following}
    assert answer.data["lead_score"] > before["lead_score"]
    assert answer.json["meta"] == {"merge_id": ContactMerge.objects.get().pk}
    assert api.get(f"/contacts/{survivor}").data == answer.data
    assert api.get(f"/contacts/{loser}").status == 404
    assert api.get("/contacts").json["meta"]["total"] == 1
    assert {note["body"] for note in api.get(f"/contacts/{survivor}/notes").data} == {
        f"about {survivor}", f"about {loser}",
    }  # fmt: skip
    assert api.get("/contacts", search="eva@x.mx").data == [answer.data]


def test_fields_choose_a_side(api: Api, pair: tuple[int, int]) -> None:
    choice = {"first_name": "loser", "last_name": "loser", "job_title": "survivor", "lifecycle_stage": "loser"}
    lists = {"emails": "loser", "phones": "loser", "custom_fields": "loser"}
    data = merge(api, *pair, {**choice, **lists}).data
    assert (data["first_name"], data["last_name"], data["job_title"]) == ("Eva", None, None)
    assert (data["lifecycle_stage"], data["city"]) == ("customer", "León")
    assert data["primary_phone"] == "044 55 1234 5678"
    assert data["custom_fields"] == {"a": 1, "b": [2], "both": "loser"}


def test_undo_restores_every_row(api: Api, pair: tuple[int, int]) -> None:
    before, counted = rows(*EXCEPTED), tally.read("crm.contact")[1]
    merge_id = merge(api, *pair, {"first_name": "loser", "emails": "loser"}).json["meta"]["merge_id"]
    assert tally.read("crm.contact")[1] == counted - 1
    answer = undo(api, pair[0])
    assert (answer.status, answer.json["meta"]) == (200, {"merge_id": merge_id})
    assert answer.data == api.get(f"/contacts/{pair[0]}").data
    assert rows(*EXCEPTED) == before
    assert tally.read("crm.contact")[1] == counted == api.get("/contacts").json["meta"]["total"]
    assert [note["body"] for note in api.get(f"/contacts/{pair[1]}/notes").data] == [f"about {pair[1]}"]


def test_lists_of_notes_are_exact_throughout(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair

    def totals() -> list[int]:
        paths = [f"/contacts/{row_id}/notes" for row_id in pair]
        answers = [api.get(path, per_page=1) for path in paths]
        return [answer.json["meta"]["total"] for answer in answers if answer.status == 200]

    assert totals() == [1, 1]
    merge(api, survivor, loser)
    assert totals() == [2]
    undo(api, survivor)
    assert totals() == [1, 1]


def test_both_contacts_are_audited(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    merge_id = merge(api, *pair).json["meta"]["merge_id"]
    undo(api, survivor)
    entries = AuditEntry.objects.filter(object_type="crm.contact", changes__merge_id=merge_id).order_by("pk")
    assert [(entry.action, entry.object_id) for entry in entries] == [
        ("contact.merged", survivor), ("contact.deleted", loser),
        ("contact.unmerged", survivor), ("contact.unmerged", loser),
    ]  # fmt: skip
    merged, deleted, _unmerged, back = entries
    assert (merged.changes["merged_from"], merged.changes["job_title"]) == (loser, [None, "CEO"])
    assert deleted.changes["merged_into"] == survivor
    assert back.changes["deleted_at"][1] is None


def test_what_cannot_be_merged(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    gone = make(api)
    api.delete(f"/contacts/{gone}")
    with untouched():
        for contact_id in (survivor, gone, 999999, 2**63 - 1):
            answer = merge(api, survivor, contact_id)
            assert (answer.status, set(answer.errors)) == (422, {"contact_id"}), answer
        for body in ({}, {"contact_id": None}, {"contact_id": "x"}, {"contact_id": 2**63}, {"contact_id": True}):
            answer = api.post(f"/contacts/{survivor}/merge", body)
            assert (answer.status, set(answer.errors)) == (422, {"contact_id"}), answer
        wrong: list[Any] = [{"nope": "loser"}, {"lead_score": "loser"}, [], "loser", None]
        for fields in wrong:
            answer = api.post(f"/contacts/{survivor}/merge", {"contact_id": loser, "fields": fields})
            assert (answer.status, set(answer.errors)) == (422, {"fields"}), answer
        assert set(merge(api, survivor, loser, {"city": "nobody"}).errors) == {"fields.city"}
        for row_id in (gone, 999999, 2**63):
            assert merge(api, row_id, loser).status == undo(api, row_id).status == 404
        assert api.get(f"/contacts/{survivor}/merge").status == 405


@pytest.mark.parametrize("kind", ["contact", "company"])
def test_kept_views_follow_the_merge_and_its_undo(api: Api, alfa: TestTenant, kind: str) -> None:
    """Those of deals, by whom they are with."""
    key, plural = f"{kind}_id", {"contact": "contacts", "company": "companies"}[kind]
    bodies = {"contact": {"first_name": "A"}, "company": {"name": "A"}}
    survivor, loser, other = (api.post(f"/{plural}", bodies[kind]).data["id"] for _row in range(3))
    queries = [
        {key: str(loser), "status": "open"}, {key: str(other)}, {"search": str(loser)}, {}, {key: f"{loser}0"}
    ]  # fmt: skip
    admin = alfa.users["admin"]
    views = [SavedView.objects.create(listing="/deals", name="V", query=query, user_id=admin) for query in queries]
    assert api.post(f"/{plural}/{survivor}/merge", {key: loser}).status == 200
    assert [SavedView.objects.get(pk=view.pk).query for view in views] == [
        {key: str(survivor), "status": "open"}, *queries[1:]
    ]  # fmt: skip
    assert api.post(f"/{plural}/{survivor}/merge/undo", {}).status == 200
    assert [SavedView.objects.get(pk=view.pk).query for view in views] == queries


def test_limits_hold_for_what_is_united(api: Api) -> None:
    many = [make(api, *(f"n{side}{number}@x.mx" for number in range(11))) for side in (1, 2)]
    fields = [make(api, custom_fields={f"{side}{number}": 1 for number in range(51)}) for side in (1, 2)]
    with untouched():
        assert set(merge(api, many[0], many[1]).errors) == {"emails"}
        assert set(merge(api, fields[0], fields[1]).errors) == {"custom_fields"}


# --- who may


def test_manager_merges_their_teams_contacts_alone(api: Api, manager: Api, alfa: TestTenant) -> None:
    team = Team.objects.create(name="Norte")
    User.objects.filter(pk__in=[alfa.users["manager"], alfa.users["sales"]]).update(team=team)
    mine, theirs, other = (make(api, owner_id=alfa.users[role]) for role in ("manager", "sales", "admin"))
    with untouched():
        assert merge(manager, mine, other).status == merge(manager, other, mine).status == 403
    assert merge(manager, mine, theirs).status == 200


def test_contact_that_one_does_not_see_is_unknown(api: Api, sales: Api, alfa: TestTenant) -> None:
    mine, other = (make(api, owner_id=alfa.users[role]) for role in ("sales", "admin"))
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    try:
        with untouched():
            hidden, unknown = merge(sales, mine, other), merge(sales, mine, 999999)
            assert hidden.status == 422
            assert {**hidden.json, "request_id": ""} == {**unknown.json, "request_id": ""}
            assert merge(sales, other, mine).status == 404
    finally:
        alfa.row.settings = {}


def test_another_tenants_contacts(api: Api, stranger: Api, alfa: TestTenant, beta: TestTenant) -> None:
    same_next_ids(["crm_contact", "crm_contactmerge"], alfa, beta)
    ours = [make(api, first_name="Ours") for _number in range(2)]
    theirs = [make(stranger, first_name="Theirs") for _number in range(3)]
    assert theirs[:2] == ours
    with untouched():  # Alfa is bound here: these are its tables
        assert merge(stranger, theirs[0], theirs[1]).data["first_name"] == "Theirs"
    with untouched():
        assert set(merge(api, ours[0], theirs[2]).errors) == {"contact_id"}
        assert undo(api, ours[0]).status == 422
        assert merge(api, theirs[2], ours[0]).status == 404
    with visiting(beta):
        before = rows()
    assert merge(api, ours[0], ours[1]).status == 200
    with visiting(beta):
        assert rows() == before


# --- undo, and what stands against it


def test_merge_is_undone_once(api: Api, pair: tuple[int, int]) -> None:
    merge_id = merge(api, *pair).json["meta"]["merge_id"]
    assert undo(api, pair[0], merge_id).status == 200
    with untouched():
        for which in (merge_id, None, 999999):
            answer = undo(api, pair[0], which)
            assert (answer.status, set(answer.errors)) == (422, {"merge_id"})
        assert undo(api, pair[1], merge_id).status == 422
    assert merge(api, *pair[::-1]).status == 200


def conflict(api: Api, survivor: int, merge_id: int | None = None) -> str:
    with untouched():
        answer = undo(api, survivor, merge_id)
    assert (answer.status, answer.json["code"], set(answer.errors)) == (422, "undo_conflict", {"merge_id"}), answer
    return str(answer.errors["merge_id"][0]).partition(": ")[2].rstrip(".")


def test_untouched_columns_may_have_changed_since(api: Api, pair: tuple[int, int]) -> None:
    merge(api, *pair)
    api.put(f"/contacts/{pair[0]}", {"city": "Puebla", "last_name": "Gómez"})
    answer = undo(api, pair[0])
    assert (answer.status, answer.data["city"], answer.data["job_title"]) == (200, "Puebla", None)


def test_touched_columns_that_changed_since_are_named(api: Api, pair: tuple[int, int]) -> None:
    merge(api, *pair)
    api.put(f"/contacts/{pair[0]}", {"job_title": "CFO", "custom_fields": {"new": 1}, "country": "México"})
    assert conflict(api, pair[0]) == "survivor.custom_fields, survivor.job_title"
    api.put(f"/contacts/{pair[0]}", {"job_title": "CEO", "custom_fields": {"new": None}})
    assert undo(api, pair[0]).status == 200


def test_moved_rows_that_strayed_are_named(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    note = api.get(f"/contacts/{loser}/notes").data[0]["id"]
    merge(api, *pair)
    api.put(f"/contacts/{survivor}/notes/{note}", {"body": "changed, but not moved"})
    third = make(api)
    Note.objects.filter(pk=note).update(contact_id=third)
    assert conflict(api, survivor) == f"crm.note {note}"
    Note.objects.filter(pk=note).update(contact_id=survivor)
    api.delete(f"/contacts/{survivor}/notes/{note}")
    assert conflict(api, survivor) == f"crm.note {note}"


def test_later_merges_are_undone_first(api: Api) -> None:
    first, second, third, fourth = (make(api, f"n{number}@x.mx") for number in range(4))
    before = rows(*EXCEPTED)
    one, two = (merge(api, first, loser).json["meta"]["merge_id"] for loser in (second, third))
    assert f"merge {two}" in conflict(api, first, one)
    merge(api, fourth, first)
    with untouched():
        assert undo(api, first, two).status == 404
    for survivor in (fourth, first, first):
        assert undo(api, survivor).status == 200
    assert rows(*EXCEPTED) == before


def test_company_that_is_gone_stands_against_it(api: Api) -> None:
    old, new = (api.post("/companies", {"name": name}).data["id"] for name in ("Old", "New"))
    survivor, loser = make(api, company_id=old), make(api, company_id=new)
    merge(api, survivor, loser, {"company_id": "loser"})
    api.delete(f"/companies/{old}")
    assert conflict(api, survivor) == "survivor.company_id"
    api.post(f"/companies/{old}/restore")
    assert (undo(api, survivor).status, api.get(f"/contacts/{loser}").data["company_id"]) == (200, new)


def test_idempotency_key(api: Api, pair: tuple[int, int]) -> None:
    key = {"Idempotency-Key": "merge-1"}
    calls = [
        api.post(f"/contacts/{pair[0]}/merge", {"contact_id": pair[1]}, headers=key) for _number in range(2)
    ]  # fmt: skip
    assert [answer.status for answer in calls] == [200, 200]
    assert calls[0].response.content == calls[1].response.content
    assert calls[1].headers["Idempotent-Replayed"] == "true"
    assert ContactMerge.objects.count() == 1
    assert api.post(f"/contacts/{pair[0]}/merge", {"contact_id": 5}, headers=key).status == 422
