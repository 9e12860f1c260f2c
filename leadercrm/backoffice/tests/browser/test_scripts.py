"""Scripts that pages bring: each runs once, in its order, however often one comes and goes in one document."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from crm.actions.contacts import create_contact
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import Desk, path_of
from leadercrm.tenancy.binding import bind
from marketing.actions.forms import create_form

# What our own scripts hear on the document and the window.
COUNTING = """
    window.heard = [];
    for (const place of [document, window]) {
      const add = place.addEventListener.bind(place);
      place.addEventListener = (type, ...rest) => {
        if (new Error().stack.split("\\n")[2].includes("/backoffice/")) window.heard.push(type);
        return add(type, ...rest);
      };
    }
"""
# Whoever follows a link leaves it behind; a script element is done when it has told that it was loaded.
FOLLOW = """address => {
    if (!window.done) {
      window.done = new WeakSet(document.scripts);
      document.addEventListener("load", ({ target }) => window.done.add(target), true);
    }
    const link = Object.assign(document.createElement("a"), { href: address, id: "followed" });
    document.querySelector("#page").append(link);
    htmx.process(link);
    link.click();
}"""
ARRIVED = """path => location.pathname === path && !document.querySelector("#followed")
    && [...document.querySelectorAll("script[src]")].every((script) => window.done.has(script))"""
# Pages whose scripts listen to the document, and what each of them makes of one click: what grows by one.
ADDING = {
    "/forms/new": ("[data-ff-add]", "[data-ff]"),
    "/segments/new": ("[data-add-row]", "[data-row-of-conditions]"),
    "/campaigns/new": ('[data-add="divider"]', ".block"),
}
OTHERS = ("/quotes/new", "/deals", "/agenda", "/", "/settings/company", "/contacts")
CONTROL = pytest.mark.parametrize("once", [True, False], ids=["once", "control"])


def go(page: Page, address: str) -> None:
    """Follow a link as every link is followed: into the document that is there."""
    page.evaluate(FOLLOW, address)
    page.wait_for_function(ARRIVED, arg=address)


def window(desk: Desk, tenant: TestTenant, once: bool) -> Page:
    """A window in which scripts run once, or, for the control, whenever they are named."""
    page = desk.at(tenant)
    page.add_init_script(COUNTING)
    if not once:
        page.route("**/backoffice/scripts*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page.goto("/activities")
    return page


@CONTROL
def test_listeners_do_not_double(live: TestTenant, desk: Desk, once: bool) -> None:
    page = window(desk, live, once)
    rounds: list[Any] = []
    for _round in range(3):
        for address in (*ADDING, *OTHERS):
            go(page, address)
        rounds.append(page.evaluate("window.heard.length"))
    assert rounds[0] > 20
    assert (rounds[1:] == rounds[:1] * 2) is once, rounds
    if not once:
        desk.problems.clear()  # what ran twice may have tripped


@CONTROL
@pytest.mark.parametrize("address", ADDING)
def test_one_click_adds_one(live: TestTenant, desk: Desk, address: str, once: bool) -> None:
    page = window(desk, live, once)
    for place in (address, "/contacts", address):
        go(page, place)
    button, rows = ADDING[address]
    expect(page.locator(button).first).to_be_visible()
    before = page.locator(rows).count()
    page.locator(button).first.click()
    expect(page.locator(rows)).not_to_have_count(before)
    assert (page.locator(rows).count() == before + 1) is once
    if not once:
        desk.problems.clear()


def test_a_page_that_is_come_back_to_has_its_scripts(live: TestTenant, desk: Desk) -> None:
    """Even if the document has begun elsewhere: htmx takes the body alone of a page that it restores."""
    with bind(live.bound):
        contact = create_contact({"first_name": "Ana"}, actor=live.actor())
    page = desk.at(live)
    page.goto(f"/quotes/new?contact_id={contact.pk}")
    go(page, "/contacts")
    page.reload()
    assert page.evaluate("window.TomSelect === undefined")
    page.go_back()
    expect(page.locator("tr[data-line] .ts-wrapper").first).to_be_visible()
    lines = page.locator("tr[data-line]").count()
    page.locator("tr[data-line]").last.get_by_label("Descripción").fill("Viáticos")
    expect(page.locator("tr[data-line]")).to_have_count(lines + 1)
    assert path_of(page).startswith("/quotes/new")


def test_what_is_copied_is_copied_once(live: TestTenant, desk: Desk) -> None:
    with bind(live.bound):
        form = create_form({"name": "Sitio"}, actor=live.actor())
    page = desk.at(live)
    page.add_init_script("window.copied = 0; navigator.clipboard.writeText = async () => { window.copied += 1; };")
    page.goto("/forms")
    for place in (f"/forms/{form.pk}", "/forms", f"/forms/{form.pk}"):
        go(page, place)
    page.locator("[data-copy]:visible").first.click()
    assert page.evaluate("window.copied") == 1
