"""Tables of the sales half: companies, contacts, notes."""

from crm.models.company import Company
from crm.models.contact import Contact, ContactMerge, Note

__all__ = ["Company", "Contact", "ContactMerge", "Note"]
