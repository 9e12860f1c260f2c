"""The servers that the tests themselves stand on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from leadercrm.embedded.stack import PROJECT
from leadercrm.embedded.temporary import SERVERS, temporary_servers
from leadercrm.embedded.tests.conftest import Script, eventually, kill

TELL = "import json, os; print(json.dumps(dict(os.environ))); raise SystemExit(7)"


def test_command_gets_the_servers_and_its_exit_code_comes_back() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SERVERS}

    done = subprocess.run(
        [sys.executable, "-m", "leadercrm.embedded.temporary", "--", sys.executable, "-c", TELL],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
    )

    variables = json.loads(done.stdout)
    assert done.returncode == 7
    assert variables["DATABASE_URL"].startswith("postgres://leadercrm@/leadercrm?host=/")
    assert variables["REDIS_URL"].startswith("unix:///")
    assert variables["EMAIL_URL"].startswith("smtp://127.0.0.1:")
    assert not Path(variables["LEADERCRM_DATA_DIR"]).exists()


def test_servers_end_with_the_process_that_asked_for_them(script: Script) -> None:
    process = script(
        "import json, time\n"
        "from leadercrm.embedded.temporary import temporary_servers\n"
        "with temporary_servers() as variables:\n"
        "    print(json.dumps(dict(variables)), flush=True)\n"
        "    time.sleep(60)\n"
    )
    assert process.stdout is not None
    variables = json.loads(process.stdout.readline())
    psycopg.connect(variables["DATABASE_URL"]).close()

    kill(process)

    assert eventually(lambda: not Path(variables["LEADERCRM_DATA_DIR"]).exists())
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(variables["DATABASE_URL"])


def test_given_servers_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SERVERS:
        monkeypatch.setenv(name, f"given-{name}")

    with temporary_servers() as variables:
        assert variables == {name: f"given-{name}" for name in SERVERS}


def test_wrong_use_is_explained() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "leadercrm.embedded.temporary", "--"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    assert "usage:" in done.stderr
