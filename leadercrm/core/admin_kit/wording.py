"""What the pages call models and their columns.

Kept apart from the models, so that a better word is no migration of every tenant's schema.
"""

from typing import Any

from django.db import models


def call(model: type[models.Model], singular: Any, plural: Any, **columns: Any) -> None:
    """Name a model and its columns on the pages."""
    model._meta.verbose_name, model._meta.verbose_name_plural = singular, plural
    for name, label in columns.items():
        model._meta.get_field(name).verbose_name = label  # type: ignore[union-attr]
