"""Pictures of all pages, for whoever wants to look at them: light, dark and as wide as a phone.

`make screenshots` takes them of the demo, while `make run` runs, into var/screenshots. ARGS="contact deals" for some.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from playwright.sync_api import Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leadercrm.settings")
# The driver keeps an event loop in this thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
django.setup()

from leadercrm.backoffice.tests.browser.places import address_of, places  # noqa: E402 - Django is set up above
from leadercrm.core.testing.chromium import FLAGS, NOBODY_ELSE, chromium  # noqa: E402
from leadercrm.core.testing.tenants import TestTenant  # noqa: E402
from leadercrm.core.testing.watching import Desk  # noqa: E402
from leadercrm.demo.tenant import find_demo  # noqa: E402
from leadercrm.tenancy.binding import bind  # noqa: E402
from leadercrm.tenancy.models import LoginIndex  # noqa: E402

SHAPES = (("light", 1280, 900), ("dark", 1280, 900), ("phone", 360, 740))


def take(page: Page, name: str, address: str, folder: Path) -> None:
    for shape, width, height in SHAPES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if shape == "dark" else "light")
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=folder / f"{name}-{shape}.png", full_page=True)


def main(names: list[str]) -> None:
    row = find_demo()
    assert row is not None, "there is no demo: `make run` makes it"
    tenant = TestTenant(row, {login.role: login.pk for login in LoginIndex.objects.filter(tenant=row)})
    with bind(tenant.bound):
        found = {place.name.partition(":")[2]: address_of(place) for place in places() if not place.is_public}
    folder = Path(settings.DATA_DIR) / "screenshots"
    folder.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=[*FLAGS, NOBODY_ELSE])
        desk = Desk(browser, f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
        page = desk.at(tenant)
        for name, address in found.items():
            if address and (not names or name in names):
                take(page, name, address, folder)
    print(f"Look into {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
