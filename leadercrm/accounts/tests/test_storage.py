"""/storage serves portraits and nothing else."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGE_DIR = tmp_path
    (tmp_path / "avatars").mkdir()
    (tmp_path / "avatars" / "7.jpg").write_bytes(b"\xff\xd8portrait")
    (tmp_path / "avatars" / "secret.jpg").write_bytes(b"no")
    (tmp_path / "8.jpg").write_bytes(b"no")
    return tmp_path


def test_portrait_is_served_as_an_image(storage: Path) -> None:
    response = Client().get("/storage/avatars/7.jpg")
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"\xff\xd8portrait"  # type: ignore[attr-defined]
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "path",
    ["avatars/9.jpg", "avatars/secret.jpg", "8.jpg", "avatars/..%2f8.jpg", "avatars/../8.jpg", "avatars/7.jpg%0a",
     "avatars/٧.jpg", "avatars/7.png", "avatars/", "avatars/" + "9" * 20 + ".jpg", ""],
)  # fmt: skip
def test_everything_else_is_not_there(storage: Path, path: str) -> None:
    assert Client().get(f"/storage/{path}").status_code == 404


def test_portraits_are_only_read(storage: Path) -> None:
    assert Client().post("/storage/avatars/7.jpg").status_code == 405
