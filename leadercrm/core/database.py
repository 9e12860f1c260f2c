"""Django's connection, typed as what it is here: a wrapper that knows its tenant."""

from typing import TYPE_CHECKING, Any, cast

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
