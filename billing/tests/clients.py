"""Clients at their documents' pages, as a browser without scripts sees them."""

import base64
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image, ImageDraw

from billing.links import public_path
from billing.models import Contract, Invoice, Quote
from leadercrm.core.testing.browser import Page
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import unbound

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
MODELS: dict[str, Any] = {"quotes": Quote, "invoices": Invoice, "contracts": Contract}
WHO = {"name": "María García", "email": "maria@soluciones.example", "typed": "María García", "consent": "on"}


class Visitor:
    """Somebody with a browser and no login. A 5xx fails the test that caused it."""

    def __init__(self, agent: str = FIREFOX, **headers: str) -> None:
        self.client = Client(raise_request_exception=True)
        self.headers = {"User-Agent": agent, **headers}

    def call(self, method: str, path: str, data: Any = None, **extra: Any) -> Any:
        with unbound():
            send = getattr(self.client, method)
            response = send(path, data, headers={**self.headers, **extra.pop("headers", {})}, **extra)
        assert response.status_code < 500 or response.status_code == 503, (path, response.status_code)
        return response

    def get(self, path: str, **extra: Any) -> Any:
        return self.call("get", path, **extra)

    def post(self, path: str, data: Any = None, **extra: Any) -> Any:
        return self.call("post", path, data or {}, **extra)

    def answer(self, page: str, how: str, values: dict[str, str] | None = None, **extra: Any) -> Any:
        """Fill in the page's form `how` and send it; `values` are by the fields' short names."""
        known = Page(self.get(page).content.decode()).fields
        own = {name: value for name, value in known.items() if name.startswith(f"{how}-")}
        given = {f"{how}-{name}": value for name, value in (WHO if values is None else values).items()}
        return self.post(f"{page}/{how}", {**own, **given}, **extra)


def page_of(kind: str, row: dict[str, Any]) -> str:
    """The address of a document's page, as it is now."""
    return public_path(MODELS[kind].with_deleted.get(pk=row["id"]))


def sent(api: Api, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(f"/{kind}/{row['id']}/send")
    assert answer.status == 200, answer
    found: dict[str, Any] = answer.data
    return found


def drawing(size: tuple[int, int] = (600, 200), *, strokes: bool = True, format: str = "PNG") -> str:
    """A signature as a canvas gives it: a data: URI."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if strokes:
        ImageDraw.Draw(picture).line([(20, 20), (120, 150), (220, 30), (300, 120)], fill=(17, 24, 39, 255), width=7)
    written = BytesIO()
    (picture.convert("RGB") if format == "JPEG" else picture).save(written, format)
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode()
