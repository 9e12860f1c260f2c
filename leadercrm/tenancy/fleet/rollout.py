"""Every tenant that is behind, brought forward step by step.

LEADERCRM_FLEET_LOCK_TIMEOUT_MS (settings.FLEET_LOCK_TIMEOUT_MS, default 1000): how long a step waits
for a lock, with the tenant's own requests queueing behind it, before it gives way and tries later.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import F

from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.fleet.errors import FleetError
from leadercrm.tenancy.fleet.head import Report
from leadercrm.tenancy.models import MigrationStep, Tenant

ROUNDS = 5
# lock_not_available, deadlock_detected: another round may have more luck.
BUSY_STATES = ("55P03", "40P01")
BUSY = "a lock was not had in time"

RECORD = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())"


@dataclass
class Rollout:
    """What a run did: how many tenants it brought to the head, and why others are still behind."""

    migrated: int = 0
    behind: dict[str, str] = field(default_factory=dict)


class LockTimeoutError(Exception):
    """A lock was not had in time; another round may have more luck."""


class Fleet:
    """One run over the tenants. Steps and Django's project states are read once, not once per tenant."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.steps = list(MigrationStep.objects.order_by("id"))
        self._states: dict[int, ProjectState] = {}

    @cached_property
    def loader(self) -> MigrationLoader:
        """All migrations on disk, squashed and replaced ones alike."""
        return MigrationLoader(None, replace_migrations=False)

    def roll_out(self) -> Rollout:
        """Bring all tenants to the last step; spares first, so that registrations find one soon.

        A tenant that fails is left at the last step it finished, and the others go on. Those whose
        lock timed out are tried again in later rounds.
        """
        rollout = Rollout()
        for round_number in range(ROUNDS):
            waiting = [tenant for tenant in self.tenants_behind() if self._may_try(tenant, rollout)]
            if not waiting:
                break
            time.sleep(round_number * settings.FLEET_LOCK_TIMEOUT_MS / 1000)
            for tenant in waiting:
                self._try(tenant, rollout)
        return rollout

    def tenants_behind(self) -> list[Tenant]:
        """Tenants, claimed and spare, that have not been through the last step."""
        head = self.steps[-1].pk if self.steps else 0
        spares_first = F("claimed_at").asc(nulls_first=True)
        return list(Tenant.objects.filter(schema_version__lt=head).order_by(spares_first, "id"))

    def _may_try(self, tenant: Tenant, rollout: Rollout) -> bool:
        return rollout.behind.get(tenant.schema_name, BUSY) == BUSY

    def _try(self, tenant: Tenant, rollout: Rollout) -> None:
        try:
            self._bring_forward(tenant)
        except LockTimeoutError:
            rollout.behind[tenant.schema_name] = BUSY
        except Exception as error:  # whatever a migration raises must not stop the other tenants
            rollout.behind[tenant.schema_name] = f"{type(error).__name__}: {error}".strip()
            self.report(f"{tenant.schema_name}: {rollout.behind[tenant.schema_name]}")
        else:
            rollout.behind.pop(tenant.schema_name, None)
            rollout.migrated += 1

    def _bring_forward(self, tenant: Tenant) -> None:
        with bind(BoundTenant.of(tenant)):
            for step in self.steps:
                if step.pk > tenant.schema_version:
                    self._carry_out(step, tenant)
                    tenant.schema_version = step.pk

    def _carry_out(self, step: MigrationStep, tenant: Tenant) -> None:
        if step.statements is not None:
            with _step_transaction(step, tenant):
                self._run_statements(step)
            return
        migration = self._migration(step)
        if migration.atomic:
            with _step_transaction(step, tenant):
                self._run_migration(step, migration)
            return
        if (step.app, step.name) not in MigrationRecorder(connection).applied_migrations():
            self._run_migration(step, migration)
        with _step_transaction(step, tenant):
            pass

    def _migration(self, step: MigrationStep) -> Migration:
        try:
            return self.loader.disk_migrations[step.app, step.name]
        except KeyError:
            raise FleetError(f"{step} is not in the code any more: run the last release that has it first") from None

    def _run_statements(self, step: MigrationStep) -> None:
        with connection.cursor() as cursor:
            for statement in step.statements or []:
                cursor.execute(statement)
            cursor.execute(RECORD, [step.app, step.name])

    def _run_migration(self, step: MigrationStep, migration: Migration) -> None:
        MigrationExecutor(connection).apply_migration(self._state_before(step).clone(), migration)

    def _state_before(self, step: MigrationStep) -> ProjectState:
        if step.pk not in self._states:
            earlier = [(s.app, s.name) for s in self.steps if s.pk < step.pk]
            state = self.loader.project_state([key for key in earlier if key in self.loader.graph.nodes])
            state.apps  # noqa: B018, rendered here once: clones of the state then share the work
            self._states[step.pk] = state
        return self._states[step.pk]


@contextmanager
def _step_transaction(step: MigrationStep, tenant: Tenant) -> Iterator[None]:
    """The transaction of one step of one tenant, which ends with its new schema version.

    It does not wait for the disk: what a crash takes away takes the version with it and is done again.
    NO KEY UPDATE leaves rows that point at the tenant free to be written meanwhile.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {int(settings.FLEET_LOCK_TIMEOUT_MS)}")
                cursor.execute("SET LOCAL synchronous_commit = off")
            Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
            yield
            Tenant.objects.filter(pk=tenant.pk).update(schema_version=step.pk)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) in BUSY_STATES:
            raise LockTimeoutError from error
        raise
