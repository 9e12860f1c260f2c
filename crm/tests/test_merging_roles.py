"""Who may merge two rows and take the merge back: contacts and companies alike, by whose both rows are."""

from typing import Any

import pytest

from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

# What a body calls the other row, and what a new one is made of.
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "contacts": ("contact_id", {"first_name": "A"}), "companies": ("company_id", {"name": "A"}),
}  # fmt: skip


def merge(api: Api, place: str, survivor: int, loser: int) -> Answer:
    return api.post(f"/{place}/{survivor}/merge", {KINDS[place][0]: loser})


def undo(api: Api, place: str, survivor: int) -> Answer:
    return api.post(f"/{place}/{survivor}/merge/undo", {})


@pytest.mark.parametrize("place", KINDS)
@pytest.mark.parametrize(
    ("role", "owners", "status"),
    [
        ("admin", ("sales", "viewer"), 200), ("manager", ("sales", "viewer"), 200), ("sales", ("sales", "sales"), 200),
        ("sales", ("sales", "admin"), 403), ("sales", ("admin", "sales"), 403), ("sales", ("sales", None), 403),
        ("viewer", ("viewer", "viewer"), 403),
    ],
)  # fmt: skip
def test_role_table(api: Api, alfa: TestTenant, place: str, role: str, owners: tuple[Any, Any], status: int) -> None:
    bodies = [{**KINDS[place][1], "owner_id": owner and alfa.users[owner]} for owner in owners]
    survivor, loser = (api.post(f"/{place}", body).data["id"] for body in bodies)
    who = Api(alfa.tokens[role])
    if status == 200:
        assert (merge(who, place, survivor, loser).status, undo(who, place, survivor).status) == (200, 200)
        return
    with untouched():
        assert merge(who, place, survivor, loser).status == 403
    assert merge(api, place, survivor, loser).status == 200
    with untouched():
        assert undo(who, place, survivor).status == 403
