"""The back office's pages: how fast they answer, and how much of the network their first visit and a step take."""

import gzip
import http.client
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from benchmarks.cases import Case, Request, Target
from benchmarks.data import Dataset
from benchmarks.load import http_request
from leadercrm.core.cookies import SESSION_COOKIE
from leadercrm.embedded.ports import LOOPBACK

NAME = "Pages"
P50_MS = 150.0
FIRST_VISIT, STEP = 250_000, 30_000
REQUESTS = 30
ASSETS = re.compile(
    rb"""<(?:link[^>]+rel="(?:stylesheet|modulepreload|preload|icon)"[^>]+href|script[^>]+src|img[^>]+src)="([^"]+)"|"""
    rb"""<link[^>]+href="([^"]+)"[^>]+rel="(?:stylesheet|modulepreload|preload|icon)\""""
)
IN_STYLE = re.compile(rb"url\(([^)]+\.woff2)[^)]*\)")
PAGES = {
    "Home": "/",
    "Contacts": "/contacts",
    "A contact": "/contacts/{data.contact_id}",
    "Board of deals": "/deals",
    "Search": "/search?q=garcia",
    "Calendar": "/agenda",
    "Invoices": "/invoices",
}
LIST, WHOLE = "div#list", "main#page"
# What htmx asks for once a page is there: a list's other rows, or what goes into the shell.
STEPS = {
    "Contacts, the next page": ("/contacts?page=2", LIST),
    "Contacts, a search": ("/contacts?search=garcia", LIST),
    "Invoices, the next page": ("/invoices?page=2", LIST),
    "On to a contact": ("/contacts/{data.contact_id}", WHOLE),
    "On to the board of deals": ("/deals", WHOLE),
    "On to the calendar": ("/agenda", WHOLE),
    "On to the first page": ("/", WHOLE),
}


def headers(data: Dataset, *more: str) -> tuple[str, ...]:
    return (f"Cookie: {SESSION_COOKIE}={data.session}", "Accept: text/html", "Accept-Encoding: gzip", *more)


def page(path: str, *more: str) -> Request:
    """A page that somebody opens who has logged in."""
    return lambda data, run: http_request("GET", path.format(data=data), headers=headers(data, *more))


def htmx(target: str) -> tuple[str, ...]:
    return ("HX-Request: true", "HX-Request-Type: partial", f"HX-Target: {target}")


CASES = (
    *(Case(f"Page: {name}", page(path), Target(p50_ms=P50_MS), most=REQUESTS) for name, path in PAGES.items()),
    *(
        Case(f"Step: {name}", page(path, *htmx(target)), Target(p50_ms=P50_MS), most=REQUESTS)
        for name, (path, target) in STEPS.items()
    ),
)


@dataclass(frozen=True)
class Weight:
    """The bytes that came over the network, compressed, of a page or a step; of a first visit with all its files."""

    name: str
    bytes: int
    most: int


def weigh(data: Dataset, port: int, report: Callable[[str], None]) -> str:
    """Every page's first visit and every step, as a table for RESULTS.md."""
    weights = [
        Weight(f"{name}, first visit", sum(_first_visit(data, port, path.format(data=data))), FIRST_VISIT)
        for name, path in PAGES.items()
    ]
    for name, (path, target) in STEPS.items():
        weights.append(Weight(name, len(_fetch(data, port, path.format(data=data), *htmx(target))), STEP))
    for weight in weights:
        report(f"{weight.name}: {weight.bytes / 1000:.0f} kB")
    return (
        "Bytes over the network, as a browser with an empty cache asks for them: a page with its styles, scripts,\n"
        "fonts and pictures, or what htmx fetches in a step. How fast they are stands above.\n\n"
        f"| What | kB | target | met |\n|---|--:|---|---|\n{''.join(map(_row, weights))}"
    )


def _row(weight: Weight) -> str:
    met = "yes" if weight.bytes < weight.most else "**no**"
    return f"| {weight.name} | {weight.bytes / 1000:,.1f} | < {weight.most / 1000:g} | {met} |\n"


def _first_visit(data: Dataset, port: int, path: str) -> Iterator[int]:
    body = _fetch(data, port, path)
    yield len(body)
    html, seen = _plain(body), set[str]()
    waiting = [urljoin(path, (one or other).decode()) for one, other in ASSETS.findall(html)]
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("data:", "http")):
            continue
        seen.add(address)
        content = _fetch(data, port, address)
        yield len(content)
        if ".css" in address:
            waiting += [
                urljoin(address, found.strip(b"'\"").decode()) for found in IN_STYLE.findall(_plain(content))[:1]
            ]


def _plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def _fetch(data: Dataset, port: int, path: str, *more: str) -> bytes:
    wire = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        wire.request("GET", path, headers=dict(line.split(": ", 1) for line in headers(data, *more)))
        answer = wire.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"GET {path}: {answer.status}")
        return body
    finally:
        wire.close()
