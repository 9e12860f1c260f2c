"""Billing in a tenant's admin site."""

from billing.admin import contracts, evidence, invoices, payments, products, quotes, templates, wording

__all__ = ["contracts", "evidence", "invoices", "payments", "products", "quotes", "templates", "wording"]
