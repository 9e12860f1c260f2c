"""The data that is measured on: 20 tenants, one of them large, and spares for registrations."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from benchmarks.names import make_companies, make_contacts
from crm.models import Company, Contact
from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actor import Role
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.fleet.run import migrate_fleet
from leadercrm.tenancy.models import LoginIndex, Tenant
from leadercrm.tenancy.provisioning import claim_tenant, refill_spares

TENANTS = 20
OWNERS = 10
PASSWORD = "correcta-bateria-8"
BATCH = 5000

Report = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much is loaded: rows of the large tenant, and tenants present in all, spares included."""

    contacts: int
    companies: int
    tenants: int


FULL = Size(contacts=100_000, companies=20_000, tenants=200)
QUICK = Size(contacts=10_000, companies=2_000, tenants=40)


@dataclass(frozen=True)
class Dataset:
    """What the cases need to know of the large tenant."""

    size: Size
    schema_name: str
    token: str
    email: str
    owner_id: int
    contact_id: int

    @property
    def deepest_page(self) -> int:
        """The last page but one, of 25."""
        return self.size.contacts // 25 - 1


def load(size: Size, report: Report) -> Dataset:
    """Migrate and fill an empty database. Refuses one that has tenants: it is somebody's."""
    migrate_fleet(lambda line: None)
    if Tenant.objects.exists():
        raise SystemExit("The benchmark needs a database of its own: this one has tenants.")
    refill_spares(TENANTS)
    report(f"{TENANTS} tenants; one with {size.contacts:,} contacts and {size.companies:,} companies")
    dataset = _fill(0, size.contacts, size.companies, size)
    for number in range(1, TENANTS):
        _fill(number, 300, 60, size)
    report(f"spares up to {size.tenants} tenants")
    keep_spares(size.tenants - TENANTS)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
    return dataset


def keep_spares(least: int) -> None:
    """So many ready schemas for registrations to claim."""
    refill_spares(least)


def _fill(number: int, contacts: int, companies: int, size: Size) -> Dataset:
    with transaction.atomic():
        tenant = claim_tenant(f"Empresa {number}")
    chance = random.Random(number)
    hashed = make_password(PASSWORD)
    logins = [
        LoginIndex(email=f"vendedor{owner}@inquilino{number}.mx", tenant=tenant, role=Role.ADMIN)
        for owner in range(OWNERS)
    ]
    LoginIndex.objects.bulk_create(logins)
    owners = [login.pk for login in logins]
    with bind(BoundTenant.of(tenant)):
        User.objects.bulk_create(
            User(id=login.pk, name=login.email, email=login.email, role=Role.ADMIN, password=hashed) for login in logins
        )
        newest = _fill_rows(owners, contacts, companies, chance)
    return Dataset(
        size=size,
        schema_name=tenant.schema_name,
        token=issue_token(logins[0]),
        email=logins[0].email,
        owner_id=owners[3],
        contact_id=newest - contacts // 2,
    )


def _fill_rows(owners: list[int], contacts: int, companies: int, chance: random.Random) -> int:
    """Companies and contacts of the bound tenant; returns the newest contact's id."""
    firms = Company.objects.bulk_create(make_companies(companies, owners, chance), batch_size=BATCH)
    people = make_contacts(contacts, owners, [firm.pk for firm in firms], chance)
    made = Contact.objects.bulk_create(people, batch_size=BATCH)
    for model, rows in ((Company, companies), (Contact, contacts)):
        tally.recount(model._meta.label_lower, rows)
    newest: int = made[-1].pk
    return newest
