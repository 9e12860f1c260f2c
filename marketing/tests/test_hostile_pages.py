"""The same people's campaigns in the pages of staff, served as they are and shown by a real Chromium: previews, the
editor, lists and the admin site. Nothing of theirs runs, and nothing is asked for.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright

from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.testing.chromium import FLAGS, NOBODY_ELSE, chromium
from leadercrm.core.testing.serving import served
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.models import LoginIndex, TokenKind
from marketing import rendering
from marketing.backoffice import writing
from marketing.models import Campaign, Segment
from marketing.tests.hostile import PAYLOADS

TOGETHER = 25
# What Chromium says of HTML that the editor takes apart in a document that is shown nowhere, where nothing can run.
INERT = ("Applying inline style", "Executing inline event handler", "Setting the document's base URI")
# Frames without `sandbox`: what the answer itself forbids has to do. And what a reader might click is clicked.
FRAMES = """async (ids) => {
  const shown = ids.map((id) => new Promise((done) => {
    const frame = Object.assign(document.createElement("iframe"), { src: `/campaigns/${id}/preview`, onload: () => {
      try { for (const a of frame.contentDocument.links) if (!/^(https?|mailto|tel):$/.test(a.protocol)) a.click(); }
      catch (error) { if (!(error instanceof TypeError)) throw error; }
      done();
    }});
    document.body.append(frame);
  }));
  await Promise.all(shown);
  return shown.length;
}"""


class Watched:
    """A page of an administrator's. `ran` are the numbers of payloads that were heard of in any way."""

    def __init__(self, page: Page) -> None:
        self.page, self.ran, self.refusals = page, set[str](), list[str]()
        page.on("request", lambda request: self._heard(request.url))
        page.on("console", lambda message: self._heard(message.text))
        page.on("framenavigated", lambda frame: self._heard(frame.url))

    def _heard(self, text: str) -> None:
        if self.page.url.endswith("/edit") and text.startswith(INERT):
            return
        self.ran |= set(re.findall(r"canary\.test/(?:ran|fetched)/(\d+)", text))
        if text.startswith((*INERT, "Refused to", "Blocked script")):
            self.refusals.append(f"{self.page.url}: {text[:300]}")

    def open(self, path: str) -> None:
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        self.page.wait_for_timeout(150)


@contextmanager
def watched(tenant: TestTenant) -> Iterator[Watched]:
    token = issue_token(LoginIndex.objects.get(pk=tenant.users["admin"]), kind=TokenKind.BROWSER)
    with served() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=[*FLAGS, NOBODY_ELSE])
        context = browser.new_context(base_url=address, locale="es-MX")
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": address, "httpOnly": True}])
        yield Watched(context.new_page())
        browser.close()


def a_campaign_of(content: str, name: str, segment: Segment) -> Campaign:
    return Campaign(name=name[:255], subject=name[:255], preheader=name[:255], content=content, segment=segment)


@pytest.fixture
def hostile(live: TestTenant) -> tuple[TestTenant, list[int], list[int]]:
    """A tenant with a campaign for each payload, and the ids of these and of some that hold many of them."""
    with bind(live.bound):
        segment = Segment.objects.create(name=PAYLOADS[0], type="static")
        single = [a_campaign_of(payload, payload, segment) for payload in PAYLOADS]
        joined = ["\n".join(PAYLOADS[first : first + TOGETHER]) for first in range(0, len(PAYLOADS), TOGETHER)]
        many = [a_campaign_of(content, "Muchas", segment) for content in joined]
        made = Campaign.objects.bulk_create([*single, *many])
    ids = [campaign.pk for campaign in made]
    return live, ids[: len(single)], ids[len(single) :]


@pytest.mark.timeout(400)
def test_200_payloads_run_nowhere_in_the_pages_of_staff(hostile: tuple[TestTenant, list[int], list[int]]) -> None:
    """Takes seconds: a browser that starts, and its pages."""
    tenant, single, many = hostile
    with watched(tenant) as seen:
        seen.open("/segments")
        assert seen.page.evaluate(FRAMES, single) == 200
        for first in (1, 3):
            seen.open(f"/campaigns?per_page=100&page={first}")
        for pk in many:
            seen.open(f"/campaigns/{pk}")
            seen.open(f"/campaigns/{pk}/edit")
            seen.page.wait_for_selector("[data-composer][data-ready]")
            seen.open(f"/admin/marketing/campaign/{pk}/change/")
        seen.open("/admin/marketing/campaign/")
        seen.open(f"/admin/marketing/campaign/{single[36]}/change/")
        assert (seen.ran, seen.refusals) == (set(), [])


@pytest.mark.timeout(400)
def test_control_without_cleaning_and_policy_they_run(
    hostile: tuple[TestTenant, list[int], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def uncleaned(html: str) -> str:
        return html

    monkeypatch.setattr(rendering, "clean", uncleaned)
    monkeypatch.setattr(writing, "FRAMED", "frame-ancestors 'self'")
    tenant, single, _many = hostile
    with watched(tenant) as seen:
        seen.open("/segments")
        seen.page.evaluate(FRAMES, single[:60])
        seen.page.wait_for_timeout(1000)
        print(f"\n{len(seen.ran)} of 60 payloads are heard of")
        assert len(seen.ran) > 25
