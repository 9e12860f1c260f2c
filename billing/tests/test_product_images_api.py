"""Pictures of products over HTTP."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from leadercrm.api.tests.operation import PIXEL
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import unbound

HOST = "http://testserver"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path
    return tmp_path / "products"


@pytest.fixture
def path(api: Api) -> str:
    return f"/products/{api.post('/products', {'name': 'A', 'unit_price': 1}).data['id']}"


def picture(size: tuple[int, int] = (2400, 600), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> str:
    written = BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return b64encode(written.getvalue()).decode()


def test_picture_is_written_anew_and_served(api: Api, path: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    answer = api.post(f"{path}/images", {"image": picture(exif=exif)})
    assert answer.status == 201
    [image] = answer.data["images"]
    assert image["position"] == 0
    assert api.get(path).data["images"] == api.get("/products").data[0]["images"] == [image]
    with unbound():
        served = Client().get(image["url"].removeprefix(HOST))
    body = b"".join(served.streaming_content)  # type: ignore[attr-defined]
    shown = Image.open(BytesIO(body))
    assert (served.headers["Content-Type"], shown.format, shown.size) == ("image/jpeg", "JPEG", (1200, 300))
    assert b"secret place" not in body


def test_small_and_transparent_ones_stay_whole_on_white(api: Api, path: str, storage: Path) -> None:
    api.post(f"{path}/images", {"image": picture((40, 30), "PNG", "RGBA")})
    [file] = storage.iterdir()
    shown = Image.open(file)
    assert (shown.size, shown.getpixel((20, 15))) == ((40, 30), (255, 255, 255))


def test_order_and_removal(
    api: Api, path: str, storage: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    for _number in range(3):
        images = api.post(f"{path}/images", {"image": PIXEL}).data["images"]
    first, second, third = (image["id"] for image in images)
    moved = api.put(f"{path}/images/{third}", {"position": 0}).data["images"]
    assert [(image["id"], image["position"]) for image in moved] == [(third, 0), (first, 1), (second, 2)]
    with django_capture_on_commit_callbacks(execute=True):
        left = api.delete(f"{path}/images/{first}").data["images"]
    assert [(image["id"], image["position"]) for image in left] == [(third, 0), (second, 1)]
    assert len(list(storage.iterdir())) == 2
    assert api.delete(f"{path}/images/{first}").status == 404
    other = f"/products/{api.post('/products', {'name': 'B', 'unit_price': 1}).data['id']}"
    assert api.put(f"{other}/images/{third}", {"position": 0}).status == 404


def test_pictures_change_their_product_and_make_no_other(api: Api, path: str) -> None:
    before = api.get(path).data
    images = [api.post(f"{path}/images", {"image": PIXEL}).data["images"][-1]["id"] for _number in range(2)]
    last = api.delete(f"{path}/images/{images[0]}").data
    assert last["updated_at"] > before["updated_at"]
    assert api.get("/products").json["meta"]["total"] == 1
    entries = AuditEntry.objects.filter(object_type="billing.product").order_by("id")
    actions = ["product.created", "product.image_added", "product.image_added", "product.image_removed"]
    assert [entry.action for entry in entries] == actions
    assert entries[3].changes == {"image": [images[0], None]}
    with untouched():
        assert api.put(f"{path}/images/{images[1]}", {"position": 5}).data == last


SVG = b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()


@pytest.mark.parametrize(
    "image",
    [
        "", "no base64!", SVG, b64encode(b"GIF89a").decode(),
        picture((5000, 5000), "PNG", "1"), picture()[:-400], picture((8, 8), "GIF", "P"),
    ],
)  # fmt: skip
def test_what_is_no_picture_is_refused(api: Api, path: str, storage: Path, image: str) -> None:
    with untouched():
        answer = api.post(f"{path}/images", {"image": image})
    assert (answer.status, set(answer.errors)) == (422, {"image"}), answer
    assert not storage.exists() or not list(storage.iterdir())


def test_ten_are_enough(api: Api, path: str, storage: Path) -> None:
    for _number in range(10):
        assert api.post(f"{path}/images", {"image": PIXEL}).status == 201
    with untouched():
        assert set(api.post(f"{path}/images", {"image": PIXEL}).errors) == {"image"}
    assert len(list(storage.iterdir())) == 10


def test_sales_staff_look_only(api: Api, sales: Api, path: str, storage: Path) -> None:
    image = api.post(f"{path}/images", {"image": PIXEL}).data["images"][0]["id"]
    with untouched():
        assert sales.post(f"{path}/images", {"image": PIXEL}).status == 403
        assert sales.put(f"{path}/images/{image}", {"position": 0}).status == 403
        assert sales.delete(f"{path}/images/{image}").status == 403
    assert len(list(storage.iterdir())) == 1
