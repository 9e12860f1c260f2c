"""Pictures of campaigns over HTTP: put on the shelf, served for ever, taken off it."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from leadercrm.api.tests.operation import PIXEL
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.statements import statements_of
from leadercrm.core.testing.tenants import TestTenant, unbound
from marketing.actions import pictures

HOST = "http://testserver"
PLACE = "/campaign-pictures"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path
    return tmp_path / "campaigns"


def picture(size: tuple[int, int] = (2600, 650), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> str:
    written = BytesIO()
    Image.new(mode, size).save(written, kind, **options)
    return b64encode(written.getvalue()).decode()


def files(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def shown(url: str) -> Any:
    with unbound():
        return Client().get(url.removeprefix(HOST))


def test_a_picture_is_written_anew_and_served_to_anybody_for_ever(api: Api, alfa: TestTenant, storage: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    made = api.post(PLACE, {"image": picture(exif=exif)})
    assert made.status == 201
    assert (made.data["width"], made.data["height"], made.data["owner_id"]) == (1280, 320, alfa.users["admin"])
    assert api.get(PLACE).data == [made.data]
    served = shown(made.data["url"])
    body = b"".join(served.streaming_content)
    assert (served["Content-Type"], Image.open(BytesIO(body)).size) == ("image/jpeg", (1280, 320))
    assert served["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"secret place" not in body
    assert (len(body), made.data["url"]) == (made.data["size"], f"{HOST}/storage/campaigns/{_tail(storage)}")


def _tail(storage: Path) -> str:
    (file,) = files(storage)
    return file.relative_to(storage).as_posix()


def test_a_form_brings_its_files_name_and_a_drawing_stays_transparent(api: Api, storage: Path) -> None:
    written = BytesIO()
    Image.new("RGBA", (40, 30), (200, 0, 0, 0)).save(written, "PNG")
    body = b"\r\n".join(
        (
            b"--x", b'Content-Disposition: form-data; name="image"; filename="Logo oto\xc3\xb1o.png"', b"",
            written.getvalue(), b"--x--", b"",
        )
    )  # fmt: skip
    made = api.call("POST", PLACE, raw=body, content_type="multipart/form-data; boundary=x").data
    assert made["name"] == "Logo otoño.png"
    assert made["url"].endswith(".png")
    (file,) = files(storage)
    kept = Image.open(file).convert("RGBA")
    assert (kept.size, kept.getpixel((5, 5))[3]) == ((40, 30), 0)  # type: ignore[index]


def test_a_transparent_photograph_is_no_drawing(api: Api, storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadercrm.core.pictures.MOST_OF_A_PNG", 100)
    made = api.post(PLACE, {"image": picture((400, 300), "PNG", "RGBA")}).data
    assert made["url"].endswith(".jpg")
    (file,) = files(storage)
    assert Image.open(file).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "image",
    [
        "", "no base64!", b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode(),
        picture((5000, 5000), "PNG", "1"), picture()[:-400], picture((8, 8), "GIF", "P"),
    ],
)  # fmt: skip
def test_what_is_no_picture_or_a_bomb_is_refused(api: Api, storage: Path, image: str) -> None:
    with untouched():
        answer = api.post(PLACE, {"image": image})
    assert (answer.status, set(answer.errors)) == (422, {"image"}), answer
    assert files(storage) == []


def test_the_shelf_has_an_end(api: Api, storage: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PICTURES", 2)
    for _number in range(2):
        assert api.post(PLACE, {"image": PIXEL}).status == 201
    with untouched():
        assert set(api.post(PLACE, {"image": PIXEL}).errors) == {"image"}
    assert len(files(storage)) == 2


def test_what_campaigns_show_stays_where_it_was(
    api: Api, storage: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    kept, gone = (api.post(PLACE, {"image": PIXEL}).data for _number in range(2))
    api.post("/campaigns", {"name": "A", "content": f'<img src="{kept["url"]}" alt="A">'})
    with django_capture_on_commit_callbacks(execute=True):
        assert [api.delete(f"{PLACE}/{row['id']}").status for row in (kept, gone)] == [200, 200]
    assert api.get(PLACE).data == []
    assert (shown(kept["url"]).status_code, shown(gone["url"]).status_code) == (200, 404)
    assert api.get(f"{PLACE}/{gone['id']}").status == api.delete(f"{PLACE}/{gone['id']}").status == 404


def test_who_may_add_look_and_delete(api: Api, sales: Api, viewer: Api, stranger: Api, storage: Path) -> None:
    theirs, own = (door.post(PLACE, {"image": PIXEL}).data["id"] for door in (api, sales))
    with untouched():
        assert viewer.post(PLACE, {"image": PIXEL}).status == 403
        assert [door.delete(f"{PLACE}/{theirs}").status for door in (viewer, sales)] == [403, 403]
        assert stranger.get(f"{PLACE}/{theirs}").status == stranger.delete(f"{PLACE}/{theirs}").status == 404
    assert len(viewer.get(PLACE).data) == 2
    assert sales.delete(f"{PLACE}/{own}").status == 200
    folders = {path.parent.name for path in files(storage)}
    assert stranger.post(PLACE, {"image": PIXEL}).status == 201
    assert len({path.parent.name for path in files(storage)} - folders) == 1  # each account has a folder of its own


def test_the_shelf_costs_the_same_however_full(api: Api) -> None:
    api.post(PLACE, {"image": PIXEL})
    api.get(PLACE)
    one = len(statements_of(lambda: api.get(PLACE)))
    for _number in range(20):
        api.post(PLACE, {"image": PIXEL})
    api.get(PLACE)
    assert len(statements_of(lambda: api.get(PLACE))) == one
