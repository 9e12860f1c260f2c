"""Marketing in a tenant's admin site."""

from marketing.admin import campaigns, consents, forms, mails, pictures, segments, wording

__all__ = ["campaigns", "consents", "forms", "mails", "pictures", "segments", "wording"]
