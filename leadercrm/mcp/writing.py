"""What tools that write have in common: finding the row that is meant, and telling what became of it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.rows import JsonRows
from leadercrm.core.errors import DomainError
from leadercrm.core.ids import MAX_ID
from leadercrm.mcp.reading import row_of
from leadercrm.mcp.registry import Call, Outcome


def meant(rows: JsonRows, reference: int | str, call: Call, field: str, *, number: str = "") -> Any:
    """The row that an argument means, of those that the actor sees: by its id, or by the column `number`.

    Refuses, on `field`, what is not there; that it is another's is told to nobody.
    """
    pk = reference if isinstance(reference, int) else _by_number(rows, reference, call, number)
    row = rows.instance(pk, call.actor) if pk is not None and pk <= MAX_ID else None
    if row is None:
        raise DomainError(_("There is nothing with this id."), field=field, code="unknown_reference")
    return row


def _by_number(rows: JsonRows, reference: str, call: Call, number: str) -> int | None:
    """The latest row of that number: revisions of a quote share theirs."""
    if not number:
        return None
    found = rows.visible(call.actor).filter(**{f"{number}__iexact": reference}).order_by("-pk")
    pk: int | None = found.values_list("pk", flat=True).first()
    return pk


def wrote(
    call: Call, kind: str, rows: JsonRows, pk: int, path: str, *following: dict[str, Any], **more: Any
) -> Outcome:
    """What a write gives: the row as it is now, its page, and what may follow."""
    told: Mapping[str, Any] = {kind: row_of(rows, pk), "url": call.url(f"/{path}/{pk}"), **more}
    return Outcome(dict(told), list(following))
