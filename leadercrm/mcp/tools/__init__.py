"""The tools, by what they are about. Importing this enters them all."""

from leadercrm.mcp.tools import account, activities, contacts, contracts, deals, invoices, pipeline, quotes, searching

__all__ = ["account", "activities", "contacts", "contracts", "deals", "invoices", "pipeline", "quotes", "searching"]
