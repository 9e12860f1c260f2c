"""How a tenant presents itself, over HTTP and on paper."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from billing.tests.papers import a_quote
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import unbound

NOTHING = dict.fromkeys(
    ("colour", "legal_name", "tax_id", "tax_regime", "address", "email", "phone", "website", "logo_url")
)
LOGO = BytesIO()
Image.new("RGBA", (1200, 300), (200, 30, 30, 120)).save(LOGO, "PNG")
IMAGE = b64encode(LOGO.getvalue()).decode()


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path
    return tmp_path / "logos"


def test_texts_are_changed_and_taken_away(api: Api, stranger: Api) -> None:
    assert api.get("/billing/branding").data == NOTHING
    chosen = {"colour": "#0A7B83", "legal_name": "Zamarrón Consulting SC", "tax_id": "ZCO150101AB1"}
    assert api.put("/billing/branding", chosen).data == {**NOTHING, **chosen}
    assert api.patch("/billing/branding", {"tax_id": None}).data == {**NOTHING, **chosen, "tax_id": None}
    assert stranger.get("/billing/branding").data == NOTHING


def test_logo_is_written_anew_shown_and_removed(
    api: Api, storage: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    quote = a_quote(api)
    plain = api.get(f"/quotes/{quote['id']}/pdf").body
    with django_capture_on_commit_callbacks(execute=True):
        url = api.put("/billing/branding/logo", {"image": IMAGE}).data["logo_url"]
        again = api.put("/billing/branding/logo", {"image": IMAGE}).data["logo_url"]
    assert [file.name for file in storage.iterdir()] == [again.rpartition("/")[2]] != [url.rpartition("/")[2]]
    with unbound():
        served = Client().get(again.removeprefix("http://testserver"))
    shown = Image.open(BytesIO(b"".join(served.streaming_content)))  # type: ignore[attr-defined]
    assert (served.headers["Content-Type"], shown.size, shown.mode) == ("image/png", (600, 150), "RGBA")
    assert api.get(f"/quotes/{quote['id']}/pdf").body != plain
    with django_capture_on_commit_callbacks(execute=True):
        assert api.delete("/billing/branding/logo").data == NOTHING
    assert list(storage.iterdir()) == []
    assert api.get(f"/quotes/{quote['id']}/pdf").body == plain


@pytest.mark.parametrize(
    ("body", "field"),
    [({"colour": "rojo"}, "colour"), ({"email": "no"}, "email"), ({"legal_name": "x" * 256}, "legal_name")],
)
def test_what_is_wrong_is_refused_at_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    with untouched():
        assert set(api.put("/billing/branding", body).errors) == {field}


def test_administrators_change_it(api: Api, manager: Api, sales: Api, viewer: Api, storage: Path) -> None:
    with untouched():
        assert set(api.put("/billing/branding/logo", {"image": b64encode(b"GIF89a").decode()}).errors) == {"image"}
        for client in (manager, sales, viewer):
            assert client.put("/billing/branding", {"colour": "#000000"}).status == 403
            assert client.put("/billing/branding/logo", {"image": IMAGE}).status == 403
            assert client.delete("/billing/branding/logo").status == 403
            assert client.get("/billing/branding").status == 200
    assert not storage.exists()
