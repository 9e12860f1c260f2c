"""What agents get back: an object, and the same as compact JSON."""

from collections.abc import Mapping
from typing import Any

import orjson

from leadercrm.core.api.responses import json_bytes
from leadercrm.core.text import without_unseen

# A result longer than this fills an agent's head rather than its hands.
MOST_BYTES = 20_000
Result = dict[str, Any]


def succeeded(data: Mapping[str, Any]) -> Result:
    """A result as the protocol has it. `data` may hold Decimals, dates and lazy texts; they become JSON once."""
    text = without_unseen(json_bytes(data).decode())
    return {
        "content": [{"type": "text", "text": text}],
        "structuredContent": orjson.loads(text),
        "isError": False,
    }


def failed(body: Mapping[str, Any]) -> Result:
    """A refusal that the model reads and acts upon."""
    return {"content": [{"type": "text", "text": json_bytes(body).decode()}], "isError": True}


def lean(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without nulls and without empty lists: absent says the same in no tokens."""
    return {name: value for name, value in row.items() if value is not None and value != [] and value != {}}


def then(tool: str, **arguments: Any) -> dict[str, Any]:
    """A call that suggests itself now."""
    return {"tool": tool, "arguments": arguments}
