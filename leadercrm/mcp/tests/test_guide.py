"""docs/agents.md as its readers use it: what can be copied from it works, and the tools that it names are the tools."""

import re
import shlex

import orjson
import pytest
from django.conf import settings

from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.mcp.registry import TOOLS

GUIDE = (settings.BASE_DIR / "docs/agents.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)
REQUESTS = [text for language, text in BLOCKS if language == "bash" and text.startswith("curl")]
HOST = "https://crm.example.com"


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language == "json"])
def test_settings_of_clients_are_json(text: str) -> None:
    assert orjson.loads(text)


@pytest.mark.parametrize("text", REQUESTS, ids=lambda text: text.split()[3].removeprefix(HOST))
def test_requests_can_be_sent_as_they_stand(text: str, api: Api, alfa: TestTenant) -> None:
    words = shlex.split(text.replace("\\\n", " "))
    path, body = words[3].removeprefix(HOST), orjson.loads(words[words.index("-d") + 1])
    assert words[:3] == ["curl", "-X", "POST"]
    if path == "/mcp":
        said = Agent(alfa.tokens["admin"], version="").send(body)
        assert (said.status, said.result["isError"]) == (200, False)
    else:
        assert api.post(path.removeprefix("/api/v1"), body).status == 201


def test_a_program_s_lines_are_python() -> None:
    [text] = [text for language, text in BLOCKS if language == "python"]
    compile(text, "docs/agents.md", "exec")


def test_the_tools_that_it_names_are_the_tools() -> None:
    assert set(re.findall(r"\bleader_[a-z_]+", GUIDE)) == set(TOOLS)
