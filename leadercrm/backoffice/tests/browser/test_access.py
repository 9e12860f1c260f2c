"""Every page, looked at by axe-core: desktop and phone, light and dark; none is wider than the screen."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from leadercrm.backoffice.tests.browser.places import Place, address_of, places, public_addresses
from leadercrm.core.testing.axe import violations
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk
from leadercrm.tenancy.binding import bind

DESKTOP, PHONE, WALL = ({"width": 1280, "height": 900}, {"width": 360, "height": 740}, {"width": 2560, "height": 1440})
# What colours alone decide.
COLOURS = ("color-contrast", "link-in-text-block")
STAFF = [place for place in places() if not place.is_public]
PUBLIC = [place for place in places() if place.is_public]


@dataclass
class Look:
    """A window in which page after page is opened."""

    desk: Desk
    page: Page

    def at(self, address: str) -> list[str]:
        """What is wrong with a page in any of its shapes."""
        self._shape(DESKTOP)
        self.page.goto(address)
        found = self.seen("desktop, light")
        self._shape(DESKTOP, dark=True)
        found += self.seen("desktop, dark", *COLOURS)
        self._shape(PHONE, dark=True)
        found += self.seen("phone, dark")
        self._shape(WALL)
        found += self._width("wall")
        found += self.desk.problems
        self.desk.problems.clear()
        return found

    def _shape(self, size: dict[str, int], *, dark: bool = False) -> None:
        self.page.set_viewport_size(size)  # type: ignore[arg-type]
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def seen(self, shape: str, *rules: str) -> list[str]:
        return [f"{shape}: {text}" for text in violations(self.page, *rules)] + self._width(shape)

    def _width(self, shape: str) -> list[str]:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [f"{shape}: {wide} pixels too wide"] if wide > 0 else []


@pytest.fixture(scope="module")
def staff(chrome: Browser, server: str, demo: TestTenant) -> Iterator[Look]:
    """A window of an administrator."""
    desk = Desk(chrome, server)
    yield Look(desk, desk.at(demo))
    desk.close()


@pytest.fixture(scope="module")
def visitor(chrome: Browser, server: str, demo: TestTenant) -> Iterator[Look]:
    """A window of somebody without a login."""
    desk = Desk(chrome, server)
    yield Look(desk, desk.window())
    desk.close()


def test_every_address_is_known(demo: TestTenant) -> None:
    with bind(demo.bound):
        public = public_addresses(demo)
        unknown = [place.name for place in STAFF if address_of(place) is None]
        unknown += [place.name for place in PUBLIC if not public.get(place.name)]
    assert not unknown, f"say in places.py which row these pages show, or that they are none: {unknown}"


@pytest.mark.parametrize("place", STAFF, ids=lambda place: place.name.partition(":")[2])
def test_staff_page(place: Place, staff: Look, demo: TestTenant) -> None:
    with bind(demo.bound):
        address = address_of(place)
    assert address
    assert staff.at(address) == []


@pytest.mark.parametrize("place", PUBLIC, ids=lambda place: place.name)
def test_public_page(place: Place, visitor: Look, demo: TestTenant) -> None:
    with bind(demo.bound):
        addresses = public_addresses(demo)[place.name]
    for address in addresses:
        assert visitor.at(address) == []


REFUSALS = {"/contacts/none": 404, "/contacts/999999999": 404, "/p/none": 404, "/f/none": 404, "/u/none": 404}
REFUSALS |= {"/invitation/none": 404, "/reset-password/none": 404, "/settings/users": 403}


@pytest.mark.parametrize("address", REFUSALS)
def test_page_of_a_refusal(address: str, desk: Desk, demo: TestTenant) -> None:
    desk.expected = {REFUSALS[address]}
    look = Look(desk, desk.at(demo, "sales"))
    assert look.at(address) == []


def test_page_of_a_failure(desk: Desk, demo: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours is told on a page like the others."""
    monkeypatch.setattr("leadercrm.backoffice.pages.find", lambda *_: 1 / 0)
    desk.expected = {500}
    look = Look(desk, desk.at(demo))
    assert look.at("/search?q=ana") == []
    assert look.page.get_by_role("heading", level=1).inner_text() == "Algo falló de nuestro lado"
