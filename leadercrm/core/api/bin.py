"""Resources with a bin: `?deleted=true` lists it, `POST …/restore` takes a row out of it. For administrators."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from rest_framework.decorators import action as drf_action

from leadercrm.core.api.filters import flag_of
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.views import TenantViewSet
from leadercrm.core.errors import NotFound
from leadercrm.core.ids import MAX_ID


class BinViewSet(TenantViewSet):
    """Declares `bin_rows` and the action that restores one of them; its permission opens the bin, too."""

    bin_rows: ClassVar[JsonRows]
    restore_action: ClassVar[Callable[..., Any]]

    def list(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not flag_of(request, "deleted"):
            return super().list(request, **kwargs)
        self._open_bin()
        return self.listed(self.bin_rows)

    @drf_action(detail=True, methods=["post"])
    def restore(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a row out of the bin, for 30 days after its deletion."""
        self._open_bin()
        row = self.bin_rows.visible(self.actor).filter(pk=pk).first() if pk <= MAX_ID else None
        if row is None:
            raise NotFound()
        type(self).restore_action(row, actor=self.actor)
        return self.answer(pk)

    def _open_bin(self) -> None:
        """Who may not restore is told so before being told what there is."""
        self.actor.require_sight(type(self).restore_action.permission)  # type: ignore[attr-defined]
