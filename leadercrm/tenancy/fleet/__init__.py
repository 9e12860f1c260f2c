"""Migrations over all tenants: `migrate_fleet` and what it is made of.

A migration is applied once by Django, to the template schema; its SQL is collected on the way and
carried out in every tenant, 1 to 3 ms each where Django takes 100 (see MigrationStep). Steps with
Python are run per tenant by Django's executor. Every step of every tenant is one transaction that
also writes the tenant's `schema_version`, so a run that was killed goes on where it stopped.

Old and new code meet both versions of a schema while a run lasts: expand first, contract later.
"""
