"""The extensions, `public` and the template schema, brought to the head of the code's migrations."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext

import sqlparse
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.models import Max

from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.fleet.errors import FleetError
from leadercrm.tenancy.models import MigrationStep, Tenant

TEMPLATE_SCHEMA = "leadercrm_template"
TEMPLATE = BoundTenant(0, TEMPLATE_SCHEMA, "template")
EXTENSION_SCHEMA = "extensions"
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")
Report = Callable[[str], None]


def missing_extensions() -> list[str]:
    """Statements still to be run before tenants can be made; FleetError when one is in another schema."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [EXTENSION_SCHEMA])
        statements = [] if cursor.fetchone() else [f"CREATE SCHEMA {EXTENSION_SCHEMA}"]
        cursor.execute("SELECT extname, extnamespace::regnamespace::text FROM pg_extension")
        schema_of = dict(cursor.fetchall())
    for name in EXTENSIONS:
        schema = schema_of.get(name)
        if schema is None:
            statements.append(f"CREATE EXTENSION {name} SCHEMA {EXTENSION_SCHEMA}")
        elif schema != EXTENSION_SCHEMA:
            raise FleetError(
                f"The extension {name} is in the schema {schema}; move it with "
                f"ALTER EXTENSION {name} SET SCHEMA {EXTENSION_SCHEMA}."
            )
    return statements


def ensure_extensions() -> None:
    """Create the schema `extensions` and what belongs in it; FleetError when the role may not."""
    statements = missing_extensions()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except ProgrammingError as error:
        raise FleetError(
            f"The role {connection.settings_dict['USER']} may not prepare the database:"
            f" {str(error).splitlines()[0]}. Let a superuser run in it: {'; '.join(statements)};"
        ) from error


def pending_public() -> list[str]:
    """Labels of the shared apps that have migrations to apply."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(_targets(executor, settings.SHARED_APPS))
    shared = {apps.get_app_config(key[0]).label for key in _targets(executor, settings.SHARED_APPS)}
    return sorted({migration.app_label for migration, _ in plan} & shared)


def migrate_public() -> None:
    """Django's own migrate, for the shared apps."""
    for label in pending_public():
        call_command("migrate", label, interactive=False, verbosity=0)


def pending_template() -> list[str]:
    """Names of the tenant migrations that the template has not been through."""
    with bind(TEMPLATE):
        executor = MigrationExecutor(connection)
        return [str(step) for step, _ in executor.migration_plan(_targets(executor, settings.TENANT_APPS))]


def head_version() -> int:
    """The schema version of a tenant that went through every step."""
    return MigrationStep.objects.aggregate(head=Max("id"))["head"] or 0


def migrate_template(report: Report) -> None:
    """Apply what is new to the template, one migration at a time, each with its step for the fleet.

    The step is written in the migration's own transaction: there is never one without the other.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {TEMPLATE_SCHEMA}")
    with_sql = Tenant.objects.exists()
    with bind(TEMPLATE):
        executor = MigrationExecutor(connection)
        state = None
        for migration, backwards in executor.migration_plan(_targets(executor, settings.TENANT_APPS)):
            report(f"template: {migration}")
            with transaction.atomic() if migration.atomic else nullcontext():
                _write_step(executor, migration, with_sql)
                state = executor.migrate(None, plan=[(migration, backwards)], state=state)
        _adopt_squashes(executor)


def _targets(executor: MigrationExecutor, names: Iterable[str]) -> list[tuple[str, str]]:
    leaves = executor.loader.graph.leaf_nodes()
    return [key for key in leaves if apps.get_app_config(key[0]).name in names]


def _write_step(executor: MigrationExecutor, migration: Migration, with_sql: bool) -> None:
    statements = None
    if with_sql and migration.atomic and all(_is_sql(operation) for operation in migration.operations):
        lines = executor.loader.collect_sql([(migration, False)])
        statements = [part for line in lines for part in sqlparse.split(line) if not _is_comment(part)]
    MigrationStep.objects.get_or_create(
        app=migration.app_label, name=migration.name, defaults={"statements": statements}
    )


def _is_sql(operation: Operation) -> bool:
    if isinstance(operation, SeparateDatabaseAndState):
        return all(_is_sql(inner) for inner in operation.database_operations)
    return operation.reduces_to_sql


def _is_comment(statement: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("--") for line in statement.splitlines())


def _adopt_squashes(executor: MigrationExecutor) -> None:
    """Give a squashed migration its step, an empty one, once all that it replaces has been applied."""
    executor.check_replacements()
    applied = executor.recorder.applied_migrations()
    for app, name in executor.loader.replacements:
        if (app, name) in applied:
            MigrationStep.objects.get_or_create(app=app, name=name, defaults={"statements": []})
