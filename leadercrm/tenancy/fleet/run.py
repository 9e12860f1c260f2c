"""The whole run: extensions, `public`, template, tenants."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from leadercrm.tenancy import locks
from leadercrm.tenancy.fleet.errors import FleetError
from leadercrm.tenancy.fleet.head import (
    Report,
    ensure_extensions,
    head_version,
    migrate_public,
    migrate_template,
    missing_extensions,
    pending_public,
    pending_template,
)
from leadercrm.tenancy.fleet.rollout import Fleet, Rollout
from leadercrm.tenancy.fleet.template import save_template
from leadercrm.tenancy.models import SchemaTemplate


def migrate_fleet(report: Report) -> Rollout:
    """Bring the database, the template and every tenant to the head of the code's migrations.

    Refuses (FleetError) while another run is at work. May be killed at any point and run again.
    """
    with patient_connection(), the_only_run():
        ensure_extensions()
        migrate_public()
        migrate_template(report)
        version = head_version()
        if not SchemaTemplate.objects.filter(version=version).exists():
            save_template(version)
        return Fleet(report).roll_out()


def what_is_missing() -> list[str]:
    """One line for each thing that migrate_fleet would do; empty when all is at the head."""
    lines = [f"to run: {statement}" for statement in missing_extensions()]
    lines += [f"shared app {label} has migrations to apply" for label in pending_public()]
    if lines or not MigrationRecorder(connection).has_table():
        return lines or ["public has never been migrated"]
    lines += [f"the template lacks {name}" for name in pending_template()]
    if not SchemaTemplate.objects.filter(version=head_version()).exists():
        lines.append("the template has not been dumped at its present version")
    behind = len(Fleet(lines.append).tenants_behind())
    return lines + ([f"{behind} tenants are behind"] if behind else [])


@contextmanager
def patient_connection() -> Iterator[None]:
    """Lift the time-outs that protect requests: a migration may rewrite a large table."""
    options = connection.settings_dict["OPTIONS"]
    before = options.get("options", "")
    connection.close()
    options["options"] = f"{before} -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    try:
        yield
    finally:
        connection.close()
        options["options"] = before


@contextmanager
def the_only_run() -> Iterator[None]:
    """Hold the fleet's lock on a connection of its own, which a kill closes and so releases."""
    guard = connection.copy()
    try:
        guard.set_autocommit(False)
        with guard.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [locks.KEY_SPACE, locks.Lock.FLEET.value])
            if not cursor.fetchone()[0]:
                raise FleetError("Another migrate_fleet is at work on this database; wait for it to end.")
        yield
    finally:
        guard.close()
