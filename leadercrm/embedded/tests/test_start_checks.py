"""What is refused before anything starts: each refusal is one sentence with the way out."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadercrm.embedded import ports, service_user, system_libraries
from leadercrm.embedded.errors import ExplainedError
from leadercrm.embedded.leftovers import clear_run_dir
from leadercrm.embedded.lock import only_run
from leadercrm.embedded.service_user import ServiceUser
from leadercrm.embedded.system_libraries import Library, refusal

ABSENT = Library(("libthat-nobody-has.so.0",), "libabsent-1")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_taken_port_names_its_holder_and_another_port(taken_port: int) -> None:
    with pytest.raises(ExplainedError) as refusal:
        ports.require_free(taken_port)

    assert f"Port {taken_port} is taken by" in str(refusal.value)
    assert f"(process {os.getpid()})" in str(refusal.value)
    assert "PORT=" in str(refusal.value)


def test_free_port_is_accepted() -> None:
    ports.require_free(ports.free_port())


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "８０００"])
def test_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ExplainedError, match="PORT must be a number"):
        ports.wanted_port({"PORT": text})


@pytest.mark.parametrize(("environment", "port"), [({}, 8000), ({"PORT": ""}, 8000), ({"PORT": "81"}, 81)])
def test_port_comes_from_the_environment(environment: dict[str, str], port: int) -> None:
    assert ports.wanted_port(environment) == port


def test_mail_port_stays_the_same_from_start_to_start(tmp_path: Path) -> None:
    with ports.mail_socket(tmp_path, usual=False) as first:
        port = first.getsockname()[1]
    with ports.mail_socket(tmp_path) as second:
        assert second.getsockname()[1] == port


def test_taken_mail_port_is_replaced_and_written_down(tmp_path: Path) -> None:
    with ports.mail_socket(tmp_path, usual=False) as first, ports.mail_socket(tmp_path) as second:
        assert second.getsockname()[1] != first.getsockname()[1]
        assert (tmp_path / "mail" / "smtp-port").read_text() == str(second.getsockname()[1])


def test_second_run_on_a_data_folder_is_refused_with_the_address_of_the_first(tmp_path: Path) -> None:
    with only_run(tmp_path, "http://127.0.0.1:8000"):
        with pytest.raises(ExplainedError) as refusal, only_run(tmp_path, "http://127.0.0.1:9000"):
            pass
        assert f"http://127.0.0.1:8000, process {os.getpid()}" in str(refusal.value)
        assert "LEADERCRM_DATA_DIR=" in str(refusal.value)

    with only_run(tmp_path, "http://127.0.0.1:9000"):
        pass


def test_data_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ExplainedError, match="cannot be written"), only_run(tmp_path / "file" / "var", ""):
        pass


def test_missing_pango_names_the_exact_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "LIBRARIES", (ABSENT,))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda tool: tool == "apt-get")

    sentence = refusal()

    assert sentence is not None
    assert sentence.endswith("sudo apt-get install -y libabsent-1")


def test_pango_is_installed_by_root_on_debian(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def install(command: list[str], environment: dict[str, str]) -> bool:
        ran.append(command)
        monkeypatch.setattr(system_libraries, "LIBRARIES", ())
        return True

    monkeypatch.setattr(system_libraries, "LIBRARIES", (ABSENT,))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda tool: tool == "apt-get")
    monkeypatch.setattr(system_libraries, "_succeeds", install)

    assert refusal() is None

    assert ran == [["apt-get", "install", "-y", "libabsent-1"]]


def test_libraries_are_checked_before_anything_is_installed() -> None:
    """With Python's own library alone, as in a new virtual environment."""
    done = subprocess.run([sys.executable, "-I", "-S", system_libraries.__file__], capture_output=True, text=True)

    assert "Traceback" not in done.stderr


def test_what_only_makes_pdfs_faster_never_stops_a_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "LIBRARIES", (Library(ABSENT.names, "x", required=False),))
    monkeypatch.setattr(system_libraries, "_install", lambda missing: False)

    assert system_libraries.main() == 0


def test_sockets_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    trap = tmp_path / "run"
    trap.symlink_to(elsewhere)

    with pytest.raises(ExplainedError, match="belongs to somebody else"):
        clear_run_dir(trap, None)
    assert elsewhere.exists()


def test_sockets_folder_is_made_anew_and_closed(tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    run_dir.mkdir(mode=0o755)
    (run_dir / "redis.sock").touch()

    clear_run_dir(run_dir, None)

    assert list(run_dir.iterdir()) == []
    assert run_dir.stat().st_mode & 0o777 == 0o700


def test_closed_home_is_seen_and_left_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "clone").mkdir(parents=True)
    home.chmod(0o700)
    stranger = ServiceUser(uid=65533, gid=65533)

    assert not stranger.can_enter(home / "clone")
    assert home.stat().st_mode & 0o777 == 0o700
    assert stranger.can_enter(Path("/usr/bin"))


def test_only_root_needs_a_service_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert service_user.service_user() is None
