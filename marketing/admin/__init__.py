"""Marketing in a tenant's admin site."""

from marketing.admin import campaigns, consents, mails, segments, wording

__all__ = ["campaigns", "consents", "mails", "segments", "wording"]
