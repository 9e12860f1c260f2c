"""The database wrapper that Django loads by the name of this module."""

from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper
from psycopg.pq import TransactionStatus

from leadercrm.tenancy.backend.introspection import SchemaIntrospection


class PreparingCursor(ServerBindingCursor):
    """A cursor whose statements PostgreSQL keeps prepared: planned once per connection and tenant."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        return super().execute(query, params, prepare=True)  # type: ignore[misc]


class DatabaseWrapper(TenantDatabaseWrapper):
    """django-tenants' wrapper with another table list, and a cursor for prepared statements.

    A statement may set the search_path itself and announce it; binding that very schema next then
    needs no SET of its own. Whatever could have changed the path meanwhile withdraws the announcement.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._announced_schema: str | None = None
        super().__init__(*args, **kwargs)
        self.introspection = SchemaIntrospection(self)

    def preparing_cursor(self, *, bound: bool = True) -> Any:
        """A cursor for statements that are the same text each time.

        Only for statements whose result types never change, whatever a migration does to the
        tables: PostgreSQL refuses a kept statement whose result type has changed. One that names
        the schema of everything in it may run with the search_path as it stands: `bound=False`.
        """
        with self.wrap_database_errors:
            self.ensure_connection()
            if bound:
                self._handle_search_path()
            return self._prepare_cursor(PreparingCursor(self.connection))  # type: ignore[call-arg]

    def announce_search_path(self, schema_name: str) -> None:
        """Say that a statement has just set the search_path to this tenant's.

        The binding that stood before no longer holds: a cursor that comes without a new one sets its
        path again, so that a look-up whose secret was wrong does not leave the tenant's tables in reach.
        """
        self._announced_schema = schema_name
        self.search_path_set_schemas = None

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """As django-tenants has it, without its two shared things.

        It also notes the schema in settings_dict, one for all threads, and empties the cache of content
        types, of which tenants have none.
        """
        self.tenant, self.schema_name, self.include_public_schema = tenant, tenant.schema_name, include_public
        announced = not include_public and tenant.schema_name == self._announced_schema
        self.search_path_set_schemas = self._get_cursor_search_paths() if announced else None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if not self.search_path_set_schemas:
            self._announced_schema = None
        super()._handle_search_path(cursor)

    def close(self) -> None:
        self._announced_schema = None
        super().close()

    def rollback(self) -> None:
        self._announced_schema = None
        super().rollback()

    def commit(self) -> None:
        if self._has_failed_transaction():
            # PostgreSQL will roll it back, a path that was set in it as well, and not say so.
            self._announced_schema = self.search_path_set_schemas = None
        super().commit()

    def savepoint_rollback(self, sid: Any) -> None:
        self._announced_schema = None
        super().savepoint_rollback(sid)

    def _has_failed_transaction(self) -> bool:
        return self.connection is not None and self.connection.info.transaction_status == TransactionStatus.INERROR
