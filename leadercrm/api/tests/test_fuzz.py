"""What schemathesis makes up from the description, sent to every operation: no 5xx, nothing slow, all as described.

Here a few cases for each operation, always the same; `make fuzz` sends 1,000 other ones, `.ci/run` 50
(LEADERCRM_FUZZ_CASES). What a case did is taken back, so that each finds the same rows. Answers are checked
against the description by the door itself.
"""

import json
import os
import time
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core import NotSet

from leadercrm.api.tests.operation import Operation
from leadercrm.api.tests.test_matrix import key_of, taken_back
from leadercrm.core.testing.conformance import description
from leadercrm.core.testing.doors import Api

USUAL = 5
CASES = int(os.environ.get("LEADERCRM_FUZZ_CASES", USUAL))
MOST_SECONDS = 2.0
SCHEMA = schemathesis.openapi.from_dict(description().document)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def operations_by_tag() -> dict[str, list[Any]]:
    """Those of a resource are one test."""
    found: dict[str, list[Any]] = {}
    for result in SCHEMA.get_all_operations():
        operation: Any = result.ok()  # type: ignore[union-attr]
        if operation.method.upper() == "PATCH" and CASES == USUAL:
            continue  # it does what PUT does
        found.setdefault(operation.tags[0], []).append(operation)
    return found


BY_TAG = operations_by_tag()


@pytest.mark.timeout(300 + 20 * CASES)
@pytest.mark.parametrize("tag", BY_TAG)
def test_nothing_breaks(api: Api, known: list[Operation], tag: str) -> None:
    by_key = {key_of(operation): operation for operation in known}
    for operation in BY_TAG[tag]:
        method = operation.method.upper()
        path = by_key["PUT" if method == "PATCH" else method, operation.path].path
        fuzz(api, operation, path)


def fuzz(api: Api, operation: Any, path: str) -> None:
    """Send requests as described, and requests that are not, to an address where there is something."""
    valid, invalid = (operation.as_strategy(generation_mode=mode) for mode in MODES)

    @settings(
        max_examples=CASES, deadline=None, database=None, derandomize=CASES == USUAL, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=valid | invalid)
    def send(case: Any) -> None:
        query = urlencode(case.query or {}, doseq=True, errors="replace")
        body = case.body
        raw = None if isinstance(body, NotSet) else body if isinstance(body, bytes) else json.dumps(body).encode()
        # A request that a busy machine kept waiting is fast the next time; one that is slow is slow each time.
        assert any(seconds(f"{path}?{query}", raw) < MOST_SECONDS for _try in range(3))

    def seconds(address: str, raw: bytes | None) -> float:
        began = time.perf_counter()
        with taken_back():
            api.call(operation.method.upper(), address, raw=raw)
        return time.perf_counter() - began

    send()
