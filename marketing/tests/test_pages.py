"""The pages of segments, campaigns and suppressed addresses: what they show, what they refuse, and the way back."""

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.actions.contacts import create_contact
from crm.models import Contact
from leadercrm.api.tests.operation import PIXEL
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant
from marketing.actions.campaigns import create_campaign
from marketing.actions.segments import create_segment
from marketing.actions.silence import suppress
from marketing.models import Campaign, CampaignPicture, Segment, Suppression

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
HOSTILE = '<p>Hola [[first_name]]</p><script>alert(1)</script><img src="https://x.example/a.png" onerror="alert(1)">'


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser


def make_contact(tenant: TestTenant, name: str = "Ana", **values: Any) -> Contact:
    emails = [{"email": f"{name.lower()}@cliente.example"}]
    return create_contact({"first_name": name, "emails": emails, **values}, actor=tenant.actor())


def conditions(*rows: tuple[str, str, str, str], kinds: dict[str, str] | None = None) -> dict[str, Any]:
    """A form's inputs for conditions: each with its block, field, operator and value."""
    blocks = list(dict.fromkeys(["0", *(row[0] for row in rows)]))
    inputs: dict[str, Any] = {"block": blocks, "row": [str(place) for place in range(len(rows))]}
    inputs.update({f"block.{number}": kind for number, kind in (kinds or {}).items()})
    for place, (block, field, operator, value) in enumerate(rows):
        values = {"block": block, "field": field, "operator": operator, "value": value}
        inputs.update({f"row.{place}.{name}": given for name, given in values.items()})
    return inputs


def make_campaign(tenant: TestTenant, **values: Any) -> Campaign:
    make_contact(tenant)
    rules = [{"field": "first_name", "operator": "=", "value": "Ana"}]
    segment = create_segment({"name": "Anas", "type": "dynamic", "conditions": rules}, actor=tenant.actor())
    content = {"subject": "Hola [[first_name]]", "content": "<p>Hola</p>", "segment_id": segment.pk}
    return create_campaign({"name": "Junio", **content, **values}, actor=tenant.actor())


