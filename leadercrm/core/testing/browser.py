"""A browser without scripts, for tests of pages: cookies, forms with their CSRF token, links."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client

from leadercrm.core.testing.tenants import PASSWORD, unbound


class Page(HTMLParser):
    """What a page holds: the addresses it links to, and the hidden and filled-in fields of its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: dict[str, str] = {}
        self._select = self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "input" and found.get("name"):
            self._input(found)
        elif tag == "select":
            self._select = found.get("name", "")
        elif tag == "option" and self._select and "selected" in found:
            self.fields[self._select] = found.get("value", "")
        elif tag == "textarea":
            self._area = found.get("name", "")
            self.fields[self._area] = ""

    def _input(self, found: dict[str, str]) -> None:
        if found.get("type") in ("checkbox", "radio") and "checked" not in found:
            return
        if found.get("type") not in ("submit", "file"):
            unnamed = "on" if found.get("type") in ("checkbox", "radio") else ""
            self.fields[found["name"]] = found.get("value", unnamed)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data.removeprefix("\n")


class Browser:
    """Somebody at a browser. A 5xx fails the test that caused it."""

    def __init__(self, **extra: Any) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=True, **extra)
        self.token = ""

    def get(self, path: str, **kwargs: Any) -> Any:
        return self._seen(lambda: self.client.get(path, **kwargs), path)

    def post(self, path: str, values: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Send a form as the last page's script-free form would: with its CSRF token."""
        data = {"csrfmiddlewaretoken": self.token, **(values or {})}
        return self._seen(lambda: self.client.post(path, data, **kwargs), path)

    def fill(self, path: str, *, to: str = "", **values: Any) -> Any:
        """Open a form, change some of its fields and send it: to the address it came from, or `to` another."""
        page = self.get(path)
        assert page.status_code == 200, (path, page.status_code)
        return self.post(to or path, {**Page(page.content.decode()).fields, **values})

    def _seen(self, send: Any, path: str) -> Any:
        with unbound():
            response = send()
        assert response.status_code < 500 or response.status_code == 503, (path, response.status_code)
        if response.get("Content-Type", "").startswith("text/html") and response.content:
            self.token = Page(response.content.decode()).fields.get("csrfmiddlewaretoken", self.token)
        return response

    def log_in(self, email: str, password: str = PASSWORD, site: str = "/admin/") -> Any:
        """Log in to one of the admin sites, or with "/" to the back office."""
        if site == "/":
            return self.fill("/login", email=email, password=password)
        self.get(f"{site}login/")
        return self.post(f"{site}login/", {"username": email, "password": password})

    def links(self, path: str, text: str) -> list[str]:
        """The local addresses that a page links to, without fragments."""
        found = [urldefrag(urljoin(path, link))[0] for link in Page(text).links]
        return [link for link in found if link.startswith("/") and not urlsplit(link).netloc]
