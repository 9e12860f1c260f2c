"""Every page of /admin/ that links lead to, for each role."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from crm.models import Company, Contact
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.tenants import TestTenant, visiting

# So many pages of one kind: their addresses differ in numbers alone, or in what a filter is set to.
OF_A_KIND = 3
NUMBER = re.compile(r"[0-9]+")
SECRET = "Beta-Geheimnis"


def kind_of(link: str) -> str:
    """An address without numbers, and of its query the names alone."""
    path, _mark, query = link.partition("?")
    return NUMBER.sub("N", path) + "?" + "&".join(sorted(part.partition("=")[0] for part in query.split("&")))


def crawl(browser: Browser, start: str) -> Iterator[tuple[str, int, str]]:
    """Follow the links below `start`, a few of each kind: address, status, text."""
    seen, waiting, kinds = {start}, [start], Counter[str]()
    while waiting:
        path = waiting.pop()
        response = browser.get(path)
        html = response.get("Content-Type", "").startswith("text/html")
        text = response.content.decode() if html else ""
        yield path, response.status_code, text
        found = browser.links(path, text) + ([response["Location"]] if response.get("Location") else [])
        for link in found:
            kind = kind_of(link)
            if link.startswith(start) and link not in seen and kinds[kind] < OF_A_KIND and "&" not in kind:
                kinds[kind] += 1
                seen.add(link)
                waiting.append(link)


def about(kind: str, row: Any) -> dict[str, str]:
    return {"activitable_type": f"App\\Models\\{kind}", "activitable_id": str(row.pk)}


@pytest.fixture
def populated(alfa: TestTenant, beta: TestTenant) -> TestTenant:
    """Rows of all kinds in Alfa, and rows in Beta that must be seen nowhere."""
    from crm.actions.activities import create_activity
    from crm.actions.companies import create_company
    from crm.actions.contacts import create_contact, delete_contact
    from crm.actions.deals import create_deal, move_stage
    from crm.actions.merging import merge_contacts
    from crm.actions.notes import add_note
    from leadercrm.accounts.actions.invitations import invite
    from leadercrm.accounts.actions.teams import create_team

    actor = alfa.actor()
    company = create_company({"name": "Aceros Alfa"}, actor=actor)
    ana, ann, gone = (
        create_contact({"first_name": name, "company_id": company.pk}, actor=actor) for name in ("Ana", "Ann", "Gone")
    )
    add_note({"body": "called"}, contact=ana, actor=actor)
    merge_contacts(ana, contact_id=ann.pk, fields={}, actor=actor)
    delete_contact(gone, actor=actor)
    deal = create_deal(
        {"name": "ERP", "pipeline_id": 1, "stage_id": 2, "contact_ids": [ana.pk], "company_id": company.pk}, actor=actor
    )
    move_stage(deal, stage_id=5, actor=actor)
    create_activity({"subject": "Call Ana", "type": "call", **about("Contact", ana)}, actor=actor)
    invite({"email": "nueva@empresa.mx"}, actor=actor)
    create_team({"name": "Norte", "member_ids": [alfa.users["sales"]]}, actor=actor)
    with visiting(beta):
        create_company({"name": SECRET}, actor=beta.actor())
        create_contact({"first_name": SECRET}, actor=beta.actor())
        create_deal({"name": SECRET, "pipeline_id": 1, "stage_id": 2}, actor=beta.actor())
        create_activity({"subject": SECRET, "type": "call"}, actor=beta.actor())
    return alfa


def test_administrator_sees_every_page(populated: TestTenant) -> None:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com").status_code == 302
    pages = {}
    for path, status, text in crawl(browser, "/admin/"):
        assert status in (200, 302), (path, status)
        assert SECRET not in text, path
        pages[path] = text
    contact = Contact.objects.get(first_name="Ana")
    for wanted in (f"/admin/crm/contact/{contact.pk}/change/", "/admin/accounts/user/", "/admin/core/auditentry/"):
        assert wanted in pages
    assert len(pages) > 60
    assert Company.objects.get().name in pages["/admin/crm/company/"]


@pytest.mark.parametrize("role", ["manager", "sales", "viewer"])
def test_other_roles_are_refused_politely(populated: TestTenant, role: str) -> None:
    browser = Browser()
    assert browser.log_in(f"{role}@alfa.example.com").status_code == 302
    for path in (
        "/admin/",
        "/admin/crm/contact/",
        "/admin/crm/contact/add/",
        "/admin/autocomplete/",
        "/admin/nothing/",
    ):
        answer = browser.get(path)
        assert answer.status_code == 403, path
        assert f"{role}@alfa.example.com" in answer.content.decode()
        assert "/admin/logout/" in answer.content.decode()


def test_visitor_is_asked_to_log_in(populated: TestTenant) -> None:
    browser = Browser()
    for path in ("/admin/", "/admin/crm/contact/", "/admin/crm/contact/1/change/", "/admin/nothing/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/"), path
    for path, status, text in crawl(browser, "/admin/"):
        assert status in (200, 302), path
        assert "Ana" not in text
