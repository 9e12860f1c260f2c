"""The platform in /operator/: accounts, their tokens, the work queue, operators and what they did."""

from leadercrm.operators.admin import catalogues, people, tenants, tokens, wording, work

__all__ = ["catalogues", "people", "tenants", "tokens", "wording", "work"]
