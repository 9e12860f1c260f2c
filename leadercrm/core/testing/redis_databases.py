"""Databases of Redis: each test process has two of its own, so that none counts what another does."""

import os
import re

DATABASE = re.compile(r"(/|db=)\d+$")
# A Redis has sixteen. More processes than eight share them in pairs.
HALF = 8


def database_of_this_process(redis_url: str) -> str:
    """The one that settings.REDIS_URL names in tests."""
    return DATABASE.sub(rf"\g<1>{_number()}", redis_url)


def database_of_servers(redis_url: str) -> str:
    """Another one, for tests whose workers and senders must hear of nothing but what the test itself rings."""
    return DATABASE.sub(rf"\g<1>{HALF + _number()}", redis_url)


def _number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % HALF
