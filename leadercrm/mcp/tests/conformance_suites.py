"""The suites, as tests: what a revision requires of a server, less what no server without sessions can."""

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from leadercrm.core.testing.processes import Program, WebServer, copied_database, database_url, wait_until
from leadercrm.core.testing.proxy import with_token
from leadercrm.core.testing.tenants import TestTenant, make_tenant

HERE = Path(__file__).parents[1] / "conformance"
MODULES = HERE / "node_modules"
MACHINE = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}
NODE = MODULES / f"node-linux-{MACHINE.get(platform.machine(), '')}" / "bin/node"
CONFORMANCE = MODULES / "@modelcontextprotocol/conformance/dist/index.js"
INSPECTOR = MODULES / "@modelcontextprotocol/inspector/clients/launcher/build/index.js"
ASKS_MEANWHILE = (
    "the server asks its client in the middle of a call: that needs a session, which this server has none of"
)
# What is not met, and why. One that is met after all fails the test, so that this table tells the truth.
UNMET: dict[str, dict[str, str]] = {
    "2026-07-28": {},
    "2025-11-25": {
        "tools-call-sampling": ASKS_MEANWHILE,
        "tools-call-elicitation": ASKS_MEANWHILE,
        "elicitation-sep1034-defaults": ASKS_MEANWHILE,
        "elicitation-sep1330-enums": ASKS_MEANWHILE,
    },
}
MOMENT = re.compile(r"-20[0-9]{2}-[0-9]{2}-[0-9]{2}T.*")
PASSED = ("SUCCESS", "INFO", "SKIPPED", "WARNING")


@pytest.fixture(scope="module")
def tenant(django_db_setup: None, django_db_blocker: Any) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():
        yield make_tenant("Conforme")


@pytest.fixture(scope="module")
def server(tenant: TestTenant) -> Iterator[WebServer]:
    """The product's web server, with the suites' tools beside its own."""
    running = WebServer()
    running.argv = [part.replace("leadercrm.wsgi", "leadercrm.mcp.conformance.wsgi") for part in running.argv]
    Program.start(running)
    wait_until(running.answers, "the web server's first answer", 120)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def address(server: WebServer, tenant: TestTenant) -> Iterator[str]:
    with with_token(server.port, tenant.tokens["admin"]) as base:
        yield base


def node(script: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a script of the suites. Nothing of the environment but its path is handed to it."""
    environment = {"PATH": f"{NODE.parent}:{os.environ['PATH']}", "HOME": os.environ.get("HOME", "/tmp")}  # noqa: S108
    return subprocess.run(
        [str(NODE), str(script), *arguments], capture_output=True, text=True, timeout=300, env=environment, cwd=HERE
    )


def checks(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What the suites found, by scenario: their folders are named after it and the time."""
    return {
        MOMENT.sub("", path.parent.name.removeprefix("server-")): json.loads(path.read_text())
        for path in sorted(folder.rglob("checks.json"))
    }


def required(revision: str) -> set[str]:
    """The scenarios that a server of this revision has to pass; others are run, and count for nothing."""
    listed = node(CONFORMANCE, "list", "--requirements", revision).stdout
    servers = listed.partition("Server scenarios")[2].partition("Client scenarios")[0]
    return {line.strip().removeprefix("- ") for line in servers.splitlines() if line.startswith("  - ")}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("revision", UNMET)
def test_all_that_a_revision_requires(address: str, tmp_path: Path, revision: str) -> None:
    ran = node(CONFORMANCE, "server", "--url", f"{address}/mcp", "--requirements", revision, "-o", str(tmp_path))
    found, wanted = checks(tmp_path), required(revision)
    assert wanted <= found.keys(), (wanted - found.keys(), ran.stderr[-2000:])
    wrong = {
        scenario: [
            (check["id"], check.get("errorMessage")) for check in found[scenario] if check["status"] not in PASSED
        ]
        for scenario in wanted
    }
    failed = {scenario: why for scenario, why in wrong.items() if why}
    number = sum(len(found[scenario]) for scenario in wanted)
    print(f"\n{revision}: {len(wanted)} scenarios required, {number} checks; not met: {sorted(failed)}")
    unexpected = {scenario: why for scenario, why in failed.items() if scenario not in UNMET[revision]}
    assert not unexpected, json.dumps(unexpected, indent=1)
    assert failed.keys() == UNMET[revision].keys(), "what is met after all is to be taken out of UNMET"


def inspected(*arguments: str, token: str = "") -> "subprocess.CompletedProcess[str]":
    """Ask a server by the inspector's command line. It says by its exit what was wrong."""
    header = ["--header", f"Authorization: Bearer {token}"] if token else []
    return node(INSPECTOR, "--cli", *arguments, *header, "--connect-timeout", "120000")


CALL = ("--method", "tools/call", "--tool-name")


@pytest.mark.timeout(300)
def test_the_inspector_finds_no_fault(server: WebServer, tenant: TestTenant) -> None:
    """Schemas portable, results as their schemas say; refusals told apart: 3 wants a token, 5 is a tool's refusal."""
    place, token = f"http://127.0.0.1:{server.port}/mcp", tenant.tokens["admin"]
    listed = inspected(place, "--method", "tools/list", "--strict", token=token)
    assert listed.returncode == 0, listed.stderr[-2000:]
    names = {tool["name"] for tool in json.loads(listed.stdout)["tools"]}
    assert {"leader_whoami", "leader_create_quote"} <= names
    who = inspected(place, *CALL, "leader_whoami", token=token)
    assert json.loads(who.stdout)["structuredContent"]["tenant"]["name"] == "Conforme", who.stderr[-2000:]
    wrong = inspected(place, *CALL, "leader_get_record", "--tool-arg", "type=contact", "id=99999999", token=token)
    assert wrong.returncode == 5, (wrong.returncode, wrong.stderr[-500:])
    assert inspected(place, "--method", "tools/list", token="1|nonsense").returncode == 3
    assert inspected(place, "--method", "tools/list").returncode == 3


@pytest.mark.timeout(300)
def test_the_inspector_talks_over_standard_input(tenant: TestTenant) -> None:
    given = {"LEADERCRM_TOKEN": tenant.tokens["admin"], "DATABASE_URL": database_url()}
    given |= {"LEADERCRM_SECRET_KEY": settings.SECRET_KEY, "DJANGO_SETTINGS_MODULE": "leadercrm.settings"}
    pairs = [part for name, value in given.items() for part in ("-e", f"{name}={value}")]
    program = [sys.executable, str(settings.BASE_DIR / "manage.py"), "mcp_stdio"]
    who = inspected(*program, *pairs, *CALL, "leader_whoami")
    assert who.stdout, (who.returncode, who.stderr[-2000:])
    assert json.loads(who.stdout)["structuredContent"]["tenant"]["name"] == "Conforme", who.stderr[-2000:]


@pytest.mark.timeout(120)
def test_the_authorization_server_says_what_it_can(server: WebServer, tmp_path: Path) -> None:
    scenario = "authorization-server-metadata-endpoint"
    base = f"http://127.0.0.1:{server.port}"
    ran = node(CONFORMANCE, "authorization", "--url", base, "--scenario", scenario, "-o", str(tmp_path))
    found = [check for path in tmp_path.rglob("checks.json") for check in json.loads(path.read_text())]
    assert found, ran.stdout[-1000:] + ran.stderr[-1000:]
    assert {check["status"] for check in found} <= set(PASSED), found
