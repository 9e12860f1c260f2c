"""Billing in a tenant's admin site."""

from billing.admin import contracts, invoices, payments, products, quotes

__all__ = ["contracts", "invoices", "payments", "products", "quotes"]
