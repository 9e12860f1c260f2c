"""The sales half in a tenant's admin site."""

from crm.admin import activities, contacts, deals, pipelines

__all__ = ["activities", "contacts", "deals", "pipelines"]
