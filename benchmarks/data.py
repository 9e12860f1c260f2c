"""The data that is measured on: 20 tenants, one of them large, and spares for registrations."""

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from benchmarks.copying import copy_in
from benchmarks.names import make_companies, make_contacts
from benchmarks.papers import make_invoice_lines, make_invoices
from benchmarks.sales import make_activities, make_deals, make_participants, make_stage_changes
from billing.models import Invoice
from crm.models import Activity, Company, Contact, Deal, Stage
from leadercrm.accounts.models import User
from leadercrm.core import tally
from leadercrm.core.actor import Actor, Role
from leadercrm.core.models import Counter
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.credentials import issue_token
from leadercrm.tenancy.fleet.run import migrate_fleet
from leadercrm.tenancy.models import LoginIndex, Tenant, TokenKind
from leadercrm.tenancy.provisioning import claim_tenant, refill_spares
from marketing.actions.forms import create_form

TENANTS = 20
OWNERS = 10
PASSWORD = "correcta-bateria-8"

Report = Callable[[str], None]


@dataclass(frozen=True)
class Rows:
    """How many rows a tenant gets."""

    contacts: int
    companies: int
    deals: int
    activities: int
    invoices: int


@dataclass(frozen=True)
class Size:
    """How much is loaded: rows of the large tenant, and tenants present in all, spares included."""

    rows: Rows
    tenants: int


FULL = Size(Rows(contacts=100_000, companies=20_000, deals=20_000, activities=100_000, invoices=50_000), tenants=200)
QUICK = Size(Rows(contacts=10_000, companies=2_000, deals=10_000, activities=10_000, invoices=10_000), tenants=40)
# For campaigns alone, which ask for no more than contacts.
MAILED = Size(Rows(contacts=100_000, companies=1_000, deals=100, activities=100, invoices=100), tenants=1)
SMALL = Rows(contacts=300, companies=60, deals=60, activities=60, invoices=60)


@dataclass(frozen=True)
class Dataset:
    """What the cases need to know of the large tenant."""

    size: Size
    schema_name: str
    token: str
    session: str
    email: str
    owner_id: int
    contact_id: int
    first_deal_id: int
    first_invoice_id: int
    form_key: str
    stage_ids: tuple[int, ...]

    @property
    def deepest_page(self) -> int:
        """The last page but one, of 25."""
        return self.size.rows.contacts // 25 - 1


def load(size: Size, report: Report) -> Dataset:
    """Migrate and fill an empty database. Refuses one that has tenants: it is somebody's."""
    migrate_fleet(lambda line: None)
    if Tenant.objects.exists():
        raise SystemExit("The benchmark needs a database of its own: this one has tenants.")
    with connection.cursor() as cursor:  # what is made up in between takes long on a busy machine
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
    tenants = min(TENANTS, size.tenants)
    refill_spares(tenants)
    report(f"{tenants} tenants; one with {counts(size.rows)}")
    dataset = _fill(0, size.rows, size)
    for number in range(1, tenants):
        _fill(number, SMALL, size)
    report(f"spares up to {size.tenants} tenants")
    keep_spares(size.tenants - tenants)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")
    return dataset


def keep_spares(least: int) -> None:
    """So many ready schemas for registrations to claim."""
    refill_spares(least)


def counts(rows: Rows) -> str:
    """`100,000 contacts, 20,000 companies, …`"""
    return ", ".join(f"{number:,} {name}" for name, number in asdict(rows).items())


def _fill(number: int, rows: Rows, size: Size) -> Dataset:
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
    with bind(BoundTenant.of(tenant)), transaction.atomic():
        User.objects.bulk_create(
            User(id=login.pk, name=login.email, email=login.email, role=Role.ADMIN, password=hashed) for login in logins
        )
        stages = list(Stage.objects.order_by("position"))
        contacts, deals, invoices = _fill_rows(rows, owners, stages, chance)
        form = create_form({"name": "Sitio"}, actor=Actor.system())
    return Dataset(
        size=size,
        schema_name=tenant.schema_name,
        token=issue_token(logins[0]),
        session=issue_token(logins[0], kind=TokenKind.BROWSER),
        email=logins[0].email,
        owner_id=owners[3],
        contact_id=contacts[len(contacts) // 2],
        first_deal_id=deals[0],
        first_invoice_id=invoices[0],
        form_key=form.api_key,
        stage_ids=tuple(stage.pk for stage in stages),
    )


def _fill_rows(
    rows: Rows, owners: list[int], stages: list[Stage], chance: random.Random
) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Everything of the bound tenant; returns the ids of its contacts, of its deals and of its invoices."""
    firms = copy_in(make_companies(rows.companies, owners, chance))
    people = copy_in(make_contacts(rows.contacts, owners, firms, chance))
    deals = copy_in(make_deals(rows.deals, owners, firms, stages, chance))
    copy_in(make_participants(deals, people, chance))
    copy_in(make_stage_changes(deals, owners, stages, chance))
    todo = copy_in(make_activities(rows.activities, owners, people, deals, chance))
    bills = copy_in(make_invoices(rows.invoices, owners, people, chance))
    copy_in(make_invoice_lines(bills))
    Counter.objects.update_or_create(kind="invoice", defaults={"last": len(bills)})
    for model, ids in ((Company, firms), (Contact, people), (Deal, deals), (Activity, todo), (Invoice, bills)):
        tally.recount(model._meta.label_lower, len(ids))
    return people, deals, bills