PAGES = ("/segments", "/segments/new", "/segments/new?type=static", "/campaigns", "/campaigns/new", "/suppressions",
         "/suppressions/new")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_for_the_browser_and_a_part_for_htmx(browser: Browser, path: str) -> None:
    whole = browser.get(path)
    assert (whole.status_code, b"<html" in whole.content) == (200, True)
    assert "'unsafe" not in whole["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in whole["Content-Security-Policy"]
    assert b" style=" not in whole.content
    assert b"<html" not in browser.get(path, headers=PART).content


def test_a_segment_is_made_of_conditions_and_groups_of_them(browser: Browser, alfa: TestTenant) -> None:
    make_contact(alfa, city="Monterrey", lead_score=50)
    make_contact(alfa, "Berta", city="Saltillo")
    typed = conditions(
        ("0", "created_at", "within_days", "30"),
        ("7", "city", "in", "Monterrey, Saltillo"),
        ("7", "custom_fields.*", "=", "x"),
        ("0", "", "=", "left alone"),
        kinds={"7": "any"},
    )
    found = browser.fill("/segments/new", to="/segments/count", **typed, **{"row.2.key": "rfc"})
    assert ">2</b>" in found.content.decode()
    made = browser.fill("/segments/new", name="Norte", type="dynamic", **typed, **{"row.2.key": "rfc"})
    assert made.status_code == 303, made.content.decode()
    segment = Segment.objects.get()
    assert segment.conditions == [
        {"field": "created_at", "operator": "within_days", "value": 30},
        {
            "any": [
                {"field": "city", "operator": "in", "value": ["Monterrey", "Saltillo"]},
                {"field": "custom_fields.rfc", "operator": "=", "value": "x"},
            ]
        },
    ]
    page = browser.get(f"/segments/{segment.pk}").content.decode()
    assert "Al menos una de estas" in page
    assert "Monterrey, Saltillo" in page
    assert "Berta" in page
    form = browser.get(f"/segments/{segment.pk}/edit").content.decode()
    assert 'value="Monterrey, Saltillo"' in form
    ana = Contact.objects.get(first_name="Ana")
    why = browser.get(f"/segments/{segment.pk}/why?contact_id={ana.pk}").content.decode()
    assert "Ana pertenece al segmento." in why


def test_what_a_condition_lacks_is_told_where_it_stands(browser: Browser, alfa: TestTenant) -> None:
    typed = conditions(("0", "lead_score", ">", "muchos"), ("1", "lead_score", "=", "7"), ("1", "owner_id", "in", ""))
    with untouched():
        refused = browser.fill("/segments/new", name="Malo", type="dynamic", **typed)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert text.count("cond is-wrong") == 1
    assert 'value="muchos"' in text
    unfinished = browser.fill("/segments/new", to="/segments/count", **typed).content.decode()
    assert "Debe ser un número." in unfinished
    for hostile in (conditions(*[("0", "city", "=", "x")] * 40), {"block": "0", "row": "0", "row.0.field": "pk__in"}):
        with untouched():
            assert browser.fill("/segments/new", name="Malo", type="dynamic", **hostile).status_code == 422


def test_contacts_come_and_go_by_hand_and_a_segment_comes_back(browser: Browser, alfa: TestTenant) -> None:
    ana = make_contact(alfa)
    assert browser.fill("/segments/new?type=static", name="Desayuno", type="static").status_code == 303
    pk = Segment.objects.get().pk
    page = f"/segments/{pk}"
    assert browser.fill(page, to=f"{page}/add", contact_ids=[str(ana.pk)]).status_code == 303
    assert "ana@cliente.example" in browser.get(page).content.decode()
    assert browser.fill(page, to=f"{page}/remove", contact_ids=str(ana.pk)).status_code == 303
    assert "ana@cliente.example" not in browser.get(page).content.decode()
    assert browser.fill(page, to=f"{page}/delete").status_code == 303
    toast = re.search(r'action="(/segments/\d+/restore)"', browser.get("/segments").content.decode())
    assert toast
    assert browser.get(page).status_code == 404
    assert browser.fill("/segments", to=toast[1]).status_code == 303
    assert browser.get(page).status_code == 200


def test_a_campaign_is_written_seen_checked_and_sent(browser: Browser, alfa: TestTenant) -> None:
    campaign = make_campaign(alfa)
    edit = f"/campaigns/{campaign.pk}/edit"
    seen = browser.fill(edit, to="/campaigns/draft", subject="Hola", content=HOSTILE)
    text = seen.content.decode()
    assert "Hola Ana" in text
    assert "alert(1)" not in text
    assert seen["X-Frame-Options"] == "SAMEORIGIN"
    assert seen["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    told = browser.fill(edit, to="/campaigns/checks", subject="", content="<p>[[apodo]]</p>").content.decode()
    assert "Falta el asunto." in told
    assert "[[apodo]]" in told
    assert browser.fill(edit, to="/campaigns/checks", content="x" * 300_001).status_code == 422
    saved = browser.fill(edit, name="Julio", subject="Nuevo [[first_name]]", content="<p>Nuevo</p>", topic="offers")
    assert saved.status_code == 303, saved.content.decode()
    page = f"/campaigns/{campaign.pk}"
    assert "Nuevo" in browser.get(f"{page}/preview").content.decode()
    assert "contacto en el segmento" in browser.get(f"{page}/send").content.decode()
    assert browser.fill(f"{page}/send").status_code == 303
    campaign.refresh_from_db()
    assert (campaign.status, campaign.recipients_count) == ("sending", 1)
    assert 'hx-trigger="every 3s"' in browser.get(page).content.decode()
    assert browser.get(f"{page}/figures?status=draft", headers=PART)["HX-Refresh"] == "true"
    assert "HX-Refresh" not in browser.get(f"{page}/figures?status=sending", headers=PART)
    assert "ana@cliente.example" in browser.get(f"{page}/recipients?status=queued").content.decode()
    for name, status in (("pause", "paused"), ("resume", "sending"), ("cancel", "cancelled")):
        assert browser.fill(page, to=f"{page}/{name}").status_code == 303
        campaign.refresh_from_db()
        assert campaign.status == status
    with untouched():
        assert browser.fill(page, to=f"{page}/resume").status_code == 422


def test_pictures_are_put_on_the_shelf_chosen_and_deleted(
    browser: Browser, alfa: TestTenant, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGE_DIR = tmp_path
    shelf = "/campaigns/pictures"
    browser.get("/campaigns/new")
    assert "Aún no hay imágenes" in browser.get(shelf, headers=PART).content.decode()
    file = SimpleUploadedFile("Oferta <b>.png", b64decode(PIXEL), "image/png")
    added = browser.post(shelf, {"image": file}, headers=PART).content.decode()
    picture = CampaignPicture.objects.get()
    assert f'data-picture="http://testserver/storage/{picture.file}" data-added' in added
    assert "Oferta &lt;b&gt;.png" in added
    with untouched():
        for wrong in ({}, {"image": SimpleUploadedFile("a.png", b"<svg/>", "image/png")}):
            assert 'role="alert"' in browser.post(shelf, wrong, headers=PART).content.decode()
    assert picture.file in browser.get(f"{shelf}?q=OFERTA", headers=PART).content.decode()
    assert picture.file not in browser.get(f"{shelf}?q=otra", headers=PART).content.decode()
    assert browser.post(f"{shelf}/{picture.pk}/delete", headers=PART).status_code == 200
    assert not CampaignPicture.objects.exists()


def test_what_has_begun_is_not_written_any_more(browser: Browser, alfa: TestTenant) -> None:
    campaign = make_campaign(alfa)
    Campaign.objects.filter(pk=campaign.pk).update(status="sent")
    answer = browser.get(f"/campaigns/{campaign.pk}/edit")
    assert (answer.status_code, "Duplíquela" in answer.content.decode()) == (422, True)


def test_what_is_no_mail_yet_is_not_sent(browser: Browser, alfa: TestTenant) -> None:
    campaign = make_campaign(alfa, subject=None)
    send = f"/campaigns/{campaign.pk}/send"
    assert "Corregirla primero" in browser.get(send).content.decode()
    with untouched():
        assert browser.fill(send).status_code == 422


def test_addresses_are_suppressed_and_let_in_again(browser: Browser, alfa: TestTenant) -> None:
    assert browser.fill("/suppressions/new", email="uno@x.example").status_code == 303
    assert browser.fill("/suppressions/new", email="dos@x.example, tres@x.example\nUNO@x.example").status_code == 303
    with untouched():
        assert browser.fill("/suppressions/new", email="no es una dirección").status_code == 422
    suppress("cuatro@x.example", "unsubscribed", actor=alfa.actor())
    rows = dict(Suppression.objects.values_list("email", "pk"))
    assert set(rows) == {"uno@x.example", "dos@x.example", "tres@x.example", "cuatro@x.example"}
    assert browser.fill("/suppressions", to=f"/suppressions/{rows['uno@x.example']}/release").status_code == 303
    own = f"/suppressions/{rows['cuatro@x.example']}/release"
    with untouched():
        assert browser.fill("/suppressions", to=own).status_code == 422
    assert browser.fill("/suppressions", to=own, reason="Lo pidió por teléfono").status_code == 303


def test_lists_cost_the_same_for_one_row_and_for_many(browser: Browser, alfa: TestTenant) -> None:
    def cost(path: str) -> int:
        return len(statements_of(lambda: browser.get(path)))

    campaign = make_campaign(alfa)
    suppress("a@x.example", "manual", actor=alfa.actor())
    segment = f"/segments/{campaign.segment_id}"
    paths = ("/segments", "/campaigns", "/suppressions", segment, f"/campaigns/{campaign.pk}")
    few = [cost(path) and cost(path) for path in paths]
    for number in range(20):
        rules = [{"field": "city", "operator": "=", "value": f"Ciudad {number}"}]
        create_segment({"name": f"S{number}", "type": "dynamic", "conditions": rules}, actor=alfa.actor())
        create_campaign({"name": f"C{number}", "segment_id": campaign.segment_id}, actor=alfa.actor())
        suppress(f"{number}@x.example", "manual", actor=alfa.actor())
    assert [cost(path) and cost(path) for path in paths] == few


def test_each_tenant_and_each_role_sees_its_own(browser: Browser, alfa: TestTenant, beta: TestTenant) -> None:
    campaign = make_campaign(alfa)
    other = Browser()
    other.log_in("admin@beta.example.com", site="/")
    for path in (f"/campaigns/{campaign.pk}", f"/segments/{campaign.segment_id}", f"/campaigns/{campaign.pk}/preview"):
        assert other.get(path).status_code == 404
    viewer = Browser()
    viewer.log_in("viewer@alfa.example.com", site="/")
    assert b'href="/campaigns/new"' not in viewer.get("/campaigns").content
    assert viewer.get(f"/campaigns/{campaign.pk}/send").status_code == 403
