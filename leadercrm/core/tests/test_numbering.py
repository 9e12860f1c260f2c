"""Document numbers: no gap, no repetition, under parallel creation, rollbacks and killed connections."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from leadercrm.core.numbering import next_number
from leadercrm.core.testing.processes import FULL, copied_database, raw_connection
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.tenancy.binding import bind

ATTEMPTS = 2_000 if FULL else 200
THREADS = 16
KILLS = ATTEMPTS // 10


@pytest.fixture(scope="module")
def tenant(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():  # type: ignore[attr-defined]
        made = make_tenant("Numeros")
        with raw_connection() as raw:
            schema = made.row.schema_name
            raw.execute(f"CREATE TABLE {schema}.paper (number text NOT NULL, note int)")
            raw.execute(f"CREATE SEQUENCE {schema}.paper_number")
        yield made


@dataclass
class Office:
    """Many hands that number papers, some of which change their mind, and some whose line is cut."""

    tenant: TestTenant
    numbering: Callable[[], str]
    failed: int = 0
    pids: set[int] = field(default_factory=set)

    def run(self) -> list[str]:
        """Try ATTEMPTS papers; the numbers that are in the table afterwards, in order."""
        schema = self.tenant.row.schema_name
        with raw_connection() as raw:
            raw.execute(f"TRUNCATE {schema}.paper")
            done = threading.Event()
            killer = threading.Thread(target=self._cut_lines, args=(done,))
            killer.start()
            with ThreadPoolExecutor(THREADS) as hands:
                list(hands.map(self._attempt, range(ATTEMPTS)))
                done.set()
                killer.join()
                list(hands.map(lambda _: connection.close(), range(THREADS * 4)))
            return [row[0] for row in raw.execute(f"SELECT number FROM {schema}.paper ORDER BY number").fetchall()]

    def _attempt(self, attempt: int) -> None:
        try:
            with bind(self.tenant.bound), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    self.pids.add(cursor.fetchone()[0])
                    number = self.numbering()
                    cursor.execute("INSERT INTO paper VALUES (%s, %s)", [number, attempt])
                if attempt % 10 == 0:
                    raise InterruptedError  # a change of mind, after the number was taken
        except InterruptedError:
            self.failed += 1
        except (DatabaseError, InterfaceError):
            self.failed += 1
            connection.close()

    def _cut_lines(self, done: threading.Event) -> None:
        with raw_connection() as raw:
            for _ in range(KILLS):
                if done.wait(0.005):
                    return
                if self.pids:
                    raw.execute("SELECT pg_terminate_backend(%s)", [random.choice(list(self.pids))])


def test_numbers_have_no_gap_and_no_repetition(tenant: TestTenant) -> None:
    office = Office(tenant, lambda: next_number("paper", "COT"))
    numbers = office.run()
    assert office.failed >= ATTEMPTS // 10
    assert len(numbers) > ATTEMPTS // 3
    assert numbers == [f"COT-{n:06d}" for n in range(1, len(numbers) + 1)]


def test_control_a_sequence_leaves_gaps(tenant: TestTenant) -> None:
    def from_sequence() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('paper_number')")
            return f"COT-{cursor.fetchone()[0]:06d}"

    numbers = Office(tenant, from_sequence).run()
    assert numbers != [f"COT-{n:06d}" for n in range(1, len(numbers) + 1)]


def test_control_the_highest_number_plus_one_repeats(tenant: TestTenant) -> None:
    def after_the_highest() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(right(number, 6)::int), 0) + 1, pg_sleep(0.001) FROM paper")
            return f"COT-{cursor.fetchone()[0]:06d}"

    numbers = Office(tenant, after_the_highest).run()
    assert len(set(numbers)) < len(numbers)


def test_each_kind_counts_for_itself(alfa: TestTenant) -> None:
    with transaction.atomic():
        taken = [next_number("quote", "COT"), next_number("invoice", "FAC"), next_number("quote", "COT")]
    assert taken == ["COT-000001", "FAC-000001", "COT-000002"]


def test_numbers_grow_beyond_six_digits(alfa: TestTenant) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_counter (kind, last) VALUES ('quote', 999998)")
    assert [next_number("quote", "COT") for _ in range(2)] == ["COT-999999", "COT-1000000"]


def test_a_number_needs_a_transaction(tenant: TestTenant) -> None:
    with bind(tenant.bound), pytest.raises(transaction.TransactionManagementError):
        next_number("quote", "COT")


def test_a_rolled_back_number_is_given_again(alfa: TestTenant) -> None:
    with transaction.atomic():
        assert next_number("quote", "COT") == "COT-000001"
        transaction.set_rollback(True)
    assert next_number("quote", "COT") == "COT-000001"
