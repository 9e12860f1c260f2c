"""Lists of quotes, invoices and contracts: words of number, title, contact and company find them, at every door."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from billing.models import Contract, Invoice, Quote
from billing.tests.papers import a_contact, a_contract, a_quote, an_invoice, made
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant

MAKERS = {"quotes": a_quote, "invoices": an_invoice, "contracts": a_contract}
NUMBERS = {"quotes": "quote_number", "invoices": "invoice_number", "contracts": "contract_number"}
TITLED = ("quotes", "contracts")


@pytest.fixture(params=MAKERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def a_document(api: Api, kind: str) -> dict[str, Any]:
    """One for somebody at a company, and another that has nothing of it."""
    company = made(api.post("/companies", {"name": "Aceros del Ñandú SA de CV"}))
    contact = a_contact(api, first_name="Héctor", last_name="Ibáñez", company_id=company["id"], emails=[])
    title = {"title": "Póliza de soporte"} if kind in TITLED else {}
    MAKERS[kind](api, **({"title": "Otro"} if kind in TITLED else {}))
    return MAKERS[kind](api, contact_id=contact, **title)


def found(api: Api, kind: str, words: str, **more: Any) -> list[str]:
    answer = api.get(f"/{kind}", search=words, **more)
    assert answer.status == 200, answer
    return [row[NUMBERS[kind]] for row in answer.data]


def test_words_of_the_number_and_of_whom_it_is_for_find_it(api: Api, kind: str) -> None:
    number = a_document(api, kind)[NUMBERS[kind]]
    for words in (number, number.lower(), number[-6:], "hector ibanez", "IBÁÑEZ", "aceros nandu", f"ibañez {number}"):
        assert found(api, kind, words) == [number], words
    assert found(api, kind, "poliza") == ([number] if kind in TITLED else [])
    assert found(api, kind, "ibanez otro") == found(api, kind, "%") == []
    assert found(api, kind, "ibanez", status="draft") == [number]
    assert found(api, kind, "ibanez", status="sent") == []


def test_nobody_finds_another_tenant_s(api: Api, stranger: Api, kind: str) -> None:
    number = a_document(api, kind)[NUMBERS[kind]]
    assert found(stranger, kind, "ibanez") == []
    assert found(api, kind, "ibanez") == [number]


def test_another_contact_or_title_is_found_from_then_on(api: Api) -> None:
    quote = a_document(api, "quotes")
    other = a_contact(api, first_name="Ximena", last_name="Luna", emails=[])
    assert api.put(f"/quotes/{quote['id']}", {"contact_id": other, "title": "Nómina"}).status == 200
    assert found(api, "quotes", "ximena nomina") == [quote["quote_number"]]
    assert found(api, "quotes", "hector") == found(api, "quotes", "poliza") == []
    entry = AuditEntry.objects.filter(action="quote.changed", object_id=quote["id"]).get()
    assert "search" not in entry.changes


def test_a_search_costs_the_same_at_every_size(api: Api, kind: str) -> None:
    a_document(api, kind)
    few = len(statements_of(lambda: found(api, kind, "ibanez")))
    for _number in range(3):
        a_document(api, kind)
    assert len(statements_of(lambda: found(api, kind, "ibanez"))) == few


def test_pages_and_the_palette_find_it(api: Api, alfa: TestTenant, kind: str) -> None:
    number = a_document(api, kind)[NUMBERS[kind]]
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    for path in (f"/{kind}?search=ibanez", f"/search?q={number}", "/search?q=ibanez"):
        assert number in browser.get(path).content.decode(), path
    assert number not in browser.get(f"/{kind}?search=nadie").content.decode()


def test_administrators_find_it(api: Api, alfa: TestTenant, kind: str) -> None:
    number = a_document(api, kind)[NUMBERS[kind]]
    browser = Browser()
    browser.log_in("admin@alfa.example.com")
    listed = f"/admin/billing/{kind.removesuffix('s')}/"
    assert number in browser.get(f"{listed}?q=nandu").content.decode()
    assert number not in browser.get(f"{listed}?q=nadie").content.decode()


def test_agents_find_it(api: Api, alfa: TestTenant, kind: str) -> None:
    number = a_document(api, kind)[NUMBERS[kind]]
    agent = Agent(alfa.tokens["admin"])
    for words in (number, "ibanez"):
        items = agent.call("leader_search", query=words)["items"]
        assert number in [item.get(NUMBERS[kind]) for item in items], words
    [item] = agent.call("leader_search", query="nandu", type=kind.removesuffix("s"))["items"]
    assert item[NUMBERS[kind]] == number


def test_migration_fills_the_column_of_those_before_it(api: Api, kind: str) -> None:
    number = a_document(api, kind)[NUMBERS[kind]]
    for model in (Quote, Invoice, Contract):
        model._default_manager.update(search="")
    assert found(api, kind, "ibanez") == []
    fill = import_module("billing.migrations.0009_fill_document_search").fill
    for _again in range(2):
        fill(apps, None)
        assert found(api, kind, "ibanez") == [number]


def test_a_list_marks_quotes_that_ran_out_unanswered(api: Api, alfa: TestTenant) -> None:
    """Whoever sorts them out sees it by more than the colour; what was answered is no longer waited for."""
    waiting, refused = (a_quote(api, valid_until="2025-01-31") for _number in range(2))
    assert api.post(f"/quotes/{waiting['id']}/send").status == 200
    assert api.post(f"/quotes/{refused['id']}/reject", {"reason": "Precio"}).status == 200
    browser = Browser()
    browser.log_in("admin@alfa.example.com", site="/")
    assert ">31/01/2025<span" in browser.get(f"/quotes?search={waiting['quote_number']}").content.decode()
    page = browser.get(f"/quotes?search={refused['quote_number']}").content.decode()
    assert "31/01/2025" in page
    assert ">31/01/2025<span" not in page
