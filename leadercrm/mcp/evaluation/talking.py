"""A model and the tools: it is asked, it calls, it reads, until it has an answer."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leadercrm.mcp.evaluation.models import Model, ToolCall, Turn

MOST_TURNS = 20
# Calls a tool: the text that it gives, and whether it refused.
Caller = Callable[[str, Mapping[str, Any]], tuple[str, bool]]


def talk(model: Model, system: str, asks: str, tools: Sequence[Mapping[str, Any]], call: Caller) -> list[Turn]:
    """The whole conversation; its last turn is the model's answer, or what it had come to after MOST_TURNS."""
    turns = [Turn("user", asks)]
    for _turn in range(MOST_TURNS):
        said = model.answer(system, turns, tools)
        turns.append(said)
        if not said.calls:
            break
        turns.append(Turn("tool", results=[_carried_out(wanted, call) for wanted in said.calls]))
    return turns


def answer_of(turns: Sequence[Turn]) -> str:
    """What the model said in the end."""
    return next((turn.text for turn in reversed(turns) if turn.role == "assistant"), "")


def _carried_out(wanted: ToolCall, call: Caller) -> tuple[str, str, bool]:
    text, refused = call(wanted.name, wanted.arguments)
    return wanted.id, text, refused
