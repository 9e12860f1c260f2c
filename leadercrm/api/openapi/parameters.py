"""The parameters of an operation: ids in its address, filters, paging, headers."""

from typing import Any

import uritemplate
from django.utils.translation import gettext_lazy as _

from leadercrm.api.openapi.operations import Undescribed, has_version
from leadercrm.core.api.chosen import FIELDS, INCLUDE
from leadercrm.core.api.described import Described
from leadercrm.core.api.responses import DEFAULT_PER_PAGE, MAX_PER_PAGE
from leadercrm.core.api.shapes import INTEGER, TEXT, Shape, explained
from leadercrm.core.api.views import TenantViewSet
from leadercrm.core.ids import MAX_ID

Parameter = dict[str, Any]

ID: Shape = {**INTEGER, "minimum": 1, "maximum": MAX_ID}
PAGING: dict[str, Shape] = {
    "page": explained({**INTEGER, "minimum": 1, "maximum": 10**15, "default": 1}, _("Which page.")),
    "per_page": explained(
        {**INTEGER, "minimum": 1, "maximum": MAX_PER_PAGE, "default": DEFAULT_PER_PAGE},
        _("Rows on a page. More than 100 are 100."),
    ),
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": _(
        "A text of your own, new for each operation. The same request with the same key has one effect"
        " and one answer within 24 hours: repeat it safely when an answer does not come."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}

DRY_RUN = {
    "name": "dry_run",
    "in": "query",
    "description": _(
        "true: everything is checked and computed, the answer is the one that it would be, `effects` lists what would"
        " be changed and sent, and nothing is."
    ),
    "schema": {"type": "boolean", "default": False},
}

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": _("The ETag that you have seen: what somebody has changed since is refused with 412."),
    "schema": {"type": "string", "maxLength": 1000},
}


def choices_of(view: TenantViewSet) -> list[Parameter]:
    """`fields` and `include` of what reads rows."""
    found = {FIELDS: explained(TEXT, _("Only these keys of each row, with commas: `id,updated_at`."))}
    if view.includes:
        names = ", ".join(view.includes)
        text = _("Related rows to be given with each, with commas. There are: %(names)s.") % {"names": names}
        found[INCLUDE] = explained(TEXT, text)
    return [_parameter(name, "query", shape) for name, shape in found.items()]


def parameters_of(view: Any, path: str, method: str, entry: Described, *, is_page: bool) -> list[Parameter]:
    """Everything that the operation takes besides its body. Raises Undescribed for a filter without a label."""
    found = [_parameter(name, "path", _path_shape(name, entry)) for name in uritemplate.variables(path)]
    if is_page:
        filters = view.filters if getattr(view, "action", None) == "list" else {}
        queries = {name: _filter_shape(view, name, filter_) for name, filter_ in filters.items()}
        found += [_parameter(name, "query", shape) for name, shape in {**queries, **entry.query, **PAGING}.items()]
    else:
        found += [_parameter(name, "query", shape) for name, shape in entry.query.items()]
    if isinstance(view, TenantViewSet) and view.action in ("list", "retrieve"):
        found += choices_of(view)
    if has_version(view, path, method):
        found.append({"$ref": "#/components/parameters/IfMatch"})
    if method == "POST":
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if method != "GET" and not getattr(view, "public", False):
        found.append({"$ref": "#/components/parameters/DryRun"})
    return found


def _parameter(name: str, place: str, shape: Shape) -> Parameter:
    schema = {key: value for key, value in shape.items() if key != "description"}
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "description": shape["description"], **required, "schema": schema}


def _path_shape(name: str, entry: Described) -> Shape:
    if name in entry.path:
        return entry.path[name]
    if name == "id":
        return explained(ID, _("Its id."))
    return explained(ID, _("The id of the %(what)s.") % {"what": name.removesuffix("_id")})


def _filter_shape(view: Any, name: str, filter_: Any) -> Shape:
    shape: Shape | None = getattr(filter_.field, "shape", None)
    if shape is None:
        raise Undescribed(f"{type(filter_.field).__name__}, the field of the filter {name!r}, lacks its `shape`")
    if not filter_.label:
        raise Undescribed(f"{type(view).__qualname__}: the filter {name!r} lacks its `label`")
    return explained(shape, filter_.label)
