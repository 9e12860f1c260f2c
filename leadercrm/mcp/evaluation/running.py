"""Tasks by a model over the real MCP endpoint: a tenant of its own for each, a transcript, a score."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import requests

from leadercrm.agents.actions.policies import set_policy
from leadercrm.core.testing.processes import HttpClient
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.mcp.evaluation.models import Anthropic, Model, OpenAi, Post
from leadercrm.mcp.evaluation.talking import answer_of, talk
from leadercrm.mcp.evaluation.task import Task, latest_entry
from leadercrm.mcp.evaluation.world import make_world
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.credentials import make_token
from leadercrm.tenancy.provisioning import refill_spares

REVISION = "2025-11-25"
# Seconds that a model may think.
PATIENCE = 180
ANTHROPIC = "anthropic"


class Endpoint:
    """The MCP endpoint as a client sees it."""

    def __init__(self, port: int, token: str) -> None:
        self.client = HttpClient(port, token)

    def request(self, method: str, **params: Any) -> Any:
        """The result of a request of JSON-RPC; LookupError for the protocol's errors."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self.client.post("/mcp", body, **{"Mcp-Protocol-Version": REVISION, "Accept": "application/json"}).json
        if "result" not in answer:
            raise LookupError(answer["error"]["message"])
        return answer["result"]

    def call(self, name: str, arguments: Mapping[str, Any]) -> tuple[str, bool]:
        """The text that a tool gives, and whether it refused."""
        try:
            result = self.request("tools/call", name=name, arguments=dict(arguments))
        except LookupError as error:
            return str(error), True
        return result["content"][0]["text"], bool(result.get("isError"))


@dataclass(frozen=True)
class Score:
    """How a task went; no failures is a pass."""

    task: str
    language: str
    failures: list[str]
    turns: int
    calls: int
    seconds: float


def model_of(environment: Mapping[str, str]) -> Model:
    """The model that the environment names. KeyError for an address or a model that is not there."""
    address, name = environment["LEADERCRM_EVAL_URL"].rstrip("/"), environment["LEADERCRM_EVAL_MODEL"]
    kind = environment.get("LEADERCRM_EVAL_API") or (ANTHROPIC if ANTHROPIC in address else "openai")
    post = poster(address, environment.get("LEADERCRM_EVAL_KEY", ""), kind)
    return Anthropic(name, post) if kind == ANTHROPIC else OpenAi(name, post)


def poster(address: str, key: str, kind: str) -> Post:
    """Sends bodies to the address with the key as its kind wants it; tries again what is said to be too much."""
    bearer = {"Authorization": f"Bearer {key}"} if key else {}
    headers = {"x-api-key": key, "anthropic-version": "2023-06-01"} if kind == ANTHROPIC else bearer

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        for attempt in range(5):
            response = requests.post(address + path, json=body, headers=headers, timeout=PATIENCE)
            if response.status_code not in (429, 500, 502, 503, 529):
                break
            time.sleep(2**attempt)
        if not response.ok:
            raise RuntimeError(f"{address}{path}: {response.status_code} {response.text[:500]}")
        found: dict[str, Any] = response.json()
        return found

    return post


def evaluate(task: Task, model: Model, port: int, folder: Path) -> Score:
    """Let the model do one task in a tenant that has nothing else, and keep what was said."""
    refill_spares(1)
    tenant = make_tenant(f"Eval {os.getpid()} {task.name}")
    token, last = prepared(tenant, task)
    endpoint, began = Endpoint(port, token), time.monotonic()
    params = {"protocolVersion": REVISION, "capabilities": {}, "clientInfo": {"name": "evaluation", "version": "1"}}
    system = endpoint.request("initialize", **params)["instructions"]
    turns = talk(model, system, task.asks, endpoint.request("tools/list")["tools"], endpoint.call)
    with bind(tenant.bound):
        failures = task.failures(last, answer_of(turns))
    score = Score(
        task.name, task.language, failures, len(turns), sum(len(turn.calls) for turn in turns),
        round(time.monotonic() - began, 1),
    )  # fmt: skip
    kept = {"task": asdict(score), "asks": task.asks, "turns": [asdict(turn) for turn in turns]}
    (folder / f"{task.name}.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1, default=str))
    return score


def prepared(tenant: TestTenant, task: Task) -> tuple[str, int]:
    """The world, and the agent's token in it; the token's text, and the audit's last entry before the agent begins."""
    token, text = make_token(tenant.users["admin"], agent_name="Evaluación", read_only=task.read_only)
    with bind(tenant.bound):
        make_world(tenant.actor())
        if task.rules:
            set_policy(token, rules=task.rules, actor=tenant.actor(via="page"))
        return text, latest_entry()
