"""Portraits over HTTP: made of a picture, shown, replaced, removed."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from leadercrm.api.tests.operation import PIXEL
from leadercrm.core.errors import DomainError
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path
    return tmp_path / "avatars"


def picture(size: tuple[int, int] = (600, 300), kind: str = "JPEG", mode: str = "RGB", **options: Any) -> str:
    written = BytesIO()
    Image.new(mode, size, 120 if mode in "LP1" else None).save(written, kind, **options)
    return b64encode(written.getvalue()).decode()


@pytest.mark.parametrize(
    "image",
    [
        PIXEL, picture(), picture(kind="PNG", mode="RGBA"), picture(kind="PNG", mode="P"), picture(kind="WEBP"),
        picture(mode="L"), picture(mode="CMYK"), picture((1, 4000), "PNG"),
    ],
)  # fmt: skip
def test_picture_becomes_a_square(sales: Api, alfa: TestTenant, image: str) -> None:
    path = f"/users/{alfa.users['sales']}"
    answer = sales.put(f"{path}/avatar", {"image": image})
    assert answer.status == 200, answer
    url = answer.data["avatar_url"]
    assert url.startswith("http://testserver/storage/avatars/")
    assert sales.get(path).data["avatar_url"] == sales.get("/auth/me").data["avatar_url"] == url
    with unbound():
        served = Client().get(url.removeprefix("http://testserver"))
    shown = Image.open(BytesIO(b"".join(served.streaming_content)))  # type: ignore[attr-defined]
    assert (served.headers["Content-Type"], shown.format, shown.size) == ("image/jpeg", "JPEG", (256, 256))


def test_what_else_was_in_the_file_is_gone(sales: Api, alfa: TestTenant, storage: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    image = picture(exif=exif, comment=b"<script>")
    sales.put(f"/users/{alfa.users['sales']}/avatar", {"image": image})
    [file] = storage.iterdir()
    assert b"secret place" not in file.read_bytes()
    assert b"<script>" not in file.read_bytes()


def test_replaced_and_removed(
    sales: Api, alfa: TestTenant, storage: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    path = f"/users/{alfa.users['sales']}/avatar"
    for expected in (1, 1):
        with django_capture_on_commit_callbacks(execute=True):
            assert sales.put(path, {"image": picture()}).status == 200
        assert len(list(storage.iterdir())) == expected
    with django_capture_on_commit_callbacks(execute=True):
        assert sales.delete(path).data["avatar_url"] is None
    assert list(storage.iterdir()) == []
    with untouched():
        assert sales.delete(path).status == 200


@pytest.mark.parametrize(
    "image",
    [
        None, "", 5, "no base64!", "aGVsbG8=", picture(kind="GIF"), picture()[:400], PIXEL[:40],
        picture((5000, 5000), "PNG", "1"), "data:image/png;base64," + PIXEL,
    ],
)  # fmt: skip
def test_refused(sales: Api, alfa: TestTenant, storage: Path, image: Any) -> None:
    with untouched():
        answer = sales.put(f"/users/{alfa.users['sales']}/avatar", {"image": image})
    assert (answer.status, set(answer.errors)) == (422, {"image"})
    assert not storage.exists()


def test_only_oneself_and_admins(api: Api, viewer: Api, alfa: TestTenant, beta: TestTenant, storage: Path) -> None:
    with untouched():
        for method in ("PUT", "DELETE"):
            assert viewer.call(method, f"/users/{alfa.users['sales']}/avatar", {"image": PIXEL}).status == 403
            assert api.call(method, f"/users/{beta.users['sales']}/avatar", {"image": PIXEL}).status == 404
    assert not storage.exists()
    assert viewer.put(f"/users/{alfa.users['viewer']}/avatar", {"image": PIXEL}).status == 200
    assert api.put(f"/users/{alfa.users['sales']}/avatar", {"image": PIXEL}).status == 200


def test_file_of_a_change_that_failed_is_removed(
    sales: Api, alfa: TestTenant, storage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadercrm.accounts.actions.avatars.lock", _gone)
    assert sales.put(f"/users/{alfa.users['sales']}/avatar", {"image": PIXEL}).status == 422
    assert list(storage.iterdir()) == []


def _gone(row: Any) -> Any:

    raise DomainError("gone")
