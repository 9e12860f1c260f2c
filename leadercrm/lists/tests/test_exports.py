"""Files of lists that are made in the background: the list's own rows, for whoever asked, for some days."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from openpyxl import load_workbook

from crm.actions.contacts import create_contact
from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.lists import tasks
from leadercrm.lists.models import Export
from leadercrm.lists.tests.conftest import work
from leadercrm.notifications.models import Notification


def ask(browser: Browser, **values: Any) -> Any:
    browser.get("/contacts")
    return browser.post(
        "/exports", {"listing": "/contacts", "query": "lifecycle_stage=customer", "kind": "csv", **values}
    )


def make(tenant: TestTenant) -> None:
    for name, stage in (("=Ana", "customer"), ("Bea", "lead")):
        create_contact({"first_name": name, "lifecycle_stage": stage}, actor=tenant.actor())


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_has_what_the_filters_find_and_is_for_one(browser: Browser, alfa: TestTenant, kind: str) -> None:
    make(alfa)
    assert ask(browser, kind=kind, once="1").status_code == 303
    ask(browser, kind=kind, once="1")
    export = Export.objects.get()
    assert browser.get(f"/exports/{export.pk}").status_code == 422
    work()
    told = Notification.objects.get(user_id=alfa.users["admin"])
    assert told.url == f"/exports/{export.pk}"
    fetched = browser.get(told.url)
    assert fetched["Content-Disposition"] == f'attachment; filename="contactos.{kind}"'
    content = body(fetched)
    if kind == "csv":
        assert content.decode("utf-8-sig").count("\r\n") == 2
        assert "'=Ana" in content.decode()
    else:
        path = Path(settings.STORAGE_DIR) / "x.xlsx"
        path.write_bytes(content)
        rows = list(load_workbook(path).active.iter_rows(values_only=True))
        assert [row[0] for row in rows[1:]] == ["=Ana"]
    other = Browser()
    other.log_in("manager@alfa.example.com", site="/")
    assert other.get(told.url).status_code == 404
    assert Browser().get(told.url).status_code == 302


def test_nonsense_is_refused(browser: Browser, alfa: TestTenant) -> None:
    browser.get("/contacts")
    with untouched():
        assert ask(browser, kind="exe").status_code == 422
        assert ask(browser, listing="/settings").status_code == 404
    for number in range(3):
        ask(browser, once=str(number))
    with untouched():
        assert ask(browser, once="4").status_code == 422


def test_a_list_offers_it_where_a_request_would_take_too_long(
    browser: Browser, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(alfa)
    assert 'action="/exports"' not in browser.get("/contacts").content.decode()
    monkeypatch.setattr("leadercrm.core.web.lists.MOST_ROWS", 1)
    assert 'action="/exports"' in browser.get("/contacts").content.decode()


def test_files_go_after_some_days(browser: Browser, alfa: TestTenant) -> None:
    make(alfa)
    ask(browser)
    work()
    export = Export.objects.get()
    path = Path(settings.STORAGE_DIR) / "lists" / export.file
    assert path.exists()
    tasks.forget_rows()
    assert path.exists()
    Export.objects.update(created_at=timezone.now() - timedelta(days=8))
    tasks.forget_rows()
    assert not path.exists()
    assert not Export.objects.exists()
    assert browser.get(f"/exports/{export.pk}").status_code == 404
