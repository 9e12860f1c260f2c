"""The database wrapper that Django loads by the name of this module."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper
from psycopg.pq import TransactionStatus

from leadercrm.tenancy.backend.direct import DirectStatements, Row
from leadercrm.tenancy.backend.introspection import SchemaIntrospection


class DatabaseWrapper(TenantDatabaseWrapper):
    """django-tenants' wrapper with another table list, and a short way for statements that are kept prepared.

    A statement may set the search_path itself and announce it; binding that very schema next then
    needs no SET of its own. Whatever could have changed the path meanwhile withdraws the announcement.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._announced_schema: str | None = None
        self._direct_statements: DirectStatements | None = None
        super().__init__(*args, **kwargs)
        self.introspection = SchemaIntrospection(self)

    def run_kept(self, sql: str, params: Sequence[Any], *, bound: bool = True, inferred: bool = False) -> list[Row]:
        """All rows of a statement that is the same text each time: PostgreSQL keeps it prepared.

        One that names the schema of everything in it may run with the search_path as it stands: `bound=False`.
        With `inferred` values have the types of the columns that they stand for.
        """
        with self.wrap_database_errors:
            self._get_ready(bound)
            if not self._is_watched():
                return self._direct().run_kept(sql, params, self.schema_name if bound else "", inferred=inferred)
        with self._prepare_cursor(ServerBindingCursor(self.connection)) as cursor:  # type: ignore[call-arg]
            return self._all_rows(cursor, sql, params)

    def run_planned(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """All rows of a statement that is planned for its values."""
        if self._is_watched():
            with self.cursor() as cursor:
                return self._all_rows(cursor, sql, params)
        with self.wrap_database_errors:
            self._get_ready(bound=True)
            return self._direct().run_planned(sql, params)

    def _is_watched(self) -> bool:
        """Whether somebody wants to see each statement, which only Django's cursors show."""
        return bool(self.queries_logged or self.execute_wrappers)

    def _all_rows(self, cursor: Any, sql: str, params: Sequence[Any]) -> list[Row]:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []

    def _get_ready(self, bound: bool) -> None:
        """What Django does before it gives a cursor."""
        self.validate_no_broken_transaction()
        if self.connection is None:
            self.ensure_connection()
        if bound:
            self._handle_search_path()

    def _direct(self) -> DirectStatements:
        if self._direct_statements is None or self._direct_statements.session is not self.connection:
            self._direct_statements = DirectStatements(self.connection)
        return self._direct_statements

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
        self._announced_schema = self._direct_statements = None
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
