"""ETag, If-None-Match, If-Match: a row is changed in the state that was seen, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest

from crm.models import Contact
from leadercrm.api.tests.crm_operations import CONTACT, DEAL
from leadercrm.core.api import versions, views
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.parallel import in_parallel, met
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind


def tag(answer: Answer) -> str:
    return str(answer.headers["ETag"])


@pytest.fixture
def path(api: Api) -> str:
    return f"/contacts/{api.post('/contacts', CONTACT).data['id']}"


def test_what_one_has_is_not_sent_again(api: Api, path: str) -> None:
    first = api.get(path)
    again = api.get(path, headers={"If-None-Match": tag(first)})
    assert (again.status, again.body, tag(again)) == (304, b"", tag(first))
    api.put(path, {"city": "Monterrey"})
    changed = api.get(path, headers={"If-None-Match": tag(first)})
    assert (changed.status, tag(changed) == tag(first)) == (200, False)


def test_who_has_seen_the_present_state_changes_it(api: Api, path: str) -> None:
    seen = tag(api.get(path))
    assert api.put(path, {"city": "Monterrey"}, headers={"If-Match": seen}).status == 200
    with untouched():
        refused = api.put(path, {"city": "Saltillo"}, headers={"If-Match": seen})
    assert (refused.status, refused.json["code"]) == (412, "changed_meanwhile")
    assert api.get(path).data["city"] == "Monterrey"


def test_deleting_and_moving_heed_it_too(api: Api, path: str) -> None:
    deal = f"/deals/{api.post('/deals', DEAL).data['id']}"
    with untouched():
        assert api.delete(path, headers={"If-Match": '"other"'}).status == 412
        assert api.post(f"{deal}/move-stage", {"stage_id": 2}, headers={"If-Match": '"other"'}).status == 412
    seen = tag(api.get(deal))
    assert api.post(f"{deal}/move-stage", {"stage_id": 2}, headers={"If-Match": seen}).status == 200
    assert api.delete(path, headers={"If-Match": '"other", ' + tag(api.get(path))}).status == 200


@pytest.mark.parametrize("header", ['W/"x"', "x", "", '"'])
def test_a_tag_that_is_none_matches_nothing(api: Api, path: str, header: str) -> None:
    with untouched():
        assert api.put(path, {"city": "Saltillo"}, headers={"If-Match": header}).status == 412


def test_any_state_will_do(api: Api, path: str) -> None:
    assert api.put(path, {"city": "Saltillo"}, headers={"If-Match": "*"}).status == 200
    assert api.put("/contacts/999999", {}, headers={"If-Match": "*"}).status == 404


@contextmanager
def a_contact(live: TestTenant) -> Iterator[str]:
    yield f"/contacts/{Api(live.tokens['admin']).post('/contacts', CONTACT).data['id']}"


def changed_at_once(live: TestTenant) -> list[int]:
    """The answers to five changes at once, all of which have seen the same state."""
    with a_contact(live) as path:
        seen = tag(Api(live.tokens["admin"]).get(path))

        def change(city: str) -> int:
            return Api(live.tokens["admin"]).put(path, {"city": city}, headers={"If-Match": seen}).status

        return sorted(in_parallel([partial(change, f"City {number}") for number in range(5)]))


def test_of_changes_at_once_one_is_made(live: TestTenant) -> None:
    assert changed_at_once(live) == [200, 412, 412, 412, 412]
    with bind(live.bound):
        assert Contact.objects.get().city.startswith("City ")


def test_control_without_the_lock_more_are(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "lock", lambda row: row)
    monkeypatch.setattr(versions, "require_version", met(5, versions.require_version))
    assert changed_at_once(live) == [200] * 5
