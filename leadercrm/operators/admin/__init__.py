"""The platform in /operator/: accounts, their tokens, the work queue, operators and what they did.

The menu has this order.
"""

from leadercrm.operators.admin import tenants, tokens, work, catalogues, people, wording  # isort: skip

__all__ = ["catalogues", "people", "tenants", "tokens", "wording", "work"]
