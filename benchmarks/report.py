"""RESULTS.md: what was measured in one run, and nothing else."""

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil
import psycopg

from benchmarks.cases import Target
from benchmarks.data import TENANTS, Dataset, counts
from benchmarks.rounds import MANY, Measured, Pace, Run, Served
from benchmarks.sending import Sent
from benchmarks.servers import dsn

PACKAGES = ("Django", "djangorestframework", "psycopg", "granian", "orjson")
SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "jit")
PREAMBLE = """\
# Speed

Each figure is the median of {rounds} rounds in which floor and case take turns; the ratio is taken within a
round. The floor is a bare WSGI function on the same server with the same options: token look-up, one indexed
query of 25 contacts, orjson. A ratio is comparable between machines; req/s, which load, servers and database
share a machine for, are not. A ratio's target holds at 1 and at {many} connections. Rate limits are off.
"""
HEAD = """
| Case | req/s ×1 | p50 ms | p95 ms | ratio ×1 | req/s ×{many} | p50 ms | p95 ms | ratio ×{many} | SQL | target | met |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|---|
"""
CPU_HEAD = """
CPU milliseconds per request at {many} connections; the load generator's own share is in the last column.

| Case | web server | PostgreSQL | load |
|---|--:|--:|--:|
"""
SENDING_HEAD = """
Quotes sent over HTTP, one worker process (`--concurrency 1`), and a mail server that takes everything. Cold: each
PDF is made by the worker. The wait is from a quote's request to its mail, behind all that were asked for before it.

| Case | mails | mails/min | median wait, s | target | met |
|---|--:|--:|--:|---|---|
"""


Side = Callable[[Run], Served]


def write_results(
    path: Path, measured: list[Measured], sent: list[Sent], data: Dataset, pace: Pace, seconds: float
) -> None:
    """Write the whole file anew."""
    text = PREAMBLE.format(rounds=pace.rounds, many=MANY) + _circumstances(data, pace, seconds)
    floor = _all_floors(measured)
    text += HEAD.format(many=MANY) + _line("Floor", floor, _floor, "2", "", "", ratio=False)
    text += "".join(_row(one) for one in measured)
    text += CPU_HEAD.format(many=MANY) + _cpu_row("Floor", floor, _floor)
    text += "".join(_cpu_row(one.case.name, one, _case) for one in measured)
    text += SENDING_HEAD + "".join(map(_sending_row, sent)) if sent else ""
    path.write_text(text)


def put_section(path: Path, title: str, text: str) -> None:
    """Put a part that is measured by itself to the file's end, instead of the one of that title if there is one."""
    rest = path.read_text().partition(f"\n## {title}\n")[0]
    measured = f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}, by `make bench{_arguments()}`"
    path.write_text(f"{rest}\n## {title}\n\n{measured}; {_processor()}, {os.cpu_count()} cores.\n\n{text}")


def problems(measured: list[Measured]) -> list[str]:
    """What no noise excuses: errors, and more statements than allowed."""
    lines = [f"{one.case.name}: {error.splitlines()[0]}" for one in measured for error in one.errors[:1]]
    for one in measured:
        most = one.case.target.statements
        if most is not None and one.statements is not None and round(one.statements, 1) > most:
            lines.append(f"{one.case.name}: {one.statements:.1f} SQL statements, allowed are {most}")
    return lines


def _row(one: Measured) -> str:
    return _line(one.case.name, one, _case, _statements(one), _wanted(one.case.target), _verdict(one))


def _all_floors(measured: list[Measured]) -> Measured:
    """The floor over all runs without company that ask for its list."""
    runs: dict[int, list[Run]] = {}
    for one in measured:
        for connections, made in one.runs.items():
            if not one.case.beside and not one.case.floor:
                runs.setdefault(connections, []).extend(made)
    return Measured(measured[0].case, runs)


