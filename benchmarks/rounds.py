"""Rounds: floor, case, floor, case … so that what else the machine does falls on both alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import median

from benchmarks.cases import Case
from benchmarks.data import TENANTS, Dataset, keep_spares
from benchmarks.load import Load, Outcome, finish_load, http_request, start_load
from benchmarks.servers import StatementCounter, WebServer, database_process, tree_cpu_seconds

MANY = 16
COUNTED_REQUESTS = 40


@dataclass(frozen=True)
class Pace:
    """How often and how long: rounds of so many seconds at one connection and at many."""

    rounds: int
    seconds: dict[int, float]


FULL = Pace(3, {1: 1.0, MANY: 1.5})
QUICK = Pace(1, {1: 0.4, MANY: 0.6})


@dataclass(frozen=True)
class Served:
    """An outcome, and what one answer cost: CPU milliseconds of web server, PostgreSQL and load generator."""

    outcome: Outcome
    web_cpu: float
    database_cpu: float

    @property
    def per_second(self) -> float:
        return self.outcome.answers / self.outcome.seconds

    @property
    def load_cpu(self) -> float:
        return self.outcome.generator_cpu * 1000 / max(self.outcome.answers, 1)


@dataclass(frozen=True)
class Run:
    """One run of one case and of the floor just before."""

    floor: Served
    case: Served

    @property
    def ratio(self) -> float:
        return self.case.per_second / self.floor.per_second


@dataclass
class Measured:
    """All runs of a case by number of connections, and its statements per request where they could be counted."""

    case: Case
    runs: dict[int, list[Run]] = field(default_factory=dict)
    statements: float | None = None

    def middle(self, connections: int, figure: Callable[[Run], float]) -> float | None:
        """A figure's median over the rounds."""
        runs = self.runs.get(connections)
        return median(map(figure, runs)) if runs else None

    @property
    def errors(self) -> list[str]:
        outcomes = [run.case.outcome for runs in self.runs.values() for run in runs]
        return [outcome.first_error for outcome in outcomes if outcome.errors]


@dataclass
class Bench:
    """The two servers and the data."""

    data: Dataset
    product: WebServer
    floor: WebServer
    pace: Pace
    report: Callable[[str], None]

    def __post_init__(self) -> None:
        self.database = database_process()
        self.counter = StatementCounter()
        self._numbers = count(1)

    def measure(self, cases: list[Case]) -> list[Measured]:
        """Every case's rounds, then each one's statements on the quiet server.

        Case by case, and those that write come last: the others are to meet the data as it was loaded.
        """
        measured = [Measured(case) for case in cases]
        for one in measured:
            for number in range(self.pace.rounds):
                self._round(number, one)
        for one in measured:
            one.statements = self._statements(one.case)
        return measured

    def _round(self, number: int, one: Measured) -> None:
        for connections, seconds in self.pace.seconds.items():
            if one.case.most and connections > 1:
                continue
            run = self._run(one.case, connections, seconds)
            one.runs.setdefault(connections, []).append(run)
            self.report(
                f"round {number + 1}, {one.case.name}, x{connections}: {run.case.per_second:.0f} req/s, "
                f"p50 {run.case.outcome.p50:.1f} ms; floor {run.floor.per_second:.0f}; ratio {run.ratio:.2f}"
                + (f"; {run.case.outcome.errors} ERRORS" if run.case.outcome.errors else "")
            )

    def _run(self, case: Case, connections: int, seconds: float) -> Run:
        self._provide(case)
        with self._beside(case.beside, 2 * seconds + 2.5):
            return Run(
                self._served(self.floor, self._floor_load(case, connections, seconds)),
                self._served(self.product, self._load(case, connections, seconds)),
            )

    def _provide(self, case: Case) -> None:
        """See that each registration finds a ready schema."""
        if case.most:
            keep_spares(max(case.most + 1, self.data.size.tenants - TENANTS))

    def _served(self, server: WebServer, load: Load) -> Served:
        web, database = server.cpu_seconds(), self._database_cpu()
        outcome = finish_load(start_load(load))
        web, database = server.cpu_seconds() - web, self._database_cpu() - database
        return Served(outcome, web * 1000 / outcome.served, database * 1000 / outcome.served)

    def _floor_load(self, case: Case, connections: int, seconds: float) -> Load:
        number = next(self._numbers)
        if case.floor is None:
            return Load(self.floor.port, http_request("GET", "/", self.data.token), 200, connections, seconds)
        request, fresh = case.floor(self.data, number), case.first(self.data, number)
        return Load(self.floor.port, request, case.expect, connections, seconds, first_fresh=fresh)

    def _load(self, case: Case, connections: int, seconds: float) -> Load:
        number = next(self._numbers)
        return Load(
            self.product.port,
            case.request(self.data, number),
            case.expect,
            connections,
            seconds=60.0 if case.most else seconds,
            warm_up=0.0 if case.most else 0.3,
            most=case.most,
            first_fresh=case.first(self.data, number),
        )

    @contextmanager
    def _beside(self, case: Case | None, seconds: float) -> Iterator[None]:
        """One client that repeats `case` for about as long as the block takes."""
        process = start_load(self._load(case, 1, seconds)) if case else None
        try:
            yield
        finally:
            if process:
                finish_load(process)

    def _database_cpu(self) -> float:
        return tree_cpu_seconds(self.database) if self.database else 0.0

    def _statements(self, case: Case) -> float | None:
        if case.beside:
            return None
        self._provide(case)
        before = self.counter.read()
        load = self._load(case, 1, 60.0)
        outcome = finish_load(start_load(Load(**{**vars(load), "warm_up": 0.0, "most": case.most or COUNTED_REQUESTS})))
        after = self.counter.read()
        return None if before is None or after is None else (after - before - 1) / outcome.served
