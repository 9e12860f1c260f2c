"""Kinds of rows of sales to which many things are done at once."""

from crm.importing import companies, contacts, deals  # noqa: F401 - they enter themselves
