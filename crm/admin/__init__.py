"""What is sold, to whom and by what steps, in a tenant's admin site. The menu has this order."""

from crm.admin import contacts, companies, deals, activities, notes, pipelines, merges, wording  # isort: skip

__all__ = ["activities", "companies", "contacts", "deals", "merges", "notes", "pipelines", "wording"]
