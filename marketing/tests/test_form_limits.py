"""How much of a flood a form takes: by address and by key, to the very number, however many send at once.

LEADERCRM_STORM=full sends 1,000 submissions from 50 addresses to each of two forms, at the limits as they are.
"""

from collections import Counter

import pytest

from leadercrm.core.api import throttling
from leadercrm.core.api.throttling import Limit
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import by_hands
from leadercrm.core.testing.processes import FULL
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from marketing.models import FormSubmission

ADDRESSES, BY_ADDRESS, BY_KEY = (50, 30, 600) if FULL else (10, 3, 16)
GREEDY_ONES = ADDRESSES // 5
# How often each address sends: a fifth of them far too often; and all of them no more than each may, but too many.
GREEDY = [72 if FULL else 8] * GREEDY_ONES + [7 if FULL else 1] * (ADDRESSES - GREEDY_ONES)
EVEN = [20 if FULL else 2] * ADDRESSES
HANDS = 4


@pytest.fixture(autouse=True)
def _limits(monkeypatch: pytest.MonkeyPatch) -> None:
    if not FULL:
        monkeypatch.setattr(throttling, "FORM", Limit("form", BY_ADDRESS, 60))
        monkeypatch.setattr(throttling, "FORM_KEY", Limit("form-key", BY_KEY, 60))


def flood(key: str, often: list[int], net: str) -> Counter[tuple[str, int]]:
    """How many answers of each status each address got."""
    answers: list[tuple[str, int]] = []

    def come(address: str, number: int) -> None:
        body = {"email": f"p{number}@{address.replace('.', '-')}.mx"}
        answer = Api().call("POST", f"/api/forms/{key}/submit", body, environ={"REMOTE_ADDR": address})
        answers.append((address, answer.status))

    # In turn, as a flood comes: the first round of all addresses, then the second.
    rounds = [(f"{net}.{n}", k) for k in range(max(often)) for n, most in enumerate(often) if k < most]
    by_hands([lambda one=one: come(*one) for one in rounds], HANDS)  # type: ignore[misc]
    return Counter(answers)


@pytest.mark.limits
def test_a_flood_is_taken_to_the_very_number(live: TestTenant) -> None:
    admin = Api(live.tokens["admin"])
    keys = [admin.post("/forms", {"name": name}).data["api_key"] for name in ("Uno", "Dos")]
    greedy = flood(keys[0], GREEDY, "10.3.1")
    taken = {address: count for (address, status), count in greedy.items() if status == 201}
    assert [taken[f"10.3.1.{n}"] for n in range(ADDRESSES)] == [min(often, BY_ADDRESS) for often in GREEDY]
    even = flood(keys[1], EVEN, "10.3.2")
    assert sum(count for (_address, status), count in even.items() if status == 201) == BY_KEY
    assert {status for _address, status in (*greedy, *even)} == {201, 429}
    with bind(live.bound):
        assert FormSubmission.objects.count() == sum(taken.values()) + BY_KEY
