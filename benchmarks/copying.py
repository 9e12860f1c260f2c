"""Rows by COPY: a hundred thousand in a second or two, where bulk_create takes ten."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from django.db import connection, models, transaction


def copy_in(rows: Iterable[models.Model]) -> range:
    """Insert rows of one model into the bound schema's table, which is empty; returns the ids that they got."""
    rows = iter(rows)
    first = next(rows)
    model = type(first)
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        with cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
            for row in chain([first], rows):
                copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])
        cursor.execute(f'SELECT min(id), max(id) FROM "{model._meta.db_table}"')
        lowest, highest = cursor.fetchone()
    return range(lowest, highest + 1)
