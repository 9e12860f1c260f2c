"""What is sold, to whom and by what steps, in a tenant's admin site. The menu has this order."""

from crm.admin import contacts, companies, deals, activities, notes, pipelines, addresses, merges  # isort: skip
from crm.admin import custom_fields, erasures, goals, wording  # isort: skip

__all__ = [
    "activities", "addresses", "companies", "contacts", "custom_fields", "deals", "erasures", "goals", "merges",
    "notes", "pipelines", "wording",
]  # fmt: skip
