"""Django's connection, typed as what it is here: a wrapper that knows its tenant."""

import re
import threading
from asyncio import _get_running_loop
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db import connection as django_connection

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet

    class TenantConnection(BaseDatabaseWrapper):
        """What leadercrm.tenancy.backend and django-tenants add to Django's wrapper."""

        schema_name: str
        tenant: Any
        atomic_blocks: list[Any]

        def set_tenant(self, tenant: Any, include_public: bool = True) -> None: ...
        def set_schema_to_public(self) -> None: ...
        def run_kept(
            self, sql: str, params: Sequence[Any], *, bound: bool = True, inferred: bool = False
        ) -> list[Any]: ...
        def run_planned(self, sql: str, params: Sequence[Any]) -> list[Any]: ...
        def announce_search_path(self, schema_name: str) -> None: ...


connection = cast("TenantConnection", django_connection)
# What stands in a statement for a value, `%s`, and a bare percent sign, `%%`.
PLACES = re.compile("%[s%]")


def compiled(rows: "QuerySet[Any, Any]") -> tuple[str, tuple[Any, ...]]:
    """The statement of a queryset and its values, to be built into another one.

    Where Django can tell that no row fits, a number beyond its column's for one, `str(query)` and
    `sql_with_params` raise EmptyResultSet; here it is a statement that finds none.
    """
    sql, params = rows.query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
    return sql, tuple(params)


class _Found(threading.local):
    """What a thread has found behind Django's proxy: there it stays, whichever sessions it opens and closes."""

    connection: "TenantConnection | None" = None


_found = _Found()


def this_connection() -> "TenantConnection":
    """This thread's connection itself. A look through Django's proxy takes as long as fifty attributes.

    Where an event loop runs in the thread, Django has a connection for each of its contexts, which is asked for anew.
    """
    if _get_running_loop() is not None:
        return cast("TenantConnection", connections[DEFAULT_DB_ALIAS])
    if _found.connection is None:
        _found.connection = cast("TenantConnection", connections[DEFAULT_DB_ALIAS])
    return _found.connection


def fetch_first(sql: str, params: Sequence[Any]) -> Any:
    """The row that the first statement of a request finds, or None. The statement is kept prepared.

    It must name the schema of everything in it. A kept connection that the server has closed meanwhile is
    replaced, once: nothing has been done for the request yet, so that trying again is safe, and costs the
    healthy requests nothing.
    """
    here = this_connection()
    for last_try in (False, True):
        try:
            return next(iter(here.run_kept(sql, params, bound=False)), None)
        except (OperationalError, InterfaceError):
            if last_try or here.is_usable():
                raise
            here.close()
    return None
