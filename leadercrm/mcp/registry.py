"""The tools, each declared once: name, sentence, arguments, what it gives, what it may do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import translation
from rest_framework.serializers import BaseSerializer

from leadercrm.core.actor import Actor
from leadercrm.core.api.shapes import INTEGER, TEXT, Shape, list_of
from leadercrm.mcp.schemas import arguments_schema
from leadercrm.mcp.visit import CORE, Surface, Visit

Values = dict[str, Any]
TOKEN_ARGUMENT: Shape = {"type": "string", "description": "From leader_authenticate."}


@dataclass(frozen=True)
class Hints:
    """What a client may expect of a tool; all four are always said, for their defaults are the worst."""

    reads: bool = False
    destroys: bool = False
    repeatable: bool = False
    leaves: bool = False

    @property
    def annotations(self) -> dict[str, bool]:
        return {
            "readOnlyHint": self.reads,
            "destructiveHint": self.destroys,
            "idempotentHint": self.repeatable or self.reads,
            "openWorldHint": self.leaves,
        }


READS = Hints(reads=True)
WRITES = Hints()
SETS = Hints(repeatable=True)
SENDS = Hints(repeatable=True, leaves=True)


@dataclass(frozen=True)
class Call:
    """One call of a tool: who, by which visit, with which cleaned arguments."""

    visit: Visit
    actor: Actor
    values: Values

    def url(self, path: str) -> str:
        """The address of a page of the product."""
        return f"{self.visit.base_url}{path}"


@dataclass(frozen=True)
class Outcome:
    """What a tool gives: an object, and up to three calls that suggest themselves now."""

    data: dict[str, Any]
    next: list[dict[str, Any]] = field(default_factory=list)


Run = Callable[[Call], Outcome]


@dataclass(frozen=True)
class Tool:
    """`input` validates the arguments and is the source of their schema; `gives` are the keys of the result.

    `public`: needs no token. `confirms` says in a sentence what will happen, of a call that must be confirmed.
    `valid_values` finds, by the name of a refused argument, what would have been taken.
    """

    name: str
    description: str
    run: Run
    input: type[BaseSerializer[Any]]
    gives: Mapping[str, Shape]
    hints: Hints
    scope: str
    toolset: str = CORE
    notes: Mapping[str, str] = field(default_factory=dict)
    nullable: bool = False
    public: bool = False
    confirms: Callable[[Call], str] | None = None
    valid_values: Mapping[str, Callable[[Call], list[Any]]] = field(default_factory=dict)

    @cached_property
    def arguments(self) -> Shape:
        """In English, whoever asks first: it is kept, and agents rely on it."""
        with translation.override("en"):
            return arguments_schema(self.input, self.notes, nullable=self.nullable)

    @cached_property
    def results(self) -> Shape:
        """What is always there. Open: rows have more keys than a schema of 350 tokens could name."""
        properties = {name.removesuffix("?"): shape for name, shape in self.gives.items()}
        required = [name for name in self.gives if not name.endswith("?")]
        shape = {"type": "object", "properties": properties}
        return {**shape, "required": required} if required else shape

    def definition(self, surface: Surface) -> dict[str, Any]:
        """The tool as `tools/list` has it."""
        arguments = self.arguments
        if surface.asks_for_token and not self.public:
            arguments = {
                **arguments,
                "properties": {"auth_token": TOKEN_ARGUMENT, **arguments["properties"]},
                "required": ["auth_token", *arguments.get("required", ())],
            }
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": arguments,
            "outputSchema": self.results,
            "annotations": self.hints.annotations,
        }


TOOLS: dict[str, Tool] = {}

ROWS: Mapping[str, Shape] = {"items": list_of({"type": "object"}), "total": INTEGER, "next_cursor?": TEXT}
ROW: Shape = {"type": "object"}


def tool(name: str, description: str, **declared: Any) -> Callable[[Run], Run]:
    """Enter a function as a tool; what is declared are Tool's fields."""

    def enter(function: Run) -> Run:
        TOOLS[name] = Tool(name=name, description=" ".join(description.split()), run=function, **declared)
        return function

    return enter


def shows(surface: Surface, tool: Tool) -> bool:
    """Whether a surface has a tool, whatever a token may do there."""
    if tool.toolset != CORE and tool.toolset not in surface.toolsets:
        return False
    return not surface.read_only or (tool.hints.reads and not tool.public)


def visible(surface: Surface, may: Callable[[str], bool]) -> Iterable[Tool]:
    """The tools of a surface that a token with these abilities may use, in the order of their names."""
    return [tool for name, tool in sorted(TOOLS.items()) if shows(surface, tool) and may(tool.scope)]
