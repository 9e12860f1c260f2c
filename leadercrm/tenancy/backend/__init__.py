"""PostgreSQL backend: django-tenants' own, with a table list that stays fast at thousands of schemas."""
