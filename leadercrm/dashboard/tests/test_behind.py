"""Each figure of a page opens the list behind it: the very rows that it counts, or that add up to it."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from billing.backoffice.accounts import aged
from billing.models import Invoice
from billing.tests.papers import a_contact, a_payment, an_invoice
from crm.models import Contact
from leadercrm.core.clock import tenant_today
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.dashboard import behind, home
from leadercrm.dashboard.figures import Question, stats
from leadercrm.dashboard.periods import period_of
from leadercrm.dashboard.tests.worlds import make_world

PATHS = {"/deals/list": "/deals"}


@pytest.fixture
def tenant(alfa: TestTenant) -> Iterator[TestTenant]:
    """Alfa, whose settings a test may change, with sales that closed about now."""
    edges = [timezone.now() - timedelta(days=days) for days in (0, 1, 10, 40)]
    make_world(alfa, Random(5), edges)
    yield alfa
    alfa.row.settings = {}


def listed(api: Api, url: str) -> tuple[int, list[dict[str, Any]]]:
    """How many rows a list has, and the rows, as the API tells them: it has the pages' filters."""
    address = urlsplit(url)
    answer = api.get(PATHS.get(address.path, address.path), per_page=100, **dict(parse_qsl(address.query)))
    assert answer.status == 200, (url, answer)
    return answer.json["meta"]["total"], answer.data


def total(rows: list[dict[str, Any]], name: str = "amount") -> Decimal:
    return sum((Decimal(str(row[name])) for row in rows), Decimal())


def check_deals(api: Api, lists: dict[str, str], row: dict[str, Any]) -> None:
    for kind in ("open", "won"):
        assert listed(api, lists[kind])[0] == row[f"{kind}_count"]
        assert total(listed(api, lists[f"{kind}_amount"])[1]) == row[f"{kind}_amount"]
    count, rows = listed(api, lists["closed"])
    assert count == row["won_count"] + row["lost_count"] == len(rows)


@pytest.mark.parametrize("own_only", [False, True])
@pytest.mark.parametrize("role", ["admin", "sales"])
@pytest.mark.parametrize("period", ["month", "all"])
def test_lists_behind_sums_and_the_team(tenant: TestTenant, role: str, own_only: bool, period: str) -> None:
    tenant.row.settings = {"records_visible": "own"} if own_only else {}
    tenant.row.save()
    actor, api = replace(tenant.actor(role), tenant_settings=tenant.row.settings), Api(tenant.tokens[role])
    figures, when = stats(Question(period=period), actor), period_of(period)
    lists = behind.lists(when, figures["currency"])
    check_deals(api, lists, figures["deals"])
    for name in ("pending", "overdue"):
        assert listed(api, lists[name])[0] == figures["activities"][name]
    assert figures["deals"]["open_count"] > 0
    for row in figures["by_owner"]:
        own = behind.lists_of(row["owner_id"], when, figures["currency"])
        check_deals(api, own, row)
        for name in ("pending", "overdue"):
            assert listed(api, own[name])[0] == row[f"{name}_activities"]
    for row in figures["pipeline"]:
        if row["type"] == "open":
            assert total(listed(api, behind.in_stage(row, figures["currency"]))[1]) == row["amount"]
    for row in home.months(actor):
        count, rows = listed(api, behind.won_in(row, figures["currency"]))
        assert (count, total(rows)) == (row["count"], row["sum"])


def owing(api: Api) -> None:
    """Invoices of two currencies, due and paid in all ways, some of them of nobody's claims."""
    contacts = [a_contact(api, first_name=name) for name in ("Ana", "Eva")]
    today = tenant_today()
    for number, late in enumerate((None, -5, 0, 1, 30, 31, 45, 60, 61, 90, 91, 400)):
        currency = "USD" if number % 3 == 0 else "MXN"
        invoice = an_invoice(api, contact_id=contacts[number % 2], currency=currency)
        if late is None:
            continue  # a draft
        invoice = api.post(f"/invoices/{invoice['id']}/send").data
        a_payment(api, invoice, invoice["amount_due"] if late == 45 else 100)
        due = today - timedelta(days=late)
        Invoice.objects.filter(pk=invoice["id"]).update(due_on=due, due_at=f"{due}T18:00:00Z")


