"""Ids, and other whole numbers, as PostgreSQL has them."""

# The largest that a column holds; it refuses to look for a larger one.
MAX_ID = 2**63 - 1
