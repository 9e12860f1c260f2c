"""Somebody at a browser who has logged in, and a client that has introduced itself."""

import pytest

from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.connecting import Connecting
from leadercrm.core.testing.tenants import TestTenant


@pytest.fixture
def browser(alfa: TestTenant) -> Browser:
    at_home = Browser()
    assert at_home.log_in("admin@alfa.example.com", site="/").status_code == 303
    assert at_home.get("/settings/tokens").status_code == 200
    return at_home


@pytest.fixture
def client(alfa: TestTenant) -> Connecting:
    made = Connecting()
    assert made.register().status_code == 201
    return made
