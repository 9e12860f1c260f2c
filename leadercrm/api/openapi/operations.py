"""What an operation is: from the view's declarations to a full description."""

import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from leadercrm.core.api.chosen import with_included
from leadercrm.core.api.described import Described, Resource, operation_id
from leadercrm.core.api.row_shapes import row_shape
from leadercrm.core.api.shapes import BOOLEAN, MESSAGE, Shape, component, data, explained, page, record
from leadercrm.core.api.views import NEEDED, TenantViewSet

# What every resource has, by the method of its viewset and, for PATCH, the method of HTTP: id, summary.
USUAL: dict[str, tuple[str, Any]] = {
    "list": ("list{names}", _("List %(many)s")),
    "create": ("create{name}", _("Create %(one)s")),
    "retrieve": ("get{name}", _("Read %(one)s")),
    "update": ("update{name}", _("Change %(one)s")),
    "PATCH": ("patch{name}", _("Change %(one)s, by PATCH")),
    "destroy": ("delete{name}", _("Delete %(one)s")),
    "restore": ("restore{name}", _("Take %(one)s out of the bin")),
}
VERB = re.compile("^[a-z]+")
BY_PATCH = _("%s, by PATCH")
PARTIAL = _("Keys that are absent stay as they are; null empties a value. PUT and PATCH do the same.")
RESTORING = _("For administrators, within 30 days of the deletion.")
IN_BIN = _("true: what is in the bin, for administrators; each row then has deleted_at.")


class Undescribed(Exception):
    """An operation whose summary, id or resource is declared nowhere."""


def is_offered(view_class: Any, action: str) -> bool:
    """Whether a viewset answers this at all: without its action, an inherited operation is a 405."""
    if not issubclass(view_class, TenantViewSet) or action not in NEEDED:
        return True
    inherited = getattr(view_class, action) is getattr(TenantViewSet, action)
    return not inherited or getattr(view_class, NEEDED[action]) is not None


def action_of(view: Any, method: str) -> str:
    """The name of the view's method that answers."""
    return getattr(view, "action", None) or method.lower()


def resource_of(view: Any) -> Resource:
    resource: Resource | None = getattr(view, "resource", None)
    if resource is None:
        raise Undescribed(f"{type(view).__qualname__}: declare its `resource`")
    return resource


def describe(view: Any, method: str) -> Described:
    """The operation's description, with all that can be derived in place. Raises Undescribed."""
    action = action_of(view, method)
    declared: Described = getattr(getattr(view, action), "described", None) or Described()
    if isinstance(view, TenantViewSet) and action in USUAL:
        declared = _usual(view, method, action, declared)
    if method == "PATCH" and not declared.id.startswith("patch"):
        declared = replace(declared, id=VERB.sub("patch", declared.id), summary=str(BY_PATCH) % declared.summary)
    given = declared.id or operation_id(action)
    if not declared.summary or not given:
        raise Undescribed(f"{type(view).__qualname__}.{action}: describe it (leadercrm.core.api.described)")
    returns = declared.returns() if callable(declared.returns) else declared.returns
    returns = returns if returns is not None else data(component(resource_of(view).name))
    if declared.meta:
        properties = {**returns["properties"], "meta": record(declared.meta)}
        returns = {**returns, "properties": properties, "required": [*returns["required"], "meta"]}
    return replace(declared, id=given, returns=returns)


def _usual(view: TenantViewSet, method: str, action: str, declared: Described) -> Described:
    """What a resource's own declarations say, where the description leaves it open."""
    resource = resource_of(view)
    pattern, summary = USUAL["PATCH" if method == "PATCH" else action]
    nouns = {"one": resource.one, "many": resource.many}
    filled = replace(
        declared,
        id=declared.id or pattern.format(name=resource.name, names=resource.names),
        summary=declared.summary or summary % nouns,
    )
    if action in ("create", "update"):
        filled = replace(filled, body=declared.body or view.serializer_class)
    return replace(filled, **_by_action(view, action, filled))


def _by_action(view: TenantViewSet, action: str, declared: Described) -> dict[str, Any]:
    has_bin = hasattr(view, "bin_rows")
    known: dict[str, dict[str, Any]] = {
        "list": {
            "returns": declared.returns or page(component(resource_of(view).name)),
            "query": {**({"deleted": explained(BOOLEAN, IN_BIN)} if has_bin else {}), **declared.query},
            "errors": ((403,) if has_bin else ()) + declared.errors,
        },
        "create": {"status": 201},
        "update": {"partial": True, "details": declared.details or PARTIAL},
        "destroy": {"returns": declared.returns or MESSAGE},
        "retrieve": {"errors": (304, *declared.errors)},
        "restore": {"details": declared.details or RESTORING},
    }
    return known.get(action, {})


def has_version(view: Any, path: str, method: str) -> bool:
    """Whether it writes a row of a resource, so that If-Match holds."""
    return isinstance(view, TenantViewSet) and method != "GET" and "{" in path


def row_component(view: Any) -> Shape | None:
    """The shape of the rows that a resource's operations answer with."""
    if not isinstance(view, TenantViewSet):
        return None
    shape = row_shape(view.rows, resource_of(view).name, sometimes=getattr(view, "bin_rows", None))
    detailed = {**shape, "properties": {**shape["properties"], **view.detailed}}
    return with_included(detailed, view.includes)