def test_lists_behind_what_is_owed(api: Api, alfa: TestTenant) -> None:
    owing(api)
    actor, browser = alfa.actor(), Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    pages = [html.unescape(browser.get(path).content.decode()) for path in ("/", "/receivables")]
    rows = aged(actor, tenant_today())
    assert [row["currency"] for row in rows] == ["MXN", "USD"]
    for row in rows:
        count, invoices = listed(api, row["url"])
        assert (count, total(invoices, "amount_due")) == (row["count"], row["total"])
        for cell in row["cells"]:
            assert total(listed(api, cell["url"])[1], "amount_due") == cell["sum"], cell
            assert all(f'href="{cell["url"]}"' in page for page in pages)
    assert all(cell["sum"] for cell in rows[0]["cells"])  # no bucket is empty
    figures = stats(Question(), actor)
    lists = behind.lists(period_of("month"), figures["currency"])
    for name, key in (("outstanding", "outstanding"), ("late_invoices", "overdue")):
        assert total(listed(api, lists[name])[1], "amount_due") == figures["invoices"][key]


def test_lists_behind_the_debtors(api: Api, alfa: TestTenant) -> None:
    owing(api)
    Invoice.objects.filter(pk=Invoice.objects.order_by("pk")[1].pk).update(contact_name="As she was called before")
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    page = html.unescape(browser.get("/receivables").content.decode())
    lines = re.findall(r'<tr><th scope="row"><a class="row-link" href="/contacts/\d+/statement">(.*?)</tr>', page, re.S)
    assert len(lines) == 3  # of two contacts, one owes in two currencies; by whatever name they were called
    assert not any("before" in line for line in lines)
    for line in lines:
        count, late, due = re.findall(r'href="(/invoices\?[^"]+)">([^<]*)<', line)
        assert listed(api, count[0])[0] == int(count[1])
        for url, shown in (late, due):
            assert total(listed(api, url)[1], "amount_due") == Decimal(re.sub(r"[^\d.]", "", shown))


def test_lists_behind_sources(api: Api, alfa: TestTenant) -> None:
    for source in ("web", "web", "Feria & Expo", None, None, None):
        api.post("/contacts", {"first_name": "Ana", "source": source})
    old = Contact.objects.filter(source="web").order_by("pk")[0]
    Contact.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    rows = home.sources(alfa.actor())
    assert [(row["source"], row["count"]) for row in rows] == [("", 3), ("Feria & Expo", 1), ("web", 1)]
    assert [listed(api, row["url"])[0] for row in rows] == [3, 1, 1]


def test_lists_behind_the_forecast(tenant: TestTenant, api: Api) -> None:
    stage = api.get("/pipelines").data[0]["stages"][0]["id"]
    today = tenant_today()
    days = [None, today, today - timedelta(days=60), today + timedelta(days=45), today + timedelta(days=400)]
    for number, day in enumerate(days * 2):
        values = {"amount": 1000 + number, "currency": "USD" if number == 3 else "MXN", "probability": 50}
        where = {"pipeline_id": 1, "stage_id": stage, "expected_close_date": day and day.isoformat()}
        assert api.post("/deals", {"name": f"N{number}", **values, **where}).status == 201
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    page = html.unescape(browser.get("/deals/forecast").content.decode())
    lines = re.findall(r'<tr[^>]*><th scope="row">(.*?)</tr>', page, re.S)
    assert len(lines) == 3 + 6  # late, later and without a day besides the months
    seen = Decimal()
    for line in lines:
        (url,) = set(re.findall(r'href="(/deals/list\?[^"]+)"', line))
        count, amount, weighted = re.findall(r'class="figure-link[^>]*>([^<]*)<', line)
        found, rows = listed(api, url)
        assert found == int(count)
        assert total(rows) == Decimal(re.sub(r"[^\d.]", "", amount))
        seen += total(rows)
        assert bool(rows) == bool(Decimal(re.sub(r"[^\d.]", "", weighted)))
    assert seen == total(listed(api, "/deals?status=open&currency=MXN")[1])


def test_every_figure_of_the_start_page_leads_somewhere(tenant: TestTenant) -> None:
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    page = browser.get("/").content.decode()
    cells = re.findall(r'<td class="text-end num"[^>]*>(.*?)</td>', page, re.S)
    assert cells
    plain = [cell for cell in cells if re.search(r"\d", cell) and "<a " not in cell]
    assert plain == []  # nobody has a goal here: it has no list
    urls = [
        html.unescape(url) for url in re.findall(r'href="(/(?:deals|activities|invoices|contacts)[^"]*\?[^"]+)"', page)
    ]
    assert len(urls) > 20
    for url in dict.fromkeys(urls):
        assert browser.get(url).status_code == 200, url
