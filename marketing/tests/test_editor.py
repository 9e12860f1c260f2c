"""Writing a campaign in a real Chromium: what is typed is checked as it stands, pictures are chosen, lists searched."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload

from crm.models import Contact
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from marketing.models import Campaign, CampaignPicture, Segment
from marketing.tests.test_hostile_pages import watched


def a_picture() -> FilePayload:
    drawn = BytesIO()
    Image.new("RGB", (900, 300), "#2a9d8f").save(drawn, "PNG")
    return {"name": "Equipo.png", "mimeType": "image/png", "buffer": drawn.getvalue()}


@pytest.mark.timeout(300)
def test_a_campaign_is_written_with_a_picture_and_checked_meanwhile(
    live: TestTenant, settings: Any, tmp_path: Path
) -> None:
    """Takes seconds: a browser that starts."""
    settings.STORAGE_DIR = tmp_path
    with bind(live.bound):
        person = Contact(first_name="Ana", emails=[{"email": "ana@uno.example"}])
        person.derive()
        person.save()
        conditions = [{"field": "first_name", "operator": "=", "value": "Ana"}]
        segment = Segment.objects.create(name="Anas", type="dynamic", conditions=conditions)
    with watched(live) as seen:
        page = seen.page
        seen.open("/campaigns/new")
        page.wait_for_selector("#checks :text('Falta el asunto')")
        page.fill("[name=name]", "Abril")
        page.fill("[name=subject]", "Hola")
        page.select_option("[name=segment_id]", str(segment.pk))
        page.click('[data-add="image"]')
        page.click("[data-choose-picture]")
        page.set_input_files("#shelf input[type=file]", a_picture())
        page.wait_for_selector("#pictures:not([open])", state="attached")
        page.fill('[data-part="alt"]', "Nuestro equipo")
        page.wait_for_selector("#checks:not(:has-text('Falta'))")
        shown = page.frame_locator("iframe[name=draft]").locator("img[alt='Nuestro equipo']")
        assert shown.evaluate("image => image.naturalWidth") == 900
        page.click("form.form-card .btn-primary")
        page.wait_for_selector("h1:has-text('Abril')")
        assert (seen.ran, seen.refusals) == (set(), [])
    with bind(live.bound):
        assert CampaignPicture.objects.get().file in (Campaign.objects.get().content or "")


@pytest.mark.timeout(300)
def test_lists_are_searched_while_one_types(live: TestTenant) -> None:
    with bind(live.bound):
        for name in ("Ana", "Beto"):
            person = Contact(first_name=name)
            person.derive()
            person.save()
    with watched(live) as seen:
        seen.open("/contacts")
        seen.page.locator("#find").press_sequentially("bet")
        seen.page.wait_for_selector("#list:not(:has-text('Ana'))")
        assert seen.page.is_visible("#list :text('Beto')")
