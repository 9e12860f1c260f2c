"""Django's connection, typed as what it is here: a wrapper that knows its tenant."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.db import InterfaceError, OperationalError
from django.db import connection as django_connection

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    class TenantConnection(BaseDatabaseWrapper):
        """What leadercrm.tenancy.backend and django-tenants add to Django's wrapper."""

        schema_name: str
        tenant: Any

        def set_tenant(self, tenant: Any, include_public: bool = True) -> None: ...
        def set_schema_to_public(self) -> None: ...
        def preparing_cursor(self, *, bound: bool = True) -> Any: ...
        def announce_search_path(self, schema_name: str) -> None: ...


connection = cast("TenantConnection", django_connection)


def fetch_first(sql: str, params: Sequence[Any]) -> Any:
    """The row that the first statement of a request finds, or None. The statement is kept prepared.

    It must name the schema of everything in it. A kept connection that the server has closed meanwhile is
    replaced, once: nothing has been done for the request yet, so that trying again is safe, and costs the
    healthy requests nothing.
    """
    for last_try in (False, True):
        try:
            with connection.preparing_cursor(bound=False) as cursor:
                cursor.execute(sql, params)
                return cursor.fetchone()
        except (OperationalError, InterfaceError):
            if last_try or connection.is_usable():
                raise
            connection.close()
    return None
