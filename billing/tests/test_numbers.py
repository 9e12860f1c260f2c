"""COT-, FAC- and CTR-: no gap and no repetition under 200 creations at once, with rollbacks and cut lines."""

import itertools
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, connections, transaction

from billing.actions import contracts, documents, invoices, quotes
from billing.models import Contract, Invoice, Quote
from crm.actions.contacts import create_contact
from leadercrm.core.database import connection
from leadercrm.core.testing.parallel import by_hands
from leadercrm.core.testing.processes import copied_database, raw_connection
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.tenancy.binding import bind

ATTEMPTS, THREADS, KILLS = 200, 12, 20
ITEM = {"description": "A", "quantity": Decimal(1), "unit_price": Decimal(100), "tax_rate": Decimal(0)}
KINDS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "COT": (quotes.create_quote, Quote, {"items": [ITEM]}),
    "FAC": (invoices.create_invoice, Invoice, {"items": [ITEM]}),
    "CTR": (contracts.create_contract, Contract, {"title": "A"}),
}


@pytest.fixture
def tenant(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():  # type: ignore[attr-defined]
        yield make_tenant("Papeles")
        connections.close_all()


@dataclass
class Office:
    """Many hands that write documents, some of which change their mind, and some whose line is cut."""

    tenant: TestTenant
    contact_id: int = 0
    failed: int = 0
    pids: set[int] = field(default_factory=set)

    def work(self) -> None:
        with bind(self.tenant.bound):
            self.contact_id = create_contact({"first_name": "Ana"}, actor=self.tenant.actor()).pk
        done = threading.Event()
        killer = threading.Thread(target=self._cut_lines, args=(done,))
        killer.start()
        by_hands([partial(self._attempt, attempt) for attempt in range(ATTEMPTS)], THREADS)
        done.set()
        killer.join()

    def _attempt(self, attempt: int) -> None:
        create, _model, values = KINDS[("COT", "FAC", "CTR")[attempt % 3]]
        try:
            with bind(self.tenant.bound), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    self.pids.add(cursor.fetchone()[0])
                create({**values, "contact_id": self.contact_id}, actor=self.tenant.actor())
                if attempt % 10 == 0:
                    raise InterruptedError  # a change of mind, after the number was taken
        except InterruptedError:
            self.failed += 1
        except (DatabaseError, InterfaceError):
            self.failed += 1
            connection.close()

    def _cut_lines(self, done: threading.Event) -> None:
        with raw_connection() as raw:
            for _number in range(KILLS):
                if done.wait(0.02):
                    return
                if self.pids:
                    raw.execute("SELECT pg_terminate_backend(%s)", [random.choice(list(self.pids))])

    def is_gapless(self, prefix: str) -> bool:
        with bind(self.tenant.bound):
            numbers = list(KINDS[prefix][1].with_deleted.order_by("number").values_list("number", flat=True))
        assert len(numbers) > ATTEMPTS // 6
        return numbers == [f"{prefix}-{number:06d}" for number in range(1, len(numbers) + 1)]


def test_numbers_have_no_gap_and_no_repetition(tenant: TestTenant) -> None:
    office = Office(tenant)
    office.work()
    assert office.failed >= ATTEMPTS // 10
    assert [office.is_gapless(prefix) for prefix in KINDS] == [True] * 3


def test_control_a_sequence_leaves_gaps(tenant: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = itertools.count(1)
    for module in (documents, contracts):
        monkeypatch.setattr(module, "next_number", lambda kind, prefix: f"{prefix}-{next(taken):06d}")
    office = Office(tenant)
    office.work()
    assert [office.is_gapless(prefix) for prefix in KINDS] == [False] * 3
