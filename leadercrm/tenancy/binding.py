"""The one place where a connection is given to a tenant.

Everything that touches tenant data runs inside `bind(...)`. Outside of it the connection stands on
`public`, which has no tenant table: a forgotten binding ends in "relation does not exist", never
in another tenant's rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from leadercrm.core.database import connection, this_connection
from leadercrm.core.errors import DomainError
from leadercrm.tenancy.models import Tenant

PUBLIC = "public"


@dataclass(frozen=True)
class BoundTenant:
    """What the rest of the code may know of the tenant that a connection is bound to."""

    id: int
    schema_name: str
    name: str
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, tenant: Tenant) -> "BoundTenant":
        return cls(tenant.pk, tenant.schema_name, tenant.name, tenant.settings)


class BindingError(RuntimeError):
    """A programming error around tenant binding; never shown to a client as anything but a 500."""


class TenantUnavailable(DomainError):
    """The tenant does not exist, is a spare, or is suspended."""

    status = 404
    code = "not_found"


@contextmanager
def bind(tenant: BoundTenant, *, inside_transaction: bool = False) -> Iterator[BoundTenant]:
    """Bind this thread's connection to `tenant`, and leave it on `public` whatever happens.

    Binding the tenant that is bound already is a no-op. Refuses another tenant while one is bound,
    and refuses to switch inside a transaction: a rollback would take the search_path back with it.
    Registration and login alone may (`inside_transaction`): they learn their tenant there, and their
    binding ends before their transaction does.
    """
    here = this_connection()
    bound = here.schema_name
    if bound == tenant.schema_name:
        yield tenant
        return
    if bound != PUBLIC:
        raise BindingError(f"{tenant.schema_name} asked for while {bound} is bound")
    # The transaction that a test runs in does not count, as it does not for atomic(durable=True).
    blocks = [block for block in here.atomic_blocks if not getattr(block, "_from_testcase", False)]
    if blocks and not inside_transaction:
        raise BindingError("a tenant cannot be bound inside a transaction")
    here.set_tenant(tenant, include_public=False)
    try:
        yield tenant
    finally:
        here.set_schema_to_public()


def bind_tenant_id(tenant_id: int) -> Any:
    """Context manager that binds a tenant by its id; raises TenantUnavailable."""
    tenant = Tenant.objects.filter(pk=tenant_id, claimed_at__isnull=False, suspended_at__isnull=True).first()
    if tenant is None:
        raise TenantUnavailable(f"tenant {tenant_id} is not available")
    return bind(BoundTenant.of(tenant))


def current_tenant() -> BoundTenant:
    """The tenant that this thread's connection is bound to; raises BindingError when there is none."""
    tenant = connection.tenant
    if not isinstance(tenant, BoundTenant):
        raise BindingError("no tenant is bound")
    return tenant


def current_tenant_id() -> int:
    return current_tenant().id
