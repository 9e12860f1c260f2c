"""What of a call's arguments is kept: all but secrets, and no more than somebody would read."""

import re
from typing import Any

import orjson

from leadercrm.core.api.responses import json_bytes

SECRET = re.compile(
    r"pass(word|wd)?|contrase|secret|token|api_?key|authorization|credential|^pin$|^code$", re.IGNORECASE
)
MASK = "•••"
MOST_BYTES = 50_000


def masked(arguments: Any) -> Any:
    """The arguments as JSON holds them, secrets as dots; of what is too long, its names."""
    kept = _masked(orjson.loads(json_bytes(arguments)))
    if len(json_bytes(kept)) <= MOST_BYTES:
        return kept
    return {"too_long": sorted(kept)[:100] if isinstance(kept, dict) else len(kept)}


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: MASK if SECRET.search(name) and inner else _masked(inner) for name, inner in value.items()}
    return [_masked(inner) for inner in value] if isinstance(value, list) else value
