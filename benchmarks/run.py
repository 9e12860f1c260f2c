"""One run of the benchmark: options, data, servers, rounds, results."""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

from benchmarks import data, mails, pages, report, rounds, sending, servers
from benchmarks.cases import CASES, Case
from leadercrm.core.statics import collect

MAILS, QUICK_MAILS = 60, 10
CAMPAIGN, QUICK_CAMPAIGN = 6_000, 800
Named = TypeVar("Named", Case, sending.Sending)
RESULTS = Path(__file__).with_name("RESULTS.md")


class OverHttp(NamedTuple):
    """What was measured through the web server; `weights` is the pages' table."""

    measured: list[rounds.Measured]
    sent: list[sending.Sent]
    weights: str = ""


def main(arguments: Sequence[str]) -> int:
    """Measure and write the results; 1 when an answer was an error or took more statements than allowed."""
    options = _options(arguments)
    start = time.monotonic()
    cases, sendings = _named((*CASES, *pages.CASES), options.only), _named(sending.CASES, options.only)
    size = data.QUICK if options.quick else data.FULL if cases or sendings else data.MAILED
    dataset = data.load(size, say)
    pace = rounds.QUICK if options.quick else rounds.FULL
    pace = replace(pace, rounds=options.rounds or pace.rounds)
    whole = not (options.quick or options.only)
    path = options.results or (RESULTS if whole else None)

    def keep(found: OverHttp) -> None:
        """Write down what there is so far: what is measured next may fail."""
        if path and found.measured:
            report.write_results(path, found.measured, found.sent, dataset, pace, time.monotonic() - start)
            say(f"results are in {path}")
        if path and found.weights:
            report.put_section(path, pages.NAME, found.weights)

    found = OverHttp([], [])
    campaigns = None
    if cases or sendings:
        found = _served(cases, sendings, dataset, pace, QUICK_MAILS if options.quick else MAILS, keep)
    if options.only.lower() in mails.NAME.lower():
        campaigns = mails.measure(dataset, pace.rounds, QUICK_CAMPAIGN if options.quick else CAMPAIGN, say)
    if campaigns and not options.quick:
        report.put_section(path or RESULTS, mails.NAME, campaigns.text)
    problems = report.problems(found.measured)
    for line in problems:
        say(f"PROBLEM {line}")
    return 1 if problems else 0


def _served(
    cases: list[Case],
    sendings: list[sending.Sending],
    dataset: data.Dataset,
    pace: rounds.Pace,
    mails: int,
    keep: Callable[[OverHttp], None],
) -> OverHttp:
    collect()  # the pages' files, as `manage.py up` does
    floor = {"FLOOR_DSN": servers.dsn(), "FLOOR_SCHEMA": dataset.schema_name}
    with servers.served() as product, servers.served("benchmarks.floor:application", **floor) as bare:
        weights = pages.weigh(dataset, product.port, say) if any(case in pages.CASES for case in cases) else ""
        found = OverHttp(rounds.Bench(dataset, product, bare, pace, say).measure(cases), [], weights)
        keep(found)
        found = found._replace(sent=sending.measure(sendings, dataset, product.port, mails, say))
        keep(found)
        return found


def _named(cases: Sequence[Named], part: str) -> list[Named]:
    return [case for case in cases if part.lower() in case.name.lower()]


def say(line: str) -> None:
    print(line, flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure the speed of Leader CRM.")
    parser.add_argument("--quick", action="store_true", help="a tenth of the data and one short round: does it work?")
    parser.add_argument("--only", default="", help="cases whose name contains this, whatever its case")
    parser.add_argument("--rounds", type=int, default=0, help="rounds instead of the usual number")
    parser.add_argument("--results", type=Path, help="where to write (default: RESULTS.md for a whole run)")
    return parser.parse_args(arguments)
