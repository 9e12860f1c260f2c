"""The timeline on pages of contacts, companies and deals: what stands there, for whom, and what it costs."""

import re
from typing import Any

import pytest
from django.utils import timezone

from crm.models import Contact
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from marketing.models import Campaign, CampaignRecipient

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


@pytest.fixture
def ana(api: Api) -> int:
    made: int = api.post("/contacts", {"first_name": "Ana", "city": "Mérida"}).data["id"]
    return made


def deal(api: Api, contact: int, name: str = "Nómina") -> int:
    pipeline = api.get("/pipelines").data[0]
    place = {"pipeline_id": pipeline["id"], "stage_id": pipeline["stages"][0]["id"]}
    made: int = api.post("/deals", {"name": name, "contact_ids": [contact], "amount": 10, **place}).data["id"]
    return made


def lines(browser: Browser, path: str) -> list[str]:
    """The texts of the lines, without their marks."""
    page = browser.get(path).content.decode()
    found = re.search(r'<ol class="timeline-lines">(.*?)</ol>', page, re.S)
    assert found
    items = re.split(
        r"<li>|<li class", re.sub(r"<ul class=\"timeline-changes\">(.*?)</ul>", _flat, found[1], flags=re.S)
    )
    return [" ".join(re.sub(r"<[^>]+>", " ", item).split()) for item in items if "<" in item]


def _flat(found: Any) -> str:
    return re.sub(r"</?li>", " ", str(found[1]))


def test_everything_about_a_person_stands_in_one_place(browser: Browser, api: Api, ana: int) -> None:
    api.put(f"/contacts/{ana}", {"city": "Puebla"})
    api.post(f"/contacts/{ana}/notes", {"body": "Prefiere <b>martes</b>"})
    about = {"activitable_type": r"App\Models\Contact", "activitable_id": str(ana)}
    call = api.post("/activities", {"subject": "Llamar a Ana", "type": "call", **about}).data["id"]
    api.post(f"/activities/{call}/complete")
    sold = deal(api, ana)
    quote = api.post("/quotes", {"contact_id": ana, "deal_id": sold, "items": [
        {"description": "A", "quantity": 1, "unit_price": 100}]}).data  # fmt: skip
    campaign = Campaign.objects.create(name="Boletín", subject="A", content="B")
    now = timezone.now()
    CampaignRecipient.objects.create(
        campaign=campaign, contact_id=ana, email="a@b.mx", status="sent", due_at=now, sent_at=now, opened_at=now
    )
    told = "\n".join(lines(browser, f"/contacts/{ana}"))
    for text in (
        "Mérida → Puebla",
        "Prefiere &lt;b&gt;martes",
        "Llamar a Ana",
        "Nómina",
        quote["quote_number"],
        "Boletín",
    ):
        assert text in told, text
    assert told.count("Boletín") == 2
    assert "Nómina" in "\n".join(lines(browser, f"/contacts/{ana}/timeline?group=deals"))
    assert "Puebla" not in "\n".join(lines(browser, f"/contacts/{ana}/timeline?group=deals"))
    assert quote["quote_number"] in "\n".join(lines(browser, f"/deals/{sold}"))
    assert lines(browser, f"/contacts/{ana}")[-1].startswith("Contacto · Creación")


def test_of_another_only_what_one_may_see(api: Api, ana: int, alfa: TestTenant, browser: Browser) -> None:
    alfa.row.settings = {"records_visible": "own"}
    alfa.row.save()
    api.put(f"/contacts/{ana}", {"owner_id": alfa.users["sales"]})
    deal(api, ana, "Ajeno")
    sales = Browser()
    assert sales.log_in("sales@alfa.example.com", site="/").status_code == 303
    assert "Ajeno" in "\n".join(lines(browser, f"/contacts/{ana}"))
    assert "Ajeno" not in "\n".join(lines(sales, f"/contacts/{ana}"))
    other = api.post("/contacts", {"first_name": "Eva"}).data["id"]
    assert sales.get(f"/contacts/{other}/timeline").status_code == 404
    alfa.row.settings = {}


def test_it_goes_back_page_by_page(browser: Browser, api: Api, ana: int) -> None:
    for number in range(60):
        api.post(f"/contacts/{ana}/notes", {"body": f"Nota {number:02}"})
    path, seen = f"/contacts/{ana}/timeline", []
    for _page in range(3):
        page = browser.get(path, headers=PART).content.decode()
        seen += re.findall(r"Nota (\d\d)", page)
        link = re.search(r'href="([^"]+before=[^"]+)"', page)
        path = link[1].replace("&amp;", "&") if link else ""
    assert (seen, path) == ([f"{number:02}" for number in reversed(range(60))], "")
    assert browser.get(f"/contacts/{ana}/timeline?before=ayer").status_code == 404


def test_it_costs_the_same_however_much_has_happened(browser: Browser, api: Api, ana: int) -> None:
    place = f"/contacts/{ana}/timeline"
    browser.get(place)
    few = statements_of(lambda: browser.get(place))
    for number in range(30):
        api.post(f"/contacts/{ana}/notes", {"body": str(number)})
        deal(api, ana, f"Negocio {number}")
    assert Contact.objects.filter(pk=ana).exists()
    assert len(statements_of(lambda: browser.get(place))) == len(few)


def test_a_note_is_pinned_let_go_and_removed(browser: Browser, api: Api, ana: int) -> None:
    note = api.post(f"/contacts/{ana}/notes", {"body": "A"}).data["id"]
    page = f"/contacts/{ana}"
    assert browser.fill(page, to=f"/contacts/notes/{note}/pin", is_pinned="1").status_code == 303
    assert api.get(f"/contacts/{ana}/notes").data[0]["is_pinned"] is True
    assert browser.fill(page, to=f"/contacts/notes/{note}/pin", is_pinned="0").status_code == 303
    assert api.get(f"/contacts/{ana}/notes").data[0]["is_pinned"] is False
    assert browser.fill(page, to=f"/contacts/notes/{note}/delete").status_code == 303
    assert api.get(f"/contacts/{ana}/notes").data == []
