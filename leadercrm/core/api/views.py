"""The API's views: translation between HTTP and actions, written once."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework.decorators import action as drf_action
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from leadercrm.core.actions import lock
from leadercrm.core.actor import Actor
from leadercrm.core.api import chosen, versions
from leadercrm.core.api.context import ApiContext
from leadercrm.core.api.described import Described, Resource, operation_id
from leadercrm.core.api.filters import Narrowing
from leadercrm.core.api.idempotency import Store, TenantStore
from leadercrm.core.api.parsing import read_json
from leadercrm.core.api.responses import Paging, list_response, message_response, row_response
from leadercrm.core.api.rows import JsonRows, Page
from leadercrm.core.api.shapes import Shape
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import NotFound, WrongMethod
from leadercrm.core.ids import MAX_ID

# A viewset's method, and the action that it needs.
NEEDED = {"create": "create_action", "update": "update_action", "destroy": "delete_action"}


class ApiView(APIView):
    """A DRF view without what the gateway has done already: credentials, limits, errors, negotiation."""

    public: ClassVar[bool] = False
    # Its operations are others of the API, which must not be of this kind themselves.
    carries_others: ClassVar[bool] = False
    # What its operations are about, for the API's description.
    resource: ClassVar[Resource]
    # How large a body may be where it is not the usual (settings.DATA_UPLOAD_MAX_MEMORY_SIZE).
    most_bytes: ClassVar[int | None] = None
    # What stands first in the body of a refusal, where a published address promises more than the error itself.
    refusal: ClassVar[Mapping[str, object]] = {}
    # What every operation needs, reading included. Actions check theirs by themselves.
    required_permission: ClassVar[str] = ""
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = ()
    renderer_classes = ()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    @classmethod
    def answer_store(cls, request: HttpRequest, key: str, user_id: int) -> Store:
        """Where the answer to a POST with an Idempotency-Key is kept."""
        return TenantStore(user_id)

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        return request  # type: ignore[return-value]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Whose role or token does not allow this at all is told so before anything is said of the body or the row."""
        if self.required_permission:
            self.actor.require_sight(self.required_permission)
        act: Any = self._act_behind(getattr(self, "action", None) or request.method.lower())
        if act is not None:
            self.actor.require(act.permission)

    @classmethod
    def _act_behind(cls, name: str) -> Callable[..., Any] | None:
        """The action that a method calls: the one that its description names, or the resource's own."""
        declared: Described | None = getattr(getattr(cls, name, None), "described", None)
        return (declared.act if declared else None) or getattr(cls, NEEDED.get(name, ""), None)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        return response

    def handle_exception(self, exc: Exception) -> Any:
        """The gateway translates; views hold no `try`."""
        raise exc

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.context.headers["Allow"] = allowed = ", ".join(self.allowed_methods)
        raise WrongMethod(allowed)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}

    @property
    def context(self) -> ApiContext:
        return self.request.api  # type: ignore[attr-defined, no-any-return]

    @property
    def actor(self) -> Actor:
        """Who asks. Only views that are not public have one."""
        actor = self.context.actor
        assert actor is not None  # noqa: S101 - the gateway guarantees it
        return actor

    def cleaned(self, serializer_class: type[BaseSerializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The body's values, validated in shape by a serializer. In a partial one any key may be absent."""
        return validated(serializer_class, read_json(self.request), partial=partial)


class TenantViewSet(ViewSetMixin, ApiView):
    """A resource: what the contract says of every one of them.

    A subclass declares `rows`, `filters`, `serializer_class` and the actions behind create, update
    and delete; an operation without its action is a 405.
    """

    rows: ClassVar[JsonRows]
    filters: ClassVar[Mapping[str, Any]] = {}
    serializer_class: ClassVar[type[BaseSerializer[Any]] | None] = None
    create_action: ClassVar[Callable[..., Any] | None] = None
    update_action: ClassVar[Callable[..., Any] | None] = None
    delete_action: ClassVar[Callable[..., Any] | None] = None
    deleted_message: ClassVar[Any] = _("Deleted.")
    # The shapes of columns that details have and lists leave out, for the API's description.
    detailed: ClassVar[Mapping[str, Shape]] = {}
    # Related rows that a client may have with those of a list or a detail, by the name that it includes them by.
    includes: ClassVar[Mapping[str, chosen.Included]] = {}

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """What reads rows of the resource gives of them what the client chooses, and a detail its version."""
        if self.action not in ("list", "retrieve") or request.method not in ("GET", "HEAD"):
            return response
        if chosen.is_choosy(request):
            known = {*self.rows.columns, *self.detailed, "deleted_at"}
            return chosen.chosen(request, response, known, self.includes, self.actor)
        return versions.tagged(request, response) if self.action == "retrieve" else response

    def list(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.listed(self.rows)

    def listed(self, rows: JsonRows) -> HttpResponse:
        """A page of `rows` as the request's filters and paging want it."""
        paging = Paging.of(self.request)
        return list_response(self.request, self.found(rows, paging), paging)

    def listed_below(
        self, rows: JsonRows, narrow: Callable[[Any], Any], *, cacheable: bool = True, **parent: int
    ) -> HttpResponse:
        """A page of the rows of one row: `narrow` filters by the `Param` whose name and value `parent` gives."""
        paging = Paging.of(self.request)
        page = rows.page(
            self.actor,
            limit=paging.per_page,
            offset=paging.offset,
            values=parent,
            key=tuple(parent),
            narrow=narrow,
            cacheable=cacheable,
        )
        return list_response(self.request, page, paging)

    def found(self, rows: JsonRows, paging: Paging) -> Page:
        """What the request's filters leave of `rows`, page by page."""
        request: Any = self.request
        narrowing = Narrowing(self.filters, request.GET)
        return rows.page(
            self.actor,
            limit=paging.per_page,
            offset=paging.offset,
            values={**self.given(), **narrowing.values},
            key=narrowing.key,
            narrow=narrowing.apply,
            cacheable=narrowing.cacheable,
            prepared=narrowing.prepared,
        )

    def retrieve(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        row = self.rows.one(pk, self.actor, self.given()) if pk <= MAX_ID else None
        if row is None:
            raise NotFound()
        return row_response(row)

    def create(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = self._action("create_action")(self.cleaned(self._serializer()), actor=self.actor)
        return self.answer(row.pk, status=201)

    def update(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        act, row = self._action("update_action"), self.row(pk)
        act(row, self.cleaned(self._serializer(), partial=True), actor=self.actor)
        return self.answer(pk)

    def destroy(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        self._action("delete_action")(self.row(pk), actor=self.actor)
        return message_response(self.deleted_message)

    def row(self, pk: int) -> Any:
        """The row with this id, if the actor sees it; NotFound otherwise.

        A write that names the version it has seen (If-Match) finds it in that version, locked, or ChangedMeanwhile is
        raised: the gateway has opened the transaction in which the rest follows.
        """
        row: Model | None = self.rows.instance(pk, self.actor) if pk <= MAX_ID else None
        if row is None:
            raise NotFound()
        if versions.wants_version(self.request) and self.request.method not in ("GET", "HEAD"):
            row = lock(row)
            versions.require_version(self.request, versions.tag_of(self.retrieve(self.request, **self.kwargs)))
        return row

    def answer(self, pk: int, status: int = 200, meta: Mapping[str, Any] | None = None) -> HttpResponse:
        """{"data": the row}, as lists show it, after the actor has written it.

        They get it even if they have just given it to somebody whose records they do not see.
        """
        row = self.rows.one(pk, values=self.given())
        if row is None:
            raise NotFound()
        return row_response(row, status, meta)

    def given(self) -> dict[str, Any]:
        """Values for `Param`s in the columns of `rows`: what only the request knows."""
        return {}

    def _action(self, name: str) -> Callable[..., Any]:
        act = getattr(type(self), name)
        if act is None:
            raise WrongMethod()
        return act  # type: ignore[no-any-return]

    def _serializer(self) -> type[BaseSerializer[Any]]:
        assert self.serializer_class is not None  # noqa: S101 - a resource that writes declares one
        return self.serializer_class


def action_route(
    act: Callable[..., Any], *, path: str, serializer: type[BaseSerializer[Any]] | None = None, summary: Any = ""
) -> Any:
    """A POST on one row that calls an action and answers with the row.

    The attribute has the path's name: `move_stage = action_route(move_deal, path="move-stage")`; so has the route.
    `summary` says in the API's description what it does; its id there is the action's name.
    """

    def route(view: TenantViewSet, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        row = view.row(pk)
        act(row, **(view.cleaned(serializer) if serializer else {}), actor=view.actor)
        return view.answer(pk)

    route.__name__ = path.replace("-", "_")
    route.__doc__ = act.__doc__
    route.described = Described(summary, operation_id(act.__name__), body=serializer, act=act)  # type: ignore[attr-defined]
    return drf_action(detail=True, methods=["post"], url_path=path)(route)
