"""The tools, by what they are about. Importing this enters them all."""

from leadercrm.mcp.tools import (
    account,
    activities,
    agents,
    contacts,
    contracts,
    deals,
    invoices,
    operations,
    pipeline,
    quotes,
    searching,
)

__all__ = [
    "account",
    "activities",
    "agents",
    "contacts",
    "contracts",
    "deals",
    "invoices",
    "operations",
    "pipeline",
    "quotes",
    "searching",
]
