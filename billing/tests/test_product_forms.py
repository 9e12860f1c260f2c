"""Pictures of products sent as files of a form: what is taken, what is refused, and how much of it."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from billing.models import ProductImage
from billing.tests.papers import made
from leadercrm.api.tests.operation import PIXEL
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path
    return tmp_path / "products"


def picture(size: tuple[int, int] = (60, 30), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    written = BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def form(content: bytes, name: str = "foto.jpg", field: str = "image", boundary: str = BOUNDARY) -> dict[str, Any]:
    """A form with one file, as arguments of a call."""
    file = BytesIO(content)
    file.name = name
    content_type = MULTIPART_CONTENT.replace(BOUNDARY, boundary)
    return {"raw": encode_multipart(boundary, {field: file}), "content_type": content_type}


def a_product(api: Api) -> str:
    return f"/products/{made(api.post('/products', {'name': 'A', 'unit_price': 1}))['id']}"


def sent(api: Api, product: str, content: bytes, name: str = "foto.jpg", **headers: str) -> Answer:
    return api.post(f"{product}/images", headers=headers, **form(content, name))


def test_file_of_a_form_is_made_anew(api: Api, storage: Path) -> None:
    product, exif = a_product(api), Image.Exif()
    exif[0x010E], exif[0x0112] = "secret place", 6
    answer = sent(api, product, picture((3200, 1600), exif=exif, comment=b"<script>"))
    assert answer.status == 201, answer
    [image], [file] = answer.data["images"], storage.iterdir()
    assert image["url"] == f"http://testserver/storage/products/{file.name}"
    with Image.open(file) as shown:
        assert (shown.format, shown.size) == ("JPEG", (600, 1200))
    assert b"secret place" not in file.read_bytes()
    assert b"<script>" not in file.read_bytes()
    for name, kind in (("a.PNG", "PNG"), ("a.webp", "WEBP"), ("blob", "PNG"), ("../../etc/a.jpeg", "JPEG")):
        assert sent(api, product, picture(kind=kind), name).status == 201, name


def test_pictures_are_listed_in_order(api: Api, viewer: Api, stranger: Api) -> None:
    product, other = a_product(api), a_product(api)
    assert api.get(f"{product}/images").data == []
    none = len(statements_of(lambda: api.get(f"{product}/images")))
    for _number in range(3):
        images = sent(api, product, picture()).data["images"]
    images = api.put(f"{product}/images/{images[2]['id']}", {"position": 0}).data["images"]
    answer = viewer.get(f"{product}/images")
    assert (answer.data, answer.json["meta"]["total"]) == (images, 3)
    assert api.get(f"{product}/images", per_page=2, page=2).data == images[2:]
    assert len(statements_of(lambda: api.get(f"{product}/images"))) == none
    assert api.get(f"{other}/images").data == []
    assert (stranger.get(f"{product}/images").status, api.get("/products/999999/images").status) == (404, 404)


REFUSED: list[tuple[bytes, str]] = [
    (b"", "a.jpg"), (b"no picture", "a.jpg"), (picture(kind="GIF", mode="P"), "a.gif"), (picture(), "a.png"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg"), (picture()[:300], "a.jpg"),
    (picture((5000, 5000), "PNG", "1"), "bomb.png"), (picture(kind="PNG"), "../../etc/passwd.php"),
]  # fmt: skip


def test_what_is_no_picture_is_refused(api: Api, storage: Path) -> None:
    product = a_product(api)
    with untouched():
        for content, name in REFUSED:
            answer = sent(api, product, content, name)
            assert (answer.status, set(answer.errors)) == (422, {"image"}), (name, answer)
    assert not storage.exists()


def test_forms_that_are_none_are_refused(api: Api, storage: Path) -> None:
    path, whole = f"{a_product(api)}/images", form(picture())
    two = whole["raw"].replace(f"--{BOUNDARY}--\r\n".encode(), b"") + whole["raw"]
    bodies: list[dict[str, Any]] = [
        form(picture(), field="file"), {**whole, "raw": two}, {**whole, "raw": b"--"}, {**whole, "raw": b"\x00\xff"},
        *({**whole, "content_type": kind} for kind in ("multipart/form-data", "text/plain")),
        {**whole, "content_type": "multipart/form-data; boundary=" + "x" * 300},
    ]  # fmt: skip
    with untouched():
        for body in bodies:
            assert api.post(path, **body).status == 422, body
        for length in ("99999999", "-1", "many"):
            assert api.post(path, **whole, environ={"CONTENT_LENGTH": length}).status == 422, length
        assert api.post("/products", **whole).status == 422
    assert not storage.exists()


def test_ten_megabytes_are_the_most_and_only_here(api: Api) -> None:
    product, tail = a_product(api), b"\0" * (django_settings.LARGEST_UPLOAD - 2000)
    assert sent(api, product, picture() + tail).status == 201  # what follows a JPEG's end is no part of it
    with untouched():
        answer = sent(api, product, picture() + tail + b"\0" * 2000)
        assert (answer.status, answer.json["code"], "10 MB" in answer.json["message"]) == (422, "bad_body", True)
        image = api.get(f"{product}/images").data[0]["id"]
        for method, path in (("POST", "/contacts"), ("PUT", f"{product}/images/{image}")):
            assert "1 MB" in api.call(method, path, {"position": "A" * 1024 * 1024}).json["message"], path
        chunked = {"HTTP_TRANSFER_ENCODING": "chunked"}
        assert api.post(f"{product}/images", **form(picture() + tail), environ=chunked).status == 422


def test_form_sent_again_under_its_key_adds_once(api: Api) -> None:
    """Though clients make a new boundary for each request."""
    product, key = a_product(api), {"Idempotency-Key": "k"}
    first, second = (
        api.post(f"{product}/images", headers=key, **form(picture(), boundary=boundary)) for boundary in ("one", "two")
    )
    assert (first.status, second.headers["Idempotent-Replayed"], second.data) == (201, "true", first.data)
    with untouched():
        assert sent(api, product, picture((9, 9)), **key).json["code"] == "idempotency_key_reused"
    assert ProductImage.objects.count() == 1


def test_who_may_not_is_told_before_the_file_is_looked_at(api: Api, sales: Api, storage: Path) -> None:
    product = a_product(api)
    with untouched():
        for content in (picture(), b"no picture"):
            assert sent(sales, product, content).status == 403
        assert sales.post(f"{product}/images", {"image": PIXEL}).status == 403
    assert not storage.exists()
