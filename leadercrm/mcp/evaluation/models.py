"""Models by the two ways in which they are spoken to: OpenAI's chat completions and Anthropic's messages."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]
# Sends a body to a path below the address, and gives the answer's.
Post = Callable[[str, Json], Json]
MOST_TOKENS = 4096


@dataclass(frozen=True)
class ToolCall:
    """A tool that a model wants to be called."""

    id: str
    name: str
    arguments: Json


@dataclass(frozen=True)
class Turn:
    """What was said: by the user, the model, or tools (`results`: the call's id, the text, whether it refused)."""

    role: str
    text: str = ""
    calls: Sequence[ToolCall] = ()
    results: Sequence[tuple[str, str, bool]] = field(default=())


class Model(Protocol):
    """Something that answers a conversation."""

    def answer(self, system: str, turns: Sequence[Turn], tools: Sequence[Mapping[str, Any]]) -> Turn:
        """The model's next turn. `tools` are as tools/list has them."""


@dataclass(frozen=True)
class OpenAi:
    """POST {address}/chat/completions"""

    model: str
    post: Post

    def answer(self, system: str, turns: Sequence[Turn], tools: Sequence[Mapping[str, Any]]) -> Turn:
        messages: list[Json] = [{"role": "system", "content": system}]
        for turn in turns:
            messages += self._messages(turn)
        functions = [
            {"name": tool["name"], "description": tool["description"], "parameters": tool["inputSchema"]}
            for tool in tools
        ]
        body = {"model": self.model, "messages": messages, "temperature": 0}
        offered = [{"type": "function", "function": function} for function in functions]
        said = self.post("/chat/completions", {**body, "tools": offered})["choices"][0]["message"]
        calls = [
            ToolCall(call["id"], call["function"]["name"], parsed(call["function"].get("arguments") or "{}"))
            for call in said.get("tool_calls") or ()
        ]
        return Turn("assistant", said.get("content") or "", calls)

    def _messages(self, turn: Turn) -> list[Json]:
        if turn.role == "tool":
            return [{"role": "tool", "tool_call_id": id_, "content": text} for id_, text, _error in turn.results]
        message: Json = {"role": turn.role, "content": turn.text}
        if turn.calls:
            message["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)},
                }
                for call in turn.calls
            ]
        return [message]


@dataclass(frozen=True)
class Anthropic:
    """POST {address}/v1/messages"""

    model: str
    post: Post

    def answer(self, system: str, turns: Sequence[Turn], tools: Sequence[Mapping[str, Any]]) -> Turn:
        offered = [
            {"name": tool["name"], "description": tool["description"], "input_schema": tool["inputSchema"]}
            for tool in tools
        ]
        messages = [self._message(turn) for turn in turns]
        body = {"model": self.model, "max_tokens": MOST_TOKENS, "system": system, "messages": messages}
        blocks = self.post("/v1/messages", {**body, "tools": offered})["content"]
        calls = [
            ToolCall(block["id"], block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"
        ]
        text = "\n".join(block["text"] for block in blocks if block["type"] == "text")
        return Turn("assistant", text, calls)

    def _message(self, turn: Turn) -> Json:
        if turn.role == "tool":
            results = [
                {"type": "tool_result", "tool_use_id": id_, "content": text, "is_error": error}
                for id_, text, error in turn.results
            ]
            return {"role": "user", "content": results}
        blocks: list[Json] = [{"type": "text", "text": turn.text}] if turn.text else []
        used = [{"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments} for call in turn.calls]
        return {"role": turn.role, "content": blocks + used}


def parsed(text: str) -> Json:
    """A call's arguments; what is no object is told to the tool, which refuses it in words."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"arguments": text[:500]}
