"""The database wrapper that Django loads by the name of this module."""

from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper

from leadercrm.tenancy.backend.introspection import SchemaIntrospection


class DatabaseWrapper(TenantDatabaseWrapper):  # type: ignore[misc]
    """django-tenants' wrapper with its table list replaced."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.introspection = SchemaIntrospection(self)
