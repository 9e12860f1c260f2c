"""PDFs are kept per tenant, whole or not at all, and not for ever."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from leadercrm.core.pdf import cache
from leadercrm.core.testing.tenants import TestTenant

KEYS = [f"{number:064x}" for number in range(5)]
PDF = b"%PDF-1.7\nsomething\n%%EOF\n"


@pytest.fixture
def folder(alfa: TestTenant, settings: Any, tmp_path: Path) -> Path:
    settings.PDF_CACHE_DIR = tmp_path
    return tmp_path / str(alfa.bound.id)


def never() -> bytes:
    raise AssertionError("it was there already")


def test_a_pdf_is_made_once(folder: Path) -> None:
    assert cache.cached(KEYS[0], lambda: PDF) == PDF
    assert cache.cached(KEYS[0], never) == PDF


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "/x"])
def test_a_key_is_no_path(folder: Path, key: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        cache.cached(key, never)


@pytest.mark.parametrize("left", [b"", b"%PDF-1.7\nsome", b"\0" * 30])
def test_what_a_power_cut_left_is_made_anew(folder: Path, left: bytes) -> None:
    cache.cached(KEYS[0], lambda: PDF)
    next(folder.glob("*/*.pdf")).write_bytes(left)
    assert cache.cached(KEYS[0], lambda: PDF) == PDF
    assert cache.cached(KEYS[0], never) == PDF


def test_a_refusal_leaves_nothing(folder: Path) -> None:
    with pytest.raises(AssertionError):
        cache.cached(KEYS[0], never)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_costs_time_only(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file where the folder should be")
    assert cache.cached(KEYS[0], lambda: PDF) == PDF
    assert cache.cached(KEYS[0], lambda: PDF) == PDF


def test_what_nobody_read_for_a_month_is_removed(folder: Path) -> None:
    for key in KEYS[:2]:
        cache.cached(key, lambda: PDF)
    long_ago = time.time() - cache.KEPT_SECONDS - 60
    for path in folder.glob("*/*.pdf"):
        os.utime(path, (long_ago, long_ago))
    cache.cached(KEYS[1], never)
    assert cache.forget_old_pdfs() == 1
    assert [path.stem for path in folder.glob("*/*.pdf")] == [KEYS[1]]


def test_a_full_folder_loses_the_longest_unread(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for age, key in enumerate(KEYS):
        cache.cached(key, lambda: PDF)
        path = folder / key[:2] / f"{key}.pdf"
        os.utime(path, (time.time() - age * 60,) * 2)
    monkeypatch.setattr(cache, "MOST_BYTES", 3 * len(PDF))
    assert cache.forget_old_pdfs() == 2
    assert {path.stem for path in folder.glob("*/*.pdf")} == set(KEYS[:3])


def test_an_empty_cache_is_kept_in_order(folder: Path) -> None:
    assert cache.forget_old_pdfs() == 0
