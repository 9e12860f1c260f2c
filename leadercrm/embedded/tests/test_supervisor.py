"""The supervisor with stand-ins for the servers: small programs that live, die and resist."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.leftovers import clear_leftovers
from leadercrm.embedded.programs import Program
from leadercrm.embedded.supervisor import Supervisor
from leadercrm.embedded.tests.conftest import Script, eventually, kill, lives, read_pids

DRIVER = """
import sys
from pathlib import Path
from leadercrm.embedded.programs import Program
from leadercrm.embedded.supervisor import Supervisor
folder = Path({folder!r})
supervisor = Supervisor(folder, print)
with supervisor.heeding_signals():
    supervisor.start([Program(name, name, ["sh", "-c", {shell!r}]) for name in {names!r}])
    print("started", flush=True)
    supervisor.watch()
    supervisor.stop_all()
"""
WAIT = "while :; do sleep .02; done"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(tmp_path, said.append)
    yield supervisor
    supervisor.stop_all()


def shell(name: str, command: str, **options: object) -> Program:
    return Program(name, name.title(), ["sh", "-c", command], **options)  # type: ignore[arg-type]


def watch_until(supervisor: Supervisor, condition: Callable[[], bool]) -> bool:
    """Watch while the condition is awaited; children follow this thread, so it must do the watching."""
    outcome = []

    def wait() -> None:
        outcome.append(eventually(condition))
        supervisor.stopping = True

    waiter = threading.Thread(target=wait)
    waiter.start()
    try:
        supervisor.watch()
    finally:
        waiter.join()
    return outcome[0]


def test_child_that_dies_is_started_again(supervisor: Supervisor, tmp_path: Path, said: list[str]) -> None:
    pids = tmp_path / "pids"
    supervisor.start([shell("web", f"echo $$ >> {pids}; exec sleep 60")])
    assert eventually(lambda: pids.exists() and len(read_pids(pids)) == 1)
    os.kill(read_pids(pids)[0], signal.SIGKILL)

    assert watch_until(supervisor, lambda: len(read_pids(pids)) == 2)
    assert "Web died (killed by SIGKILL); starting it again in 0.25 s" in said[0]


def test_what_a_dead_child_left_is_killed_before_the_next_start(supervisor: Supervisor, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    supervisor.start([shell("web", f"sleep 60 & echo $! >> {pids}; exec sleep 60")])
    assert eventually(lambda: pids.exists() and len(read_pids(pids)) == 1)
    leader = supervisor.watched["web"].child.pid
    assert leader is not None
    os.kill(leader, signal.SIGKILL)

    assert watch_until(supervisor, lambda: len(read_pids(pids)) == 2)
    assert not lives(read_pids(pids)[0])


def test_pauses_grow_between_deaths(supervisor: Supervisor) -> None:
    supervisor.start([shell("web", "exit 3")])
    watched = supervisor.watched["web"]

    assert [watched.died() for _ in range(9)] == [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]
    watched.started = time.monotonic() - 100
    assert watched.died() == 0.25


def test_essential_child_that_keeps_dying_stops_everything_and_shows_its_log(supervisor: Supervisor) -> None:
    supervisor.start([shell("postgres", "echo disk is full; exit 1", essential=True)])
    supervisor.watched["postgres"].deaths = 3

    with pytest.raises(ExplainedError) as trouble:
        supervisor.watch()

    assert "Postgres died (exit code 1) 5 times in a row" in str(trouble.value)
    assert "disk is full" in str(trouble.value)


def test_child_that_does_not_start_is_explained(supervisor: Supervisor) -> None:
    programs = [shell("redis", "echo no such option; exit 1", ready=lambda: False)]
    supervisor.start(programs)

    with pytest.raises(ExplainedError, match=r"(?s)Redis did not start.*no such option"):
        supervisor.wait_until_ready(programs, 5)


def test_child_that_is_never_ready_is_explained(supervisor: Supervisor) -> None:
    programs = [shell("redis", "exec sleep 60", ready=lambda: False)]
    supervisor.start(programs)

    with pytest.raises(ExplainedError, match="Redis is not ready after 0 s"):
        supervisor.wait_until_ready(programs, 0.1)


def test_stop_goes_from_the_doors_to_the_database(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    names = ("postgres", "redis", "mail", "worker", "sender", "beat", "web")
    programs = [
        shell(
            name,
            f"trap 'echo {name} >> {order}; exit' TERM; touch {tmp_path}/{name}.up; {WAIT}",
        )
        for name in names
    ]
    supervisor.start(programs)
    assert eventually(lambda: all((tmp_path / f"{name}.up").exists() for name in names))

    supervisor.stop_all()

    assert order.read_text().split() == ["web", "beat", "sender", "worker", "mail", "redis", "postgres"]


def test_child_that_resists_is_killed(supervisor: Supervisor, tmp_path: Path, said: list[str]) -> None:
    up = tmp_path / "up"
    supervisor.start(
        [
            shell(
                "worker",
                f"trap '' TERM; touch {up}; {WAIT}",
                stop_signals=((signal.SIGTERM, 0.2),),
            )
        ]
    )
    assert eventually(up.exists)
    pid = supervisor.watched["worker"].child.pid

    supervisor.stop_all()

    assert pid is not None
    assert not lives(pid)
    assert "did not stop in time" in said[-1]


def test_log_that_has_grown_is_turned(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    with (tmp_path / "log" / "web.log").open("wb") as log:
        log.truncate(11 * 1024 * 1024)

    supervisor.start([shell("web", "exec sleep 60")])

    assert (tmp_path / "log" / "web.log.1").stat().st_size == 11 * 1024 * 1024
    assert (tmp_path / "log" / "web.log").stat().st_size == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_stops_all(script: Script, tmp_path: Path, number: signal.Signals) -> None:
    pids = tmp_path / "pids"
    process = script(
        DRIVER.format(folder=str(tmp_path), names=["redis", "web"], shell=f"echo $$ >> {pids}; exec sleep 60")
    )
    assert eventually(lambda: pids.exists() and len(read_pids(pids)) == 2)

    process.send_signal(number)

    assert process.wait(10) == 0
    assert not any(lives(pid) for pid in read_pids(pids))


def test_kill_of_the_supervisor_leaves_no_child(script: Script, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    process = script(
        DRIVER.format(folder=str(tmp_path), names=["redis", "web"], shell=f"echo $$ >> {pids}; exec sleep 60")
    )
    assert eventually(lambda: pids.exists() and len(read_pids(pids)) == 2)

    kill(process)

    assert eventually(lambda: not any(lives(pid) for pid in read_pids(pids)))


def test_control_without_the_kernels_signal_a_child_lives_on(script: Script, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    unguarded = "from leadercrm.embedded import children\nchildren.follow_parent = lambda number: None\n"
    driver = DRIVER.format(folder=str(tmp_path), names=["web"], shell=f"echo $$ >> {pids}; exec sleep 60")
    process = script(unguarded + driver)
    assert eventually(lambda: pids.exists() and len(read_pids(pids)) == 1)

    kill(process)

    assert not eventually(lambda: not lives(read_pids(pids)[0]), seconds=1)
    assert clear_leftovers(tmp_path, tmp_path / "postgres") == 1


def test_next_start_stops_what_a_killed_run_left(script: Script, tmp_path: Path) -> None:
    """Grandchildren get no signal when the supervisor is killed; the mark finds them, and only them."""
    pids = tmp_path / "pids"
    shell_script = f"sleep 60 & echo $! >> {pids}; wait"
    process = script(DRIVER.format(folder=str(tmp_path), names=["web"], shell=shell_script))
    stranger = script("import time; time.sleep(60)")
    assert eventually(lambda: pids.exists() and len(read_pids(pids)) == 1)
    kill(process)
    [left] = read_pids(pids)
    assert lives(left)

    assert clear_leftovers(tmp_path / "another", tmp_path / "another" / "postgres") == 0
    assert lives(left)
    assert clear_leftovers(tmp_path, tmp_path / "postgres") >= 1

    assert not lives(left)
    assert psutil.pid_exists(stranger.pid)
