"""An operator, and a browser that has logged in as one."""

import pytest

from leadercrm.core.testing.browser import Browser
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.operators.actions.sessions import create_operator
from leadercrm.operators.models import Operator

EMAIL, SECRET = "olga@platform.example.com", "una-clave-muy-larga"


@pytest.fixture
def olga(alfa: TestTenant) -> Operator:
    with unbound():
        return create_operator(email=EMAIL, name="Olga", password=SECRET)


@pytest.fixture
def operator(olga: Operator) -> Browser:
    browser = Browser()
    assert browser.log_in(EMAIL, SECRET, "/operator/").status_code == 302
    return browser
