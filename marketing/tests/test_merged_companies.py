"""A company that a segment's conditions name is merged into another: the segment goes with it, and back."""

from typing import Any

import pytest

from crm.models import CompanyMerge
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from marketing.models import Segment


def company(api: Api) -> int:
    return int(api.post("/companies", {"name": "A"}).data["id"])


def where(value: Any, operator: str = "=", field: str = "company_id") -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def segment(api: Api, *conditions: Any) -> int:
    return int(api.post("/segments", {"name": "S", "type": "dynamic", "conditions": list(conditions)}).data["id"])


def merge(api: Api, survivor: int, loser: int) -> Answer:
    return api.post(f"/companies/{survivor}/merge", {"company_id": loser})


def conditions(pk: int) -> list[dict[str, Any]]:
    return list(Segment.with_deleted.get(pk=pk).conditions)


@pytest.fixture
def pair(api: Api) -> tuple[int, int]:
    return company(api), company(api)


def test_conditions_follow_the_merge_and_its_undo(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    other = company(api)
    named = segment(
        api, where(loser), where(str(loser), "!="), where([other, loser], "in"),
        {"any": [where(loser, field="lead_score"), where([loser, other], "not_in"), where(loser)]},
    )  # fmt: skip
    unnamed = segment(api, where(other), where(loser, field="lead_score"), where(None, "is_null"))
    before = {pk: conditions(pk) for pk in (named, unnamed)}
    since = api.get(f"/segments/{named}").data["updated_at"]
    assert merge(api, survivor, loser).status == 200
    assert conditions(named) == [
        where(survivor), where(str(survivor), "!="), where([other, survivor], "in"),
        {"any": [where(loser, field="lead_score"), where([survivor, other], "not_in"), where(survivor)]},
    ]  # fmt: skip
    assert conditions(unnamed) == before[unnamed]
    assert api.get(f"/segments/{named}").data["updated_at"] > since
    assert api.post(f"/companies/{survivor}/merge/undo", {}).status == 200
    assert {pk: conditions(pk) for pk in before} == before


def test_members_stay_members(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    contact = api.post("/contacts", {"first_name": "Ana", "company_id": loser}).data["id"]
    named = segment(api, where(loser))
    assert api.get(f"/segments/{named}").data["member_count"] == 1
    merge(api, survivor, loser)
    assert [row["id"] for row in api.get(f"/segments/{named}/contacts").data] == [contact]
    assert api.get(f"/segments/{named}").data["member_count"] == 1
    api.post(f"/companies/{survivor}/merge/undo", {})
    assert api.get(f"/segments/{named}").data["member_count"] == 1


def test_conditions_that_were_changed_since_stand_against_the_undo(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    named = segment(api, where(loser))
    merge(api, survivor, loser)
    api.put(f"/segments/{named}", {"conditions": [where(1, ">", "lead_score"), where(survivor)]})
    with untouched():
        answer = api.post(f"/companies/{survivor}/merge/undo", {})
    assert (answer.status, answer.json["code"]) == (422, "undo_conflict")
    assert f"marketing.segment {named}" in answer.json["message"]
    api.put(f"/segments/{named}", {"conditions": [where(survivor), where(1, ">", "lead_score")]})
    assert api.post(f"/companies/{survivor}/merge/undo", {}).status == 200
    assert conditions(named) == [where(loser), where(1, ">", "lead_score")]


def test_one_in_the_bin_follows_and_one_that_is_gone_does_not_matter(api: Api, pair: tuple[int, int]) -> None:
    survivor, loser = pair
    binned, gone = segment(api, where(loser)), segment(api, where(loser))
    api.delete(f"/segments/{binned}")
    merge(api, survivor, loser)
    assert conditions(binned) == [where(survivor)]
    Segment.with_deleted.filter(pk=gone).delete()
    assert api.post(f"/companies/{survivor}/merge/undo", {}).status == 200
    assert conditions(binned) == [where(loser)]


def test_a_merge_from_before_is_undone(api: Api, pair: tuple[int, int]) -> None:
    merge(api, *pair)
    made = CompanyMerge.objects.get()
    del made.undo["named"]
    made.save()
    assert api.post(f"/companies/{pair[0]}/merge/undo", {}).status == 200
