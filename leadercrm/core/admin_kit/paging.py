"""Lists whose rows are counted only as far as somebody turns pages."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

MOST_COUNTED = 5000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to MOST_COUNTED rows: whoever has more before them searches rather than leafs."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        if not hasattr(rows, "query"):
            return len(rows)
        return rows.order_by()[:MOST_COUNTED].count()  # type: ignore[no-any-return]


class BoundedList(ChangeList):  # type: ignore[misc]
    """A list that does not offer to show everything at once: it does not know how much that is."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count
