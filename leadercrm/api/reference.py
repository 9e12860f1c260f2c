"""The published API reference as data: its curl examples, and the answers printed under them.

docs/api-reference.txt is the reference as it was published. It prints abridged answers: an `"..."` among
the keys of an object stands for the keys that were left out.
"""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

REFERENCE: Path = settings.BASE_DIR / "docs" / "api-reference.txt"
HOST = "https://tu-dominio.com"
ANSWER_HEADING = "Ver respuesta de ejemplo"
LEFT_OUT = re.compile(r',\s*"\.\.\."(?=\s*\})')


@dataclass(frozen=True)
class Example:
    """One curl of the reference. `path` has no host; `answer` is None where nothing is printed."""

    line: int
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    answer: Any = None

    @property
    def resource(self) -> str:
        """What it is about: the first word after the version, `contacts`."""
        return self.path.removeprefix("/api/v1").removeprefix("/api").lstrip("/").split("/")[0].split("?")[0]

    @property
    def sent(self) -> Any:
        """The body as data; a printed one has line breaks inside strings (G-27)."""
        return json.JSONDecoder(strict=False).decode(self.body) if self.body else None

    def __str__(self) -> str:
        return f"{self.method} {self.path} (line {self.line})"


def read_examples(path: Path = REFERENCE) -> list[Example]:
    """Every curl of the reference, in its order; ValueError where one cannot be understood."""
    lines = path.read_text().splitlines()
    return [_example(lines, number) for number, line in enumerate(lines) if line.startswith("curl ")]


def _example(lines: list[str], start: int) -> Example:
    command, end = _command(lines, start)
    arguments = iter(shlex.split(command)[1:])
    url, method, body, headers = "", None, None, {}
    for argument in arguments:
        if argument == "-X":
            method = next(arguments)
        elif argument == "-H":
            name, _, value = next(arguments).partition(": ")
            headers[name] = value
        elif argument == "-d":
            body = next(arguments)
        elif argument.startswith(HOST):
            url = argument.removeprefix(HOST)
        else:
            raise ValueError(f"line {start + 1}: unknown argument {argument!r}")
    method = method or ("POST" if body is not None else "GET")
    return Example(start + 1, method, url, headers, body, _answer(lines, end))


def _command(lines: list[str], start: int) -> tuple[str, int]:
    """The whole command, and the number of the line after it: `\\` or an open quote continue it."""
    end, text = start + 1, lines[start]
    while text.endswith("\\") or text.count("'") % 2:
        text = (text[:-1] if text.endswith("\\") else text + "\n") + lines[end]
        end += 1
    return text, end


def _answer(lines: list[str], start: int) -> Any:
    if lines[start : start + 1] != [ANSWER_HEADING]:
        return None
    text = LEFT_OUT.sub("", "\n".join(lines[start + 1 :]))
    return json.JSONDecoder(strict=False).raw_decode(text)[0]
