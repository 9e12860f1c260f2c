"""Kept views that narrow a list to one company or contact: in a merge they go with it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from crm.mentions import Path, mentions
from leadercrm.lists.models import SavedView


def _named_by(parameter: str, query: Any, pk: int) -> Iterator[Path]:
    """Where a view's query names a row: it keeps texts, as an address has them."""
    if query.get(parameter) == str(pk):
        yield [parameter]


for model, parameter in (("crm.company", "company_id"), ("crm.contact", "contact_id")):
    mentions(model, rows=SavedView.objects.all, column="query")(partial(_named_by, parameter))
