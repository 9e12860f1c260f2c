"""Files for browsers: hashed names that are kept for ever, compressed; and others, which are not."""

import gzip
from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.test import RequestFactory

from leadercrm.core.statics import collect, with_files


def get(application: Any, path: str) -> tuple[str, dict[str, str], bytes]:
    """Status, headers and body."""
    told: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        told.update(status=status, headers=dict(headers))

    environ = RequestFactory().get(path, headers={"Accept-Encoding": "gzip"}).environ
    body = b"".join(application(environ, start))
    return told["status"], told["headers"], body


def test_files_are_collected_under_hashed_names_and_sent_compressed(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    collect()
    hashed = next(path.name for path in (tmp_path / "backoffice").glob("app.????????????.css"))
    application = with_files(lambda environ, start: [start("404 Not Found", []) or b""])
    status, headers, body = get(application, f"/static/backoffice/{hashed}")
    assert (status, headers["Content-Encoding"]) == ("200 OK", "gzip")
    assert "immutable" in headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in headers
    assert b"../vendor/inter/inter-latin-wght-normal.woff2" not in gzip.decompress(body)  # its hashed name stands there
    assert get(application, "/static/backoffice/app.css")[1]["Cache-Control"] == "max-age=60, public"
    for outside in ("/static/../settings.py", "/static/%2e%2e/manage.py", "/static/nothing.css", "/backoffice/app.css"):
        assert get(application, outside)[0] == "404 Not Found"
    assert not list(tmp_path.rglob("*.map"))


def test_before_anything_is_collected_files_have_their_own_names() -> None:
    assert static("backoffice/app.css") == "/static/backoffice/app.css"
