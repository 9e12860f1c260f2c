"""The door in a real Chromium whose camera sees tickets: each is read, checked in once, and the next one follows."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import segno
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from crm.models import Contact
from events.attendance import qr_of
from events.models import Attendee, Event
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.testing.chromium import FLAGS, NOBODY_ELSE, chromium
from leadercrm.core.testing.serving import served
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.models import LoginIndex, TokenKind

CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
WIDTH, HEIGHT = 640, 480


def film(codes: list[segno.QRCode], path: Path) -> Path:
    """What a camera sees of several tickets, each for some seconds, again and again: a Y4M file of grey pictures."""
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420jpeg\n".encode())
        for code in codes:
            drawn = BytesIO()
            code.save(drawn, kind="png", scale=6, border=4)
            seen = Image.new("L", (WIDTH, HEIGHT), 235)
            ticket = Image.open(drawn).convert("L").resize((360, 360))
            seen.paste(ticket, (140, 60))
            for _frame in range(10):
                file.write(b"FRAME\n" + seen.tobytes() + grey)
    return path


@pytest.fixture
def event(live: TestTenant, settings: Any) -> tuple[TestTenant, Event, list[Attendee]]:
    settings.PUBLIC_URL = "https://crm.example"
    start = timezone.now() + timedelta(hours=1)
    with bind(live.bound):
        row = Event.objects.create(title="Taller", type="training", start_at=start, end_at=start + timedelta(hours=2))
        people = [Contact(first_name=name) for name in ("Ana", "Eva", "Ivo")]
        for person in people:
            person.derive()
        made = Contact.objects.bulk_create(people)
        attendees = [
            Attendee.objects.create(
                event=row, contact=person, status="accepted", code=f"ABCD000{number}", origin="page"
            )
            for number, person in enumerate(made)
        ]
    return live, row, attendees


def at_the_door(driver_page: Page, event: Event) -> None:
    driver_page.goto(f"/events/{event.pk}/door")
    driver_page.click("[data-camera]")


@pytest.mark.timeout(300)
def test_tickets_are_read_one_after_the_other(event: tuple[TestTenant, Event, list[Attendee]], tmp_path: Path) -> None:
    """Takes seconds: a browser that starts, and a film. Chromium on Linux reads no codes itself: the library does."""
    tenant, row, attendees = event
    with bind(tenant.bound):
        codes = [qr_of(attendee) for attendee in attendees[:2]]
        token = issue_token(LoginIndex.objects.get(pk=tenant.users["sales"]), kind=TokenKind.BROWSER)
    seen = film(codes, tmp_path / "camera.y4m")
    with served() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium(), args=[*FLAGS, NOBODY_ELSE, *CAMERA, f"--use-file-for-fake-video-capture={seen}"]
        )
        context = browser.new_context(base_url=address, permissions=["camera"], locale="es-MX")
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address, "httpOnly": True}])
        page = context.new_page()
        at_the_door(page, row)
        page.wait_for_selector(".send-count b:text-is('2')")
        page.click("[data-stop]")
        assert page.is_visible("[data-camera]")
        browser.close()
    with bind(tenant.bound):
        came = Attendee.objects.filter(checked_in_at__isnull=False).order_by("pk")
        assert [attendee.pk for attendee in came] == [attendee.pk for attendee in attendees[:2]]
