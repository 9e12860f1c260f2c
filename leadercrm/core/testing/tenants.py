"""The tenants that the whole suite shares: made once per run, seen anew by each test through its rollback."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import transaction

from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor, Role
from leadercrm.core.database import connection
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.models import LoginIndex, Tenant
from leadercrm.tenancy.provisioning import claim_tenant

PASSWORD = "correcta-bateria-8"


@dataclass
class TestTenant:
    """A tenant with one user of each role, and a token for each."""

    __test__ = False

    row: Tenant
    users: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def as_made(self) -> "TestTenant":
        """Itself, but that what a test sets in it stays with that test."""
        row = copy(self.row)
        row.settings = deepcopy(row.settings)
        return TestTenant(row, dict(self.users), dict(self.tokens))

    @property
    def bound(self) -> BoundTenant:
        return BoundTenant.of(self.row)

    def actor(self, role: str = "admin", via: str = "api") -> Actor:
        return Actor(kind="user", via=via, user_id=self.users[role], role=Role(role))


def make_tenant(name: str) -> TestTenant:
    """A whole tenant, committed: schema, users of all roles, tokens. All of them log in with PASSWORD."""
    with transaction.atomic():
        row = claim_tenant(name)
    tenant = TestTenant(row)
    hashed = make_password(PASSWORD)
    for role in Role:
        email = f"{role}@{name.lower()}.example.com"
        login = LoginIndex.objects.create(email=email, tenant=row, role=role)
        with bind(tenant.bound):
            User.objects.create(id=login.pk, name=f"{role.title()} {name}", email=email, role=role, password=hashed)
        tenant.users[role] = login.pk
        tenant.tokens[role] = issue_token(login)
    return tenant


@contextmanager
def unbound() -> Iterator[None]:
    """Take the test's own binding away for as long as a request runs, which brings its own."""
    tenant = connection.tenant
    if not isinstance(tenant, BoundTenant):
        yield
        return
    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.set_tenant(tenant, include_public=False)


@contextmanager
def visiting(tenant: TestTenant) -> Iterator[None]:
    """Work in another tenant than the one that the test is bound to."""
    with unbound(), bind(tenant.bound):
        yield


def same_next_ids(tables: Iterable[str], *tenants: TestTenant) -> None:
    """Let the next row of each table have the same id in all of these tenants: a leak then shows as content (G-32)."""
    for table in tables:
        highest = 0
        for last in (False, True):
            for tenant in tenants:
                with visiting(tenant), connection.cursor() as cursor:
                    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
                    sequence = cursor.fetchone()[0]
                    call = f"setval('{sequence}', {highest})" if last else f"nextval('{sequence}')"
                    cursor.execute(f"SELECT {call}")
                    highest = max(highest, cursor.fetchone()[0])
