"""What tenants use: figures of many tenants in a fixed number of statements, however many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Q

from leadercrm.tenancy.models import AccessToken, LoginIndex, Tenant
from leadercrm.tenancy.provisioning import SAFE_NAME

# A schema's tables through the index of pg_depend, as in leadercrm.tenancy.backend.introspection.
SIZES = """
    SELECT n.nspname, sum(pg_total_relation_size(c.oid))::bigint, bool_or(c.relname = 'core_tally')
      FROM pg_catalog.pg_namespace n
      JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.refobjid = n.oid
       AND d.classid = 'pg_catalog.pg_class'::regclass
      JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'm')
     WHERE n.nspname = ANY(%s)
     GROUP BY n.nspname
"""
TALLY = "SELECT '{0}', resource, sum(rows)::bigint FROM {0}.core_tally WHERE resource = ANY(%s) GROUP BY resource"
COUNTED = ["crm.contact", "crm.company", "crm.deal"]


@dataclass
class Usage:
    """Active users, living rows by resource, bytes of the schema, and when a token was last used."""

    users: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    size: int = 0
    last_used: datetime | None = None


def usage_of(tenants: Iterable[Tenant]) -> dict[int, Usage]:
    """Usage by tenant id."""
    found = {tenant.pk: Usage() for tenant in tenants}
    by_schema = {tenant.schema_name: found[tenant.pk] for tenant in tenants}
    schemas = [name for name in by_schema if SAFE_NAME.fullmatch(name)]
    whole = []
    for schema, size, has_tally in _rows(SIZES, [schemas]) if schemas else ():
        by_schema[schema].size = size
        whole += [schema] if has_tally else []
    for schema, resource, rows in _tallies(whole):
        by_schema[schema].rows[resource] = rows
    _people(found)
    return found


def _tallies(schemas: Sequence[str]) -> list[tuple[Any, ...]]:
    """One statement over all schemas; their names are the catalog's, and ours by their shape."""
    if not schemas:
        return []
    return _rows(" UNION ALL ".join(TALLY.format(schema) for schema in schemas), [COUNTED] * len(schemas))


def _people(found: dict[int, Usage]) -> None:
    logins = LoginIndex.objects.filter(tenant_id__in=found).values_list("tenant_id")
    for tenant_id, users in logins.annotate(users=Count("id", filter=Q(is_active=True))):
        found[tenant_id].users = users
    tokens = AccessToken.objects.filter(login__tenant_id__in=found).values_list("login__tenant_id")
    for tenant_id, last_used in tokens.annotate(last=Max("last_used_at")):
        found[tenant_id].last_used = last_used


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
