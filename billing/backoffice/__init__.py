"""The pages of products, quotes, invoices, payments and contracts."""
