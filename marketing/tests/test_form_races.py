"""Submissions at the same moment: turns stay strict, one person stays one contact, mails go out once."""

from collections import Counter
from functools import partial
from typing import Any

import pytest

from crm.actions import leads
from crm.models import Contact
from leadercrm.accounts.models import User
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from marketing.actions import submitting
from marketing.models import Form, FormSubmission

AT_ONCE = 6


def make_forms(live: TestTenant, number: int) -> list[str]:
    """The keys of new forms."""
    admin = Api(live.tokens["admin"])
    return [admin.post("/forms", {"name": f"Sitio {place}"}).data["api_key"] for place in range(number)]


def come(key: str, body: dict[str, Any]) -> Answer:
    return Api().post(f"/api/forms/{key}/submit", body)


def contacts_of_one_person(live: TestTenant, round_: int) -> set[int]:
    """The contacts of somebody new who is sent by several forms at once, by e-mail and phone or by one of them."""
    bodies = ({"email": f"ana{round_}@uno.mx", "phone": f"55 1234 {1000 + round_}"}, {"email": f"ANA{round_}@uno.mx"})
    calls = [partial(come, key, bodies[place % 2]) for place, key in enumerate(make_forms(live, AT_ONCE))]
    answers = in_parallel(calls)
    assert {answer.status for answer in answers} == {201}
    return {answer.json["contact_id"] for answer in answers}


def test_one_person_at_once_is_one_contact(live: TestTenant) -> None:
    assert [len(contacts_of_one_person(live, round_)) for round_ in range(2)] == [1, 1]
    with bind(live.bound):
        assert (Contact.objects.count(), FormSubmission.objects.count()) == (2, 2 * AT_ONCE)


def test_control_without_holding_the_name_they_are_several(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leads, "hold_names", lambda names: None)
    assert any(len(contacts_of_one_person(live, round_)) > 1 for round_ in range(10))


def turns_at_once(live: TestTenant, rounds: int) -> list[Counter[int | None]]:
    """How many of the contacts that come at once each seller gets, round by round."""
    (key,) = make_forms(live, 1)
    found = []
    for round_ in range(rounds):
        calls = [partial(come, key, {"email": f"p{round_}.{place}@uno.mx"}) for place in range(AT_ONCE)]
        ids = [answer.json["contact_id"] for answer in in_parallel(calls)]
        with bind(live.bound):
            found.append(Counter(Contact.objects.filter(pk__in=ids).values_list("owner_id", flat=True)))
    return found


def test_turns_are_strict_however_many_come_at_once(live: TestTenant) -> None:
    with bind(live.bound):
        sellers = set(User.objects.exclude(role="viewer").values_list("pk", flat=True))
    assert turns_at_once(live, 2) == [Counter(dict.fromkeys(sellers, AT_ONCE // len(sellers)))] * 2
    with bind(live.bound):
        assert Form.objects.get().submissions_count == 2 * AT_ONCE


def test_control_without_the_forms_lock_they_are_not(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submitting, "lock", lambda form: Form.objects.get(pk=form.pk))
    assert any(len(set(counts.values())) > 1 or len(counts) < 3 for counts in turns_at_once(live, 8))
