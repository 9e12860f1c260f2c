"""Beginning and ending a visit, as the tenant's audit sees it. What operators may do outside of tenants: audit.py."""

from leadercrm.core.actor import grant

grant("operators.visit")
