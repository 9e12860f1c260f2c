"""Every page, looked at by axe-core: desktop and phone, light and dark; none is wider than the screen.

Nor does a phone hide a part of a page to the side.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from leadercrm.backoffice.tests.browser.places import Place, address_of, places, public_addresses
from leadercrm.core.testing.axe import violations
from leadercrm.core.testing.connecting import Connecting
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk
from leadercrm.tenancy.binding import bind

DESKTOP, PHONE, WALL = ({"width": 1280, "height": 900}, {"width": 360, "height": 740}, {"width": 2560, "height": 1440})
# What colours alone decide.
COLOURS = ("color-contrast", "link-in-text-block")
STAFF = [place for place in places() if not place.is_public]
PUBLIC = [place for place in places() if place.is_public]
# What is read sideways: the stages of the board, and those that a deal goes through.
SIDEWAYS = ".board, .path"
HIDDEN = """sideways => [...document.querySelectorAll("main *")].filter((box) => !box.matches(sideways)
  && ["auto", "scroll"].includes(getComputedStyle(box).overflowX) && box.scrollWidth > box.clientWidth + 1)
  .map((box) => `${box.className || box.tagName} hides ${box.scrollWidth - box.clientWidth} pixels to the side`)"""


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
        found += self.page.evaluate(HIDDEN, SIDEWAYS)
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


LISTS = ["contacts", "companies", "deal-list", "activities", "quotes", "invoices", "contracts", "campaigns", "events"]


@pytest.mark.parametrize("name", LISTS)
def test_list_shows_its_last_column_whole(name: str, staff: Look) -> None:
    """On the narrowest screen of an office, with the demo's names."""
    staff.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    staff.page.goto(reverse(f"web:{name}"))
    hidden = "box => box.scrollWidth - box.clientWidth"
    assert staff.page.locator(".table-responsive").first.evaluate(hidden) == 0


def test_page_on_which_a_program_is_let_in(staff: Look, demo: TestTenant) -> None:
    client = Connecting()
    assert client.register().status_code == 201
    assert staff.at(client.address(resource=f"{staff.desk.address}/mcp")) == []
    assert staff.page.get_by_role("button", name="Conectar", exact=True).is_visible()


def test_api_reference(visitor: Look) -> None:
    """Of others' making, but for what stands around it."""
    visitor.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    visitor.page.goto(reverse("api-docs"))
    visitor.page.locator(".opblock").first.wait_for()
    for dark in (False, True):
        visitor._shape(PHONE if dark else DESKTOP, dark=dark)
        assert visitor.seen("dark" if dark else "light") == []
    assert visitor.desk.problems == []


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


@pytest.mark.parametrize("listing", ["/contacts", "/companies", "/deals/list", "/products"])
def test_form_for_many_rows(listing: str, staff: Look) -> None:
    """A page that only what was ticked leads to, before and after something is wrong with it."""
    page = staff.page
    staff.desk.expected = {422}
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.goto(listing)
    page.locator("[data-tick-all]").check()
    page.locator("#bulk").get_by_role("button", name="Cambiar").click()
    found = []
    for _time in range(2):
        page.locator("button[name=act][value=change]").wait_for()
        for size, dark in ((DESKTOP, False), (PHONE, True)):
            staff._shape(size, dark=dark)
            found += staff.seen("dark" if dark else "light")
        page.locator("button[name=act][value=change]").click()
        page.locator(".alert").wait_for()
    assert found + staff.desk.problems == []
    page.go_back()
    expect(page.locator("tr[data-row]").first).to_be_visible()


# What a page must not do under its policy, and how somebody might write it all the same.
BREACHES = {
    "a style in an element": "document.querySelector('main').setAttribute('style', 'color: red')",
    "a style in the page": "document.head.append(Object.assign(document.createElement('style'), {textContent: 'a{}'}))",
    "a script in the page": "document.head.append(Object.assign(document.createElement('script'), {textContent: '1'}))",
    "code out of a text": "setTimeout('1')",
    "a picture from elsewhere": "document.body.append(Object.assign(new Image(), {src: 'https://example.com/a.png'}))",
    "a frame from elsewhere": (
        "document.body.append(Object.assign(document.createElement('iframe'), {src: 'https://example.com'}))"
    ),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_control_of_the_policy(breach: str, desk: Desk, demo: TestTenant) -> None:
    """Whoever breaks the content policy in a page fails each of the tests above."""
    page = desk.at(demo)
    page.goto("/contacts")
    assert desk.problems == []
    page.evaluate(f"() => {{ {BREACHES[breach]}; }}")
    for _look in range(100):
        if desk.problems:
            break
        page.wait_for_timeout(100)
    assert any("Content Security Policy" in problem for problem in desk.problems), desk.problems
    desk.problems.clear()


def test_styles_are_not_carried_to_the_next_page(desk: Desk, demo: TestTenant) -> None:
    """Of an element that has a namesake there: the policy would refuse it."""
    page = desk.at(demo)
    page.goto("/contacts")
    page.evaluate("document.getElementById('list').style.color = 'red'")
    page.locator("#menu").get_by_role("link", name="Empresas").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Empresas")
    page.wait_for_timeout(300)
    assert desk.problems == []
