"""What the contract says of every list (G-08, G-10 to G-12), as inherited tests."""

from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from leadercrm.core.testing.doors import Api

LINKS = {"first", "last", "prev", "next"}
META = {"current_page", "from", "last_page", "path", "per_page", "to", "total"}
NO_NUMBERS = ("0", "-1", "abc", "1.5", "٣", "１", "1e2", "0x10", " ", "9" * 30, "25\n", "true")


class ListingTests:
    """Envelope, links, pages. The resource case has `place` and `make`; `query` holds filters that all rows pass."""

    query: ClassVar[dict[str, str]] = {}

    def place(self, api: Api) -> str:
        raise NotImplementedError

    def make(self, api: Api, place: str, **values: Any) -> int:
        raise NotImplementedError

    def test_list_has_the_whole_envelope(self, api: Api) -> None:
        place = self.place(api)
        empty = api.get(place)
        assert set(empty.json) == {"data", "links", "meta"}
        assert set(empty.json["links"]) == LINKS
        assert empty.json["meta"] == {
            "current_page": 1, "from": None, "last_page": 1, "per_page": 25, "to": None, "total": 0,
            "path": f"http://testserver/api/v1{place}",
        }  # fmt: skip
        self.make(api, place)
        full = api.get(place)
        assert set(full.json["meta"]) == META
        assert (full.json["meta"]["from"], full.json["meta"]["to"], full.json["meta"]["total"]) == (1, 1, 1)

    def test_pages_and_their_links(self, api: Api) -> None:
        place = self.place(api)
        made = [self.make(api, place) for _number in range(5)]
        seen: list[int] = []
        for page in (1, 2, 3):
            answer = api.get(place, page=page, per_page=2, **self.query)
            seen += [row["id"] for row in answer.data]
            links, meta = answer.json["links"], answer.json["meta"]
            assert (meta["current_page"], meta["last_page"], meta["per_page"], meta["total"]) == (page, 3, 2, 5)
            assert {name: self._page(link) for name, link in links.items()} == {
                "first": 1, "last": 3, "prev": page - 1 or None, "next": page + 1 if page < 3 else None,
            }  # fmt: skip
        assert seen == sorted(made, reverse=True)

    def _page(self, link: str | None) -> int | None:
        """The page that a link leads to, once it is certain that it keeps all filters."""
        if link is None:
            return None
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        page = int(parameters.pop("page"))
        assert parameters == {"per_page": "2", **self.query}
        return page

    def test_links_can_be_followed(self, api: Api) -> None:
        place = self.place(api)
        made = [self.make(api, place) for _number in range(3)]
        first = api.get(place, per_page=2, **self.query)
        link = urlsplit(first.json["links"]["next"])
        assert [row["id"] for row in api.get(f"{link.path}?{link.query}").data] == [made[0]]

    def test_page_past_the_end_is_empty(self, api: Api) -> None:
        place = self.place(api)
        self.make(api, place)
        for page in (2, 999, 10**15):
            answer = api.get(place, page=page)
            assert (answer.status, answer.data) == (200, [])
            assert (answer.json["meta"]["total"], answer.json["meta"]["from"]) == (1, None)

    def test_per_page_is_clamped(self, api: Api) -> None:
        place = self.place(api)
        for asked, given in (("1", 1), ("100", 100), ("101", 100), ("1000000", 100), ("", 25)):
            assert api.get(place, per_page=asked).json["meta"]["per_page"] == given

    @pytest.mark.parametrize("name", ["page", "per_page"])
    def test_page_must_be_a_number(self, api: Api, name: str) -> None:
        place = self.place(api)
        for text in NO_NUMBERS:
            answer = api.get(place, **{name: text})
            assert (answer.status, set(answer.errors)) == (422, {name}), text
