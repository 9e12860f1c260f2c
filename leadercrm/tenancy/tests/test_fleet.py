"""migrate_fleet over many tenants: killed again and again, locked out, failing, run twice at once."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from leadercrm.tenancy import locks
from leadercrm.tenancy.fleet.fingerprint import fingerprint
from leadercrm.tenancy.fleet.head import TEMPLATE_SCHEMA
from leadercrm.tenancy.tests.scratch import Scratch, django_on, scratch_database

SPARES = 13
AT_HEAD = """
    SELECT count(*) FROM tenancy_tenant WHERE schema_version = (SELECT max(id) FROM tenancy_migrationstep)
"""
LAST_IN_TURN = "SELECT schema_name FROM tenancy_tenant WHERE claimed_at IS NOT NULL ORDER BY id DESC LIMIT 1"
STEPS_DONE = """
    SELECT sum(t.schema_version - first.version) FROM tenancy_tenant t,
           (SELECT min(id) - 1 AS version FROM tenancy_migrationstep WHERE app = 'drill') first
"""


@pytest.fixture(scope="module")
def original(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scratch]:
    """Tenants, every third a spare, at the head of the product's migrations but not of the drill's."""
    with django_db_blocker.unblock():
        suites = str(connection.settings_dict["NAME"])
        connection.close()
        with scratch_database(like=suites) as scratch:
            code, output = scratch.manage("migrate_fleet", SPARE_TENANTS=SPARES)
            assert code == 0, output
            scratch.run("UPDATE tenancy_tenant SET claimed_at = now(), name = 'Claimed' WHERE id % 3 > 0")
            scratch.wait_until_alone()
            yield scratch


@pytest.fixture
def fleet(original: Scratch, django_db_blocker: Any) -> Iterator[Scratch]:
    """A copy of the original for one test."""
    with django_db_blocker.unblock(), scratch_database(like=original.name) as scratch:
        yield scratch


def lasting(schema_name: str) -> set[str]:
    """What the schema is made of but the positions of its sequences: a number that a killed run drew stays drawn."""
    return {line for line in fingerprint(schema_name) if not line.startswith("position ")}


def assert_all_at_head(scratch: Scratch) -> None:
    """Every tenant is what the template is, and each step was carried out in it exactly once."""
    assert scratch.query(AT_HEAD) == [(len(scratch.tenants()),)]
    with django_on(scratch):
        expected = lasting(TEMPLATE_SCHEMA)
        for name in scratch.tenants():
            assert lasting(name) == expected
    for name in scratch.tenants():
        assert scratch.query(f"SELECT grams FROM {name}.drill_gadget") == [(3,)]
        applied = f"SELECT count(*), count(DISTINCT (app, name)) FROM {name}.django_migrations"
        template = f"SELECT count(*), count(*) FROM {TEMPLATE_SCHEMA}.django_migrations"
        assert scratch.query(applied) == scratch.query(template)


def test_killed_run_is_resumed_to_the_head(fleet: Scratch) -> None:
    assert fleet.manage("migrate_fleet", "--check", drill=True)[0] == 1
    kills = [("SELECT count(*) FROM tenancy_migrationstep WHERE app = 'drill'", 2)]
    kills += [(STEPS_DONE, n) for n in sorted(random.sample(range(1, SPARES * 5 - 10), 2))]
    with fleet.connect() as reader, reader.transaction():
        # However slow we are, the run is not over before it is killed: it waits for this.
        reader.execute(f"SELECT FROM {fleet.query(LAST_IN_TURN)[0][0]}.accounts_team")
        for statement, at_least in kills:
            process = fleet.start("migrate_fleet", "--no-spares", drill=True, FLEET_LOCK_TIMEOUT_MS=100_000)
            fleet.wait_for(statement, at_least)
            process.kill()
            process.end()
    fleet.wait_until_alone()
    assert fleet.manage("migrate_fleet", "--check", drill=True)[0] == 1
    code, output = fleet.manage("migrate_fleet", "--no-spares", drill=True)
    assert code == 0, output
    assert_all_at_head(fleet)
    assert fleet.manage("migrate_fleet", "--check", drill=True) == (0, "Everything is at the head.\n")


def test_locked_and_failing_tenants_do_not_stop_the_others(fleet: Scratch) -> None:
    locked, broken, *others = fleet.tenants()
    fleet.run(f"INSERT INTO {broken}.accounts_team (name) VALUES ('Broken')")
    with fleet.connect() as reader, reader.transaction():
        reader.execute(f"SELECT FROM {locked}.accounts_team")
        code, output = fleet.manage("migrate_fleet", "--no-spares", drill=True, FLEET_LOCK_TIMEOUT_MS=50)
    assert code == 1
    assert f"{len(others)} tenants migrated, 2 behind" in output
    assert f"{locked} is behind: a lock was not had in time" in output
    assert f"{broken} is behind: ValueError: this tenant is broken" in output
    assert fleet.query(AT_HEAD) == [(len(others),)]
    assert "2 tenants are behind" in fleet.manage("migrate_fleet", "--check", drill=True)[1]
    fleet.run(f"DELETE FROM {broken}.accounts_team")
    assert fleet.manage("migrate_fleet", "--no-spares", drill=True)[0] == 0
    assert_all_at_head(fleet)


def test_second_run_at_once_is_refused(fleet: Scratch) -> None:
    with fleet.connect() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.KEY_SPACE, locks.Lock.FLEET.value])
        code, output = fleet.manage("migrate_fleet", drill=True)
    assert code == 1
    assert "Another migrate_fleet is at work" in output
    assert fleet.query("SELECT count(*) FROM tenancy_migrationstep WHERE app = 'drill'") == [(0,)]


def test_empty_database_is_reported_and_then_prepared() -> None:
    with scratch_database() as scratch:
        code, output = scratch.manage("migrate_fleet", "--check")
        assert code == 1
        assert "CREATE EXTENSION pg_trgm" in output
        assert scratch.query("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
        code, output = scratch.manage("migrate_fleet", SPARE_TENANTS=2)
        assert (code, "2 spares made" in output) == (0, True), output
        assert scratch.manage("migrate_fleet", "--check")[0] == 0


def test_extension_in_another_schema_is_explained() -> None:
    with scratch_database() as scratch:
        scratch.run("CREATE EXTENSION pg_trgm")
        code, output = scratch.manage_anew("migrate_fleet")
        assert code == 1
        assert "ALTER EXTENSION pg_trgm SET SCHEMA extensions" in output
        assert "Traceback" not in output
