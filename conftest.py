"""Fixtures of the whole suite: a real PostgreSQL, two tenants, a client for each role."""

import gc
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import hypothesis
import pytest
from django.db import connection
from django.utils import translation

from leadercrm.accounts.hashers import LeaderArgon2Hasher
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.pdf.renderer import RENDERER
from leadercrm.core.testing.databases import drop_migrated_database, migrated_database, own_database
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.processes import FULL
from leadercrm.core.testing.recycling import recycle_tenant
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.provisioning import refill_spares

# The same examples in each run, for as long as they take: `make fuzz` and LEADERCRM_STORM=full look for new ones.
hypothesis.settings.register_profile("suite", deadline=None, database=None, derandomize=not FULL)
hypothesis.settings.load_profile("suite")

# What a document may cost is counted in computing time; by the clock, a busy machine takes as long as it takes.
RENDERER.limits = replace(RENDERER.limits, start_seconds=120.0, wall_seconds=120.0)

# What a password costs, and what it costs in tests that are not about that.
COST = {name: getattr(LeaderArgon2Hasher, name) for name in ("time_cost", "memory_cost")}
LeaderArgon2Hasher.time_cost, LeaderArgon2Hasher.memory_cost = 1, 64


@dataclass
class Suite:
    """What is made once per test process."""

    tenants: dict[str, TestTenant] = field(default_factory=dict)


SUITE = Suite()
SECONDS_OF_A_TEST = 20


# Files with browsers, with processes of their own, crawls and loads: `make test-long`. Those that take longest, waits
# included, come first, so that none is left to the end.
LONG = (
    "test_access", "test_fleet", "test_provisioning", "test_admin_crawl", "test_admin_lists", "test_hostile_pages",
    "test_faults", "test_renderer", "test_admin_access", "test_pdf_documents", "test_fuzz", "test_hostile",
    "test_shell", "test_doorbell", "test_scripts", "test_registration_races", "test_delivery_storm", "test_sdk_client",
    "test_working", "test_storm", "test_browser_workflows", "test_stdio", "test_pdf_canaries", "test_hammer",
    "test_hostile_html", "test_supervisor", "test_whole_way", "test_two_beats", "test_editor", "test_servers",
    "test_page_statements", "test_telling", "test_template", "test_importing", "test_tables", "test_catalogue",
    "test_merging_races", "test_mail_kills", "test_temporary", "test_approval_races", "test_door_camera",
    "test_letters", "test_kills", "test_start_checks", "test_recycling",
)  # fmt: skip


def pytest_collection_finish() -> None:
    """What is loaded now stays: garbage is not looked for among millions of objects that are none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the long ones and begin with them; the workers take whole files in this order."""
    for item in items:
        if item.path.stem in LONG:
            item.add_marker(pytest.mark.long)
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """A database of this process's own, a copy of the one that the run has migrated, with two tenants in it."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"
    with ExitStack() as database:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            database.enter_context(own_database(name, like=migrated_database()))
            refill_spares(4)
            for tenant in ("Alfa", "Beta"):
                SUITE.tenants[tenant] = make_tenant(tenant)
            connection.close()
        yield
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            database.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In the process that goes last: its children, the workers, have ended."""
    if "PYTEST_XDIST_WORKER" not in os.environ and not session.config.option.collectonly:
        drop_migrated_database()


@pytest.fixture(scope="session")
def tenants(django_db_setup: None) -> dict[str, TestTenant]:
    """Alfa and Beta, for what is made once for many tests."""
    return SUITE.tenants


@pytest.fixture
def alfa(db: None) -> Iterator[TestTenant]:
    """The tenant that a test works in; bound, so that models can be used directly."""
    tenant = SUITE.tenants["Alfa"].as_made()
    with bind(tenant.bound):
        yield tenant


@pytest.fixture
def beta(db: None) -> TestTenant:
    """Another tenant, for leaks. Not bound."""
    return SUITE.tenants["Beta"].as_made()


@pytest.fixture
def live(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TestTenant]:
    """A tenant of the test's own, on real commits and not bound: for threads and second connections."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        tenant = make_tenant(f"Live{secrets.token_hex(4)}")
        yield tenant
        connection.close()
        recycle_tenant(tenant.row)
        connection.close()


@pytest.fixture
def api(alfa: TestTenant) -> Api:
    """The API as Alfa's administrator."""
    return Api(alfa.tokens["admin"])


@pytest.fixture
def manager(alfa: TestTenant) -> Api:
    return Api(alfa.tokens["manager"])


@pytest.fixture
def sales(alfa: TestTenant) -> Api:
    return Api(alfa.tokens["sales"])


@pytest.fixture
def viewer(alfa: TestTenant) -> Api:
    return Api(alfa.tokens["viewer"])


@pytest.fixture
def stranger(beta: TestTenant) -> Api:
    """The API as Beta's administrator."""
    return Api(beta.tokens["admin"])


@pytest.fixture
def anonymous(db: None) -> Api:
    return Api()


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as the product does it."""
    for name, value in COST.items():
        monkeypatch.setattr(LeaderArgon2Hasher, name, value)


@pytest.fixture(autouse=True)
def _same_day() -> None:
    """No zone's day ends in the middle of a test: one that would begin shortly before that waits for the next hour."""
    left = 3600 - time.time() % 3600
    if left < SECONDS_OF_A_TEST:
        time.sleep(left)


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """A request leaves its language to the thread, as Django has it: the next test begins in the first one."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_totals() -> None:
    """Versions that a test's rollback takes back come again with other rows."""
    JsonRows._totals.clear()


@pytest.fixture(autouse=True)
def _no_limits(request: pytest.FixtureRequest, settings: pytest.FixtureRequest) -> None:
    """Rate limits are off but where a test asks for them with the marker `limits`."""
    settings.RATE_LIMITS = request.node.get_closest_marker("limits") is not None  # type: ignore[attr-defined]
