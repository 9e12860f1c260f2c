"""Links that are handed out: to whom, and until when they open."""

from events.models import Event
from events.tests.test_events_api import make
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched


def test_link_lasts_until_it_is_renewed(api: Api, sales: Api) -> None:
    event = make(api)["id"]
    first = api.post(f"/events/{event}/link").data
    assert first["path"] == api.post(f"/events/{event}/link", {"renew": False}).data["path"]
    with untouched():
        assert sales.post(f"/events/{event}/link").status == 403
    renewed = api.post(f"/events/{event}/link", {"renew": True}).data
    assert renewed["path"] != first["path"]
    assert Event.objects.get(pk=event).link_version == 2


def test_feed_is_shared_renewed_and_taken_back(api: Api, sales: Api) -> None:
    for place, who in (("/calendar-feed", sales), ("/calendar-feed/all", api)):
        with untouched():
            assert who.get(place).status == 404
        first = who.post(place).data["path"]
        with untouched():
            assert who.get(place).data["path"] == who.post(place).data["path"] == first
        second = who.post(place, {"renew": True}).data["path"]
        assert who.delete(place).status == 200
        with untouched():
            assert who.delete(place).status == 200
            assert who.get(place).status == 404
        assert len({first, second, who.post(place).data["path"]}) == 3
    with untouched():
        assert {sales.get("/calendar-feed/all").status, sales.post("/calendar-feed/all").status} == {403}
