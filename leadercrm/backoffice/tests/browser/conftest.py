"""A real browser, one for all tests of this folder, and windows of it for each test."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from playwright.sync_api import Browser, expect, sync_playwright

from leadercrm.backoffice.tests.browser.places import complete
from leadercrm.core.testing.chromium import FLAGS, NOBODY_ELSE, chromium
from leadercrm.core.testing.serving import served
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.testing.watching import PATIENCE_MS, Desk
from leadercrm.demo.tenant import make_demo
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.models import LoginIndex
from leadercrm.tenancy.provisioning import drop_tenant


@pytest.fixture(scope="package")
def chrome(django_db_setup: None) -> Iterator[Browser]:
    """Chromium; its driver keeps an event loop in this thread, beside which Django would refuse to ask the database."""
    path = chromium()
    expect.set_options(timeout=PATIENCE_MS)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = driver.chromium.launch(executable_path=path, args=[*FLAGS, NOBODY_ELSE], chromium_sandbox=False)
        yield browser
        browser.close()
        connections.close_all()  # beside a loop Django has others than elsewhere in this thread


@pytest.fixture(scope="package")
def server(django_db_setup: None) -> Iterator[str]:
    """Where the product is served."""
    with served() as found:
        yield found


@pytest.fixture
def desk(chrome: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A browser with no window open, whose windows are closed before the test's tenant goes."""
    if "live" in request.fixturenames:
        request.getfixturevalue("live")
    desk = Desk(chrome, server)
    yield desk
    desk.close()


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TestTenant]:
    """The demo's tenant, on real commits, for tests that look and change nothing."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        tenant = TestTenant(make_demo())
        tenant.users = {login.role: login.pk for login in LoginIndex.objects.filter(tenant=tenant.row)}
        with bind(tenant.bound):
            complete(tenant)
        yield tenant
        drop_tenant(tenant.row)
        connection.close()
