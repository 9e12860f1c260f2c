"""Imports as people make them, and the worker that does them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from leadercrm.core import outbox
from leadercrm.core.models import WorkItem, WorkState
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.lists.actions.imports import begin_import, start_import
from leadercrm.lists.models import Batch

Rows = Iterable[Sequence[Any]]


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Any) -> None:
    settings.STORAGE_DIR = tmp_path


def work() -> int:
    """Do all that waits, and what follows from it; how many pieces there were."""
    done = 0
    while item := WorkItem.objects.filter(state=WorkState.WAITING, task__startswith="lists.").order_by("pk").first():
        assert outbox.run(item.pk)
        item.refresh_from_db()
        assert item.state == WorkState.DONE, item.error
        done += 1
    return done


def csv_of(rows: Rows, separator: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(rows: Rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def bring(tenant: TestTenant, resource: str, content: bytes, role: str = "admin", **options: Any) -> Batch:
    """Import a file to its end, with the columns as they are guessed."""
    actor = tenant.actor(role)
    batch = start_import(resource, name="lista.csv", pieces=[content], once=None, actor=actor)
    work()
    batch.refresh_from_db()
    begin_import(batch, {**batch.options, **options}, actor=actor)
    work()
    batch.refresh_from_db()
    return batch


def upload(content: bytes, name: str = "lista.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    browser = Browser()
    assert browser.log_in("admin@alfa.example.com", site="/").status_code == 303
    return browser
