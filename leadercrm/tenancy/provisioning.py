"""Schemas of new tenants: made ahead of time, claimed by registrations, removed.

A schema and its Tenant row are written in one transaction, DDL included, so that a process killed in
the middle leaves neither. LEADERCRM_SPARE_TENANTS (settings.SPARE_TENANTS, default 10) is how many
are kept ready; a claim takes 4 ms, making one 0.1 to 0.2 s.
"""

import logging
import re

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Subquery
from django.utils import timezone

from leadercrm.tenancy import locks
from leadercrm.tenancy.models import LoginIndex, SchemaTemplate, Tenant, new_schema_name

logger = logging.getLogger(__name__)

PLACEHOLDER = "@schema@"
SAFE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
# DDL of one schema is many small statements, but each may wait for the disk.
PATIENCE = "SET LOCAL statement_timeout = '60s'"


class NoTemplateError(RuntimeError):
    """`manage.py migrate_fleet` has not been run on this database."""

    def __init__(self) -> None:
        super().__init__("There is no schema template yet: run manage.py migrate_fleet first.")


def current_template() -> SchemaTemplate:
    """What new schemas are made of; no newer one comes before the transaction ends. Raises NoTemplateError."""
    locks.share(locks.Lock.TEMPLATE)
    template = SchemaTemplate.objects.order_by("-version").first()
    if template is None:
        raise NoTemplateError
    return template


def create_schema(schema_name: str, template: SchemaTemplate) -> None:
    """Make a schema from the template, one statement at a time, as Citus wants it.

    Needs a transaction around it: half a schema is never left behind.
    """
    if not SAFE_NAME.fullmatch(schema_name):
        raise ValueError(f"not a schema name of this project: {schema_name!r}")
    if not connection.in_atomic_block:
        raise RuntimeError("a schema is made inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        for statement in template.statements:
            cursor.execute(statement.replace(PLACEHOLDER, schema_name))


def claim_tenant(name: str) -> Tenant:
    """Give the oldest spare its name and make it a tenant, in the caller's transaction.

    Two claims never take the same row, nor wait for each other. With no spare left, or none of the
    current version, the schema is made here: slower, the same result.
    """
    newest = SchemaTemplate.objects.order_by("-version").values("version")[:1]
    spares = Tenant.objects.filter(claimed_at__isnull=True, schema_version=Subquery(newest))
    free = spares.select_for_update(skip_locked=True, no_key=True).order_by("id").first()
    tenant: Tenant = free or _make_spare(current_template())
    tenant.name, tenant.claimed_at = name, timezone.now()
    Tenant.objects.filter(pk=tenant.pk).update(name=name, claimed_at=tenant.claimed_at)
    return tenant


def refill_spares(target: int | None = None) -> int:
    """Make spares of the current version until `target` are ready (default: settings.SPARE_TENANTS).

    Returns how many were made. Another refill that is at work makes this one stop: one at a time is
    enough, and each spare is a transaction of its own.
    """
    wanted = settings.SPARE_TENANTS if target is None else target
    made = 0
    while _make_missing_spare(wanted):
        made += 1
    return made


@transaction.atomic(durable=True)
def _make_missing_spare(wanted: int) -> bool:
    if not locks.try_lock(locks.Lock.REFILL):
        return False
    template = current_template()
    if Tenant.objects.filter(claimed_at__isnull=True, schema_version=template.version).count() >= wanted:
        return False
    _make_spare(template)
    return True


def _make_spare(template: SchemaTemplate) -> Tenant:
    tenant = Tenant(schema_name=new_schema_name(), schema_version=template.version)
    create_schema(tenant.schema_name, template)
    # bulk_create: TenantMixin.save() would first compare the name with every tenant's.
    Tenant.objects.bulk_create([tenant])
    return tenant


@transaction.atomic
def drop_tenant(tenant: Tenant) -> None:
    """Remove a tenant for ever: its schema, logins, tokens and pending work, in one transaction."""
    Tenant.objects.select_for_update().get(pk=tenant.pk)
    _drop_schema(tenant.schema_name)
    Tenant.objects.filter(pk=tenant.pk).delete()


def _drop_schema(schema_name: str) -> None:
    if not SAFE_NAME.fullmatch(schema_name):
        raise ValueError(f"not a schema name of this project: {schema_name!r}")
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema_name} CASCADE")


# One statement, so one snapshot: a schema and its row become visible together, never one before the other.
ORPHANS = """
    SELECT n.nspname, t.id FROM pg_catalog.pg_namespace n
      FULL JOIN "public"."tenancy_tenant" t ON t.schema_name = n.nspname
     WHERE (t.id IS NULL AND n.nspname ~ '^t_[0-9a-f]{16}$') OR n.oid IS NULL
"""


@transaction.atomic(durable=True)
def sweep_orphans() -> int:
    """Remove schemas without a row and rows without a schema that nobody has used; returns how many.

    This project's own transactions leave none; restored backups and manual work may. A schema that
    has users, or a row that has been claimed, is somebody's data half there: it is reported and kept.
    """
    if not locks.try_lock(locks.Lock.SWEEP):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS)
        orphans = cursor.fetchall()
    return sum(_remove_row(row) if row else _remove_schema(schema) for schema, row in orphans)


def _remove_schema(schema: str) -> bool:
    if _has_users(schema):
        logger.error("schema %s has users but no tenant; it is kept, restore its row or drop it", schema)
        return False
    _drop_schema(schema)
    return True


def _remove_row(tenant_id: int) -> bool:
    unused = Tenant.objects.filter(pk=tenant_id, claimed_at__isnull=True)
    if LoginIndex.objects.filter(tenant_id=tenant_id).exists() or not unused.delete()[0]:
        logger.error("tenant %s has no schema; its row is kept, restore its schema or drop it", tenant_id)
        return False
    return True


def _has_users(schema: str) -> bool:
    table = f'"{schema}"."{get_user_model()._meta.db_table}"'
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [table])
        if cursor.fetchone()[0] is None:
            return False
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608, a name from the catalog
        return bool(cursor.fetchone()[0])
