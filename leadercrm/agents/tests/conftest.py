"""An administrator's agent with all tools for documents."""

import pytest

from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.tenants import TestTenant


@pytest.fixture
def agent(alfa: TestTenant) -> Agent:
    return Agent(alfa.tokens["admin"], path="/mcp?toolsets=contracts")
