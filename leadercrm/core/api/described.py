"""What the API's description says of an operation, declared beside the view.

Most is derived: rows, filters, bodies and roles are declared already. What is left are names and sentences:

    class DealViewSet(TenantViewSet):
        resource = Resource("Deal", _("deal"), _("deals"))
        move_stage = action_route(move_deal_stage, path="move-stage", serializer=…, summary=_("Move a deal"))

        @described(_("Show the stages that a deal went through"), id="listDealStages", returns=page(…))
        def stages(self, request, pk): …

An operation that nothing is known of fails the build of the description, and with it the tests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from leadercrm.core.api.shapes import Shape

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Resource:
    """What operations are about: the name of its rows in the description, and its nouns for people.

    Operations' ids are made of `name` and `plural`: getCompany, listCompanies.
    """

    name: str
    one: Any
    many: Any
    about: Any = ""
    plural: str = ""

    @property
    def names(self) -> str:
        if self.plural:
            return self.plural
        return f"{self.name[:-1]}ies" if self.name.endswith("y") else f"{self.name}s"


@dataclass(frozen=True)
class Described:
    """One operation. What is None or empty is derived.

    `returns` is the whole body of the answer, by default {"data": row of the resource}; a callable
    is asked when the description is built. `meta` stands beside `data`. `query` and `path` map
    parameters that are no filters and no ids to a shape with its description. `errors` are the
    statuses that cannot be derived: see leadercrm.api.openapi.responses. `upload` names the field of a form
    that the same may be sent by: a file (core.api.uploads). `act` is the action behind it: who may not do that at all
    is told so before anything is said of the body or the row (core.api.views).
    """

    summary: Any = ""
    id: str = ""
    details: Any = ""
    body: Any = None
    act: Callable[..., Any] | None = None
    partial: bool = False
    upload: str = ""
    returns: Shape | Callable[[], Shape] | None = None
    meta: Mapping[str, Shape] = field(default_factory=dict)
    query: Mapping[str, Shape] = field(default_factory=dict)
    path: Mapping[str, Shape] = field(default_factory=dict)
    errors: tuple[int, ...] = ()
    status: int = 200
    media_type: str = "application/json"


def operation_id(name: str) -> str:
    """move_deal_stage: moveDealStage. Empty for a single word, which says too little."""
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest) if rest else ""


def described(summary: Any = "", **rest: Any) -> Callable[[F], F]:
    """Describe the operation that a view's method is."""
    entry = Described(summary, **rest)

    def mark(method: F) -> F:
        method.described = entry  # type: ignore[attr-defined]
        return method

    return mark
