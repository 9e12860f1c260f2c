"""Every page of both sites that links lead to, asked for as everybody there is, and none of them in English."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import pytest

from crm.models import Contact
from leadercrm.backoffice.tests.conftest import SECRET, all_of
from leadercrm.core.admin_kit.borrowed import TEXTS
from leadercrm.core.admin_kit.site import ActorSite, tenant_site
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.processes import FULL
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound, visiting
from leadercrm.operators.actions.sessions import create_operator
from leadercrm.operators.site import operator_site

# So many pages of one kind: their addresses differ in numbers alone. Of what a filter is set to, one.
OF_A_KIND = 2 if FULL else 1
NUMBER = re.compile(r"[0-9]+")
# What a page says of the list that it was opened from, and is no other for.
WAY_BACK = "?_changelist_filters="
T = TypeVar("T")
# What Unfold has in English alone: between two tags, or where it is read out.
ENGLISH = re.compile(rf'(?:>|(?:title|aria-label|placeholder|alt)=")\s*({"|".join(map(re.escape, TEXTS))})\s*[<"]')
EMAIL, SESAME = "opal@platform.example.com", "una-clave-muy-larga"
# Open to whoever knows the address, and telling nothing.
OPEN = ("/admin/login/", "/operator/login/")


def kind_of(link: str) -> str:
    """An address without numbers, and of its query the names alone."""
    path, _mark, query = link.partition("?")
    return NUMBER.sub("N", path) + "?" + "&".join(sorted(part.partition("=")[0] for part in query.split("&")))


def crawl(browser: Browser, start: str, *, filters: bool = True) -> Iterator[tuple[str, int, str]]:
    """Follow the links below `start`, a few of each kind, with `filters` those of lists too: address, status, text."""
    seen, waiting, kinds = {start}, [start], Counter[str]()
    while waiting:
        path = waiting.pop()
        response = browser.get(path)
        html = response.get("Content-Type", "").startswith("text/html")
        text = response.content.decode() if html else ""
        assert not ENGLISH.findall(text), path
        yield path, response.status_code, text
        found = browser.links(path, text) + ([response["Location"]] if response.get("Location") else [])
        for link in found:
            link = link.partition(WAY_BACK)[0]
            kind = kind_of(link)
            filtered = "?" in link
            if "&" in kind or (filtered and not filters) or kinds[kind] == (1 if filtered else OF_A_KIND):
                continue
            if link.startswith(start) and link not in seen:
                kinds[kind] += 1
                seen.add(link)
                waiting.append(link)


def operator() -> Browser:
    """An operator who has logged in, and visits nobody."""
    with unbound():
        create_operator(email=EMAIL, name="Opal", password=SESAME)
    browser = Browser()
    assert browser.log_in(EMAIL, SESAME, "/operator/").status_code == 302
    return browser


def user(email: str) -> Browser:
    browser = Browser()
    assert browser.log_in(email).status_code == 302
    return browser


def pages(browser: Browser, start: str, site: ActorSite) -> dict[str, str]:
    """All pages of a site as who may see them sees them; every model has its list among them."""
    found = {}
    for path, status, text in crawl(browser, start):
        assert status in (200, 302), (path, status)
        assert SECRET not in text, path
        found[path] = text
    lacking = [site.address(model) for model in site._registry if site.address(model) not in found]
    assert not lacking, f"no link leads to {lacking}"
    return found


def test_tenants_site_is_open_to_its_administrators_alone(populated: TestTenant) -> None:
    seen = pages(user("admin@alfa.example.com"), "/admin/", tenant_site)
    assert len(seen) > 100
    staff = {role: user(f"{role}@alfa.example.com") for role in ("manager", "sales", "viewer")}
    strangers = at_the_door(Browser(), operator(), login="/admin/login/")
    with untouched():
        for number, path in enumerate(one_of_a_kind(seen)):
            for role, browser in by(number, [*staff.items()]):
                assert_refused(browser, path, f"{role}@alfa.example.com")
            for browser in by(number, strangers):
                assert_asked_to_log_in(browser, path, "/admin/login/")


def test_platforms_site_is_open_to_operators_alone(populated: TestTenant) -> None:
    seen = pages(operator(), "/operator/", operator_site)
    assert len(seen) > 40
    users = (user(f"{role}@alfa.example.com") for role in ("admin", "manager", "sales", "viewer"))
    strangers = at_the_door(Browser(), *users, login="/operator/login/")
    with untouched():
        for number, path in enumerate(one_of_a_kind(seen)):
            for browser in by(number, strangers):
                assert_asked_to_log_in(browser, path, "/operator/login/")


def at_the_door(*browsers: Browser, login: str) -> Sequence[Browser]:
    """They have the login page before them, and with it what a form needs to be taken."""
    for browser in browsers:
        browser.get(login)
    return browsers


def one_of_a_kind(seen: Iterable[str]) -> list[str]:
    """An address of each kind that is no login page."""
    return list({kind_of(path): path for path in seen if path.partition("?")[0] not in OPEN}.values())


def by(path_number: int, browsers: Sequence[T]) -> Sequence[T]:
    """Who asks for an address: one of them in turn, as all are refused in one place; LEADERCRM_STORM=full has all."""
    return browsers if FULL else [browsers[path_number % len(browsers)]]


def assert_refused(browser: Browser, path: str, email: str) -> None:
    """Who is logged in and may not enter is told so, with a way out."""
    page = browser.get(path)
    for answer in (page, browser.post(path, {"reason": "x" * 20})):
        assert answer.status_code == 403, (path, answer.status_code)
        assert "Alfa-Datos" not in all_of(answer), path
    shown = page.content.decode()
    assert email in shown
    assert "/admin/logout/" in shown


def assert_asked_to_log_in(browser: Browser, path: str, login: str) -> None:
    for answer in (browser.get(path), browser.post(path, {"reason": "x" * 20})):
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, login), path


def test_nothing_of_another_tenant_is_reached_by_its_addresses(populated: TestTenant, beta: TestTenant) -> None:
    """Beta's administrator sees Beta's rows at addresses that Alfa's is given nothing at."""
    theirs, ours = user("admin@beta.example.com"), user("admin@alfa.example.com")
    with visiting(beta):
        contact = Contact.objects.latest("pk").pk
    assert SECRET in theirs.get(f"/admin/crm/contact/{contact}/change/").content.decode()
    seen = 0
    for path, status, text in crawl(theirs, "/admin/", filters=False):
        assert status in (200, 302)
        seen += SECRET in text
        assert SECRET not in all_of(ours.get(path)), path
        assert "Alfa-Datos" not in text, path
    assert seen > 20


def test_visitor_is_told_nothing(populated: TestTenant) -> None:
    browser = Browser()
    for start in ("/admin/", "/operator/"):
        for path, status, text in crawl(browser, start):
            assert status in (200, 302), path
            assert "Alfa-Datos" not in text


@pytest.mark.parametrize("path", ["/admin/nothing/", "/admin/autocomplete/", "/admin/crm/contact/999999/change/"])
def test_what_is_not_there_is_refused_as_what_is(populated: TestTenant, path: str) -> None:
    assert user("sales@alfa.example.com").get(path).status_code == 403
    assert Browser().get(path).status_code == 302