def _line(name: str, one: Measured, side: Side, *ends: str, ratio: bool = True) -> str:
    cells = [name]
    for connections in (1, MANY):
        cells += [
            _figure(one.middle(connections, lambda run: side(run).per_second), 0),
            _figure(one.middle(connections, lambda run: side(run).outcome.p50), 2),
            _figure(one.middle(connections, lambda run: side(run).outcome.p95), 2),
            _figure(one.middle(connections, lambda run: run.ratio), 2) if ratio else "",
        ]
    return f"| {' | '.join([*cells, *ends])} |\n"


def _cpu_row(name: str, one: Measured, side: Side) -> str:
    connections = MANY if MANY in one.runs else 1
    figures = (
        one.middle(connections, lambda run: side(run).web_cpu),
        one.middle(connections, lambda run: side(run).database_cpu),
        one.middle(connections, lambda run: side(run).load_cpu),
    )
    return f"| {name} | {' | '.join(_figure(figure, 2) for figure in figures)} |\n"


def _case(run: Run) -> Served:
    return run.case


def _floor(run: Run) -> Served:
    return run.floor


def _figure(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"


def _statements(one: Measured) -> str:
    return "–" if one.statements is None else f"{one.statements:.1f}".removesuffix(".0")


def _wanted(target: Target) -> str:
    parts = [f"≥ {target.ratio} of the floor"] if target.ratio else []
    parts += [f"≤ {target.statements} SQL"] if target.statements else []
    parts += [f"p50 < {target.p50_ms:.0f} ms at ×1"] if target.p50_ms else []
    return ", ".join(parts)


def _sending_row(sent: Sent) -> str:
    wanted = sent.case.per_minute
    met = "" if wanted is None else "yes" if sent.per_minute >= wanted else "**no**"
    target = "" if wanted is None else f"≥ {wanted:.0f} mails/min"
    return f"| {sent.case.name} | {len(sent.waits)} | {sent.per_minute:,.0f} | {sent.wait:.1f} | {target} | {met} |\n"


def _verdict(one: Measured) -> str:
    """Whether every figure that has a target reaches it; empty without one."""
    target, reached = one.case.target, []
    if target.ratio:
        reached += [(one.middle(connections, lambda run: run.ratio) or 0) >= target.ratio for connections in one.runs]
    if target.statements and one.statements is not None:
        reached.append(round(one.statements, 1) <= target.statements)
    if target.p50_ms:
        reached.append((one.middle(1, lambda run: run.case.outcome.p50) or target.p50_ms) < target.p50_ms)
    return ("yes" if all(reached) else "**no**") if reached else ""


def _circumstances(data: Dataset, pace: Pace, seconds: float) -> str:
    with psycopg.connect(dsn()) as session:
        server = session.info.parameter_status("server_version")
        settings = [f"{name} {session.execute(f'SHOW {name}').fetchone()[0]}" for name in SETTINGS]  # type: ignore[index]
    memory = psutil.virtual_memory().total / 2**30
    lasting = " and ".join(f"{length:g} s at {connections}" for connections, length in pace.seconds.items())
    lines = {
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {_commit()}; the run took {seconds / 60:.0f} minutes",
        "Command": f"`make bench{_arguments()}`",
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.platform()}",
        "Software": f"Python {platform.python_version()}, PostgreSQL {server}, "
        + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "PostgreSQL": ", ".join(settings),
        "Data": f"{TENANTS} tenants, one with {counts(data.size.rows)}; "
        f"{data.size.tenants} schemas, ready ones included",
        "Rounds": f"{pace.rounds}, of {lasting} connections",
    }
    return "\n" + "".join(f"- {name}: {text}\n" for name, text in lines.items())


def _arguments() -> str:
    return f' ARGS="{" ".join(sys.argv[1:])}"' if sys.argv[1:] else ""


def _commit() -> str:
    git = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(git, capture_output=True, text=True, cwd=Path(__file__).parent)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
