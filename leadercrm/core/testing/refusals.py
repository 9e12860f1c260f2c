"""Proving that a refused request left no trace: nothing changed, nothing recorded, nothing scheduled."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings

from leadercrm.core.database import connection
from leadercrm.core.testing.tenants import unbound

# A token's use is noted whatever comes of the request.
USE_OF_TOKENS = "- 'last_used_at' - 'expires_at'"
# Tens of thousands of rows that only a whole load writes, which leaves a row in another table.
LOADED_WHOLE = {"postal.PostalCode"}


def _tables(applications: list[str]) -> list[str]:
    chosen = [name for name in applications if not name.startswith("django.")]
    configs = [config for config in apps.get_app_configs() if config.name in chosen]
    models = [model for config in configs for model in config.get_models()]
    return sorted(model._meta.db_table for model in models if model._meta.label not in LOADED_WHOLE)


def contents(tables: list[str]) -> dict[str, str]:
    """A digest of each table's rows, as the bound schema has them."""
    parts = [
        f"SELECT '{table.replace(chr(34), '')}', md5(coalesce(string_agg(row, E'\\n' ORDER BY row), ''))"
        f" FROM (SELECT (to_jsonb(t) {USE_OF_TOKENS})::text AS row FROM {table} t) r"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def everything(*, shared: bool = True) -> dict[str, str]:
    """Digests of all tables: those of the bound tenant, if there is one, and unless told otherwise the shared ones."""
    found = contents(_tables(settings.TENANT_APPS)) if connection.schema_name != "public" else {}
    if not shared:
        return found
    with unbound():
        return found | contents(_tables(settings.SHARED_APPS))


@contextmanager
def untouched(*, shared: bool = True) -> Iterator[None]:
    """Fail if any row of any table is another one afterwards: audit, work queue and keys included.

    Without `shared` it is about the bound tenant alone, and another one may work meanwhile.
    """
    before = everything(shared=shared)
    yield
    after = everything(shared=shared)
    changed = [table for table, digest in after.items() if before[table] != digest]
    assert not changed, f"a refused request changed {', '.join(changed)}"
