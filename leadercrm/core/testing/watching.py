"""Pages in a real browser, watched: whatever goes wrong in one of them fails the test that opened it."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.models import LoginIndex, TokenKind

# Long, for a machine that is busy with other things: a page that works answers in a fraction of it.
PATIENCE_MS = 20_000
# The viewer that Chromium shows PDFs with is an extension of its own.
HERE = ("data", "blob", "about", "chrome", "chrome-extension")
# Chromium's own line for an answer in the 400s; the answer itself is seen to below.
STATUS_LINE = "Failed to load resource: the server responded with a status of"


@dataclass
class Desk:
    """Somebody's browser, with as many windows (contexts) as there are people at it.

    `problems` gathers errors in the console (refusals of the content policy among them) and of scripts, requests that
    failed or left this machine, and answers from 400 on but those of `expected` statuses.
    """

    browser: Browser
    address: str
    expected: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    windows: list[BrowserContext] = field(default_factory=list)

    def window(self, **options: Any) -> Page:
        """A page of a window of its own: no cookies, no motion, Mexican Spanish, light, 1280 pixels wide."""
        usual: dict[str, Any] = {"locale": "es-MX", "timezone_id": "America/Mexico_City", "reduced_motion": "reduce"}
        sized = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
        context = self.browser.new_context(base_url=self.address, **{**usual, **sized, **options})
        context.set_default_timeout(PATIENCE_MS)
        self.windows.append(context)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._note("script", error.error))
        context.on("request", self._asked)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        return context.new_page()

    def at(self, tenant: TestTenant, role: str = "admin", **options: Any) -> Page:
        """A page of somebody who has logged in."""
        page = self.window(**options)
        self.log_in(page, LoginIndex.objects.get(pk=tenant.users[role]))
        return page

    def log_in(self, page: Page, login: LoginIndex) -> None:
        """Give a page's window a session, as the login page would."""
        token = issue_token(login, kind=TokenKind.BROWSER)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.address, "httpOnly": True}])

    def close(self) -> None:
        """Close the windows; what they had to complain of is an assertion that fails."""
        while self.windows:
            self.windows.pop().close()
        assert not self.problems, "\n".join(self.problems)

    def _note(self, kind: str, text: object) -> None:
        self.problems.append(f"{kind}: {text}"[:500])

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(STATUS_LINE):
            self._note("console", message.text)

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in HERE and not request.url.startswith(self.address):
            self._note("left this machine", request.url)

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it still waits for.
        if request.failure != "net::ERR_ABORTED":
            self._note("failed", f"{request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._note(str(response.status), response.url)


def path_of(page: Page) -> str:
    """Where a page is, without the server's name."""
    return re.sub(r"^https?://[^/]+", "", page.url)
