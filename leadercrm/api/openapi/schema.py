"""From our views to OpenAPI 3.1, on top of drf-spectacular.

It finds the routes, turns serializers into schemas and keeps components. Answers are no serializers here but
rows that PostgreSQL writes, and errors, headers, parameters are the same everywhere: these come
from our own declarations.
"""

from copy import copy, deepcopy
from typing import Any

from django.utils.text import capfirst
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent, append_meta
from rest_framework.serializers import Field

from leadercrm.api.openapi.operations import describe, has_version, is_offered, resource_of, row_component
from leadercrm.api.openapi.parameters import parameters_of
from leadercrm.api.openapi.responses import EVERYWHERE, error_refs, header_refs, held_ref, with_trial
from leadercrm.core.api.described import Described, Resource
from leadercrm.core.api.fields import Figure, OneOf, Text
from leadercrm.core.api.shapes import FILE, Shape, one_of, open_set, record
from leadercrm.core.api.uploads import MULTIPART

JSON = "application/json"


def tag_of(resource: Resource) -> str:
    return capfirst(str(resource.many))


class ApiSchema(AutoSchema):
    """One operation: the view's declarations, and spectacular's reading of its body's serializer."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any]:
        self.path, self.path_regex, self.path_prefix = path, path_regex, path_prefix
        self.method, self.registry = method, registry
        entry = describe(self.view, method)
        row = row_component(self.view)
        if row:
            self._keep_row(row)
        returns: Any = entry.returns
        is_page = "links" in returns.get("properties", {})
        parameters = parameters_of(self.view, path, method, entry, is_page=is_page)
        body = self._body(entry)
        operation = {
            "operationId": entry.id,
            "summary": entry.summary,
            "description": entry.details,
            "tags": [tag_of(resource_of(self.view))],
            "parameters": parameters,
            "requestBody": body,
            "responses": self._responses(entry, bool(body) or any(p.get("in") == "query" for p in parameters)),
            "security": [] if self._is_public else None,
        }
        return {key: value for key, value in operation.items() if value or (key == "security" and value is not None)}

    @property
    def _is_public(self) -> bool:
        return bool(getattr(self.view, "public", False))

    @property
    def _is_triable(self) -> bool:
        return self.method != "GET" and not self._is_public

    def _keep_row(self, row: Shape) -> None:
        """Make a row a component. Of two views of the same rows, the one with a bin knows a column more."""
        component = ResolvedComponent(row["title"], ResolvedComponent.SCHEMA, object=row["title"])
        known = self.registry[component].schema if component in self.registry else None
        if known is not None and len(known["properties"]) < len(row["properties"]):
            del self.registry[component]
        self._hoisted(row)

    def _body(self, entry: Described) -> dict[str, Any]:
        if entry.body is None:
            return {}
        component = self.resolve_serializer(entry.body(partial=entry.partial), "request")
        required = bool(component.schema.get("required"))
        form = {MULTIPART: {"schema": record({entry.upload: FILE})}} if entry.upload else {}
        return {"required": required, "content": {JSON: {"schema": component.ref}, **form}}

    def _responses(self, entry: Described, has_input: bool) -> dict[str, Any]:
        returns: Any = entry.returns
        schema = self._hoisted(with_trial(returns) if self._is_triable else returns)
        named = {"POST": ("Idempotent-Replayed",), "GET": ("ETag",) if 304 in entry.errors else ()}
        headers = header_refs(*named.get(self.method, ()))
        success = {
            "description": entry.summary,
            "headers": headers,
            "content": {entry.media_type: {"schema": schema}},
        }
        # A trial makes nothing: where the write is answered by 201, it is by 200.
        trial = {"200": success} if self._is_triable else {}
        held = held_ref() if self._is_triable else {}
        return {str(entry.status): success, **trial, **held, **error_refs(self._refusals(entry, has_input))}

    def _refusals(self, entry: Described, has_input: bool) -> set[int]:
        """The error statuses that follow from what kind of operation it is, and those declared."""
        statuses = {*EVERYWHERE, *entry.errors}
        if not self._is_public:
            guarded = self.method != "GET" or bool(getattr(self.view, "required_permission", ""))
            statuses |= {401, 403} if guarded else {401}
        if "{" in self.path:
            statuses.add(404)
        if self.method == "POST":
            statuses.add(409)
        if has_version(self.view, self.path, self.method):
            statuses.add(412)
        # A rule may refuse any write, a deletion as well.
        if has_input or self.method != "GET":
            statuses.add(422)
        return statuses

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        name = type(serializer).__name__
        return f"{name.removesuffix('Input')}Change" if serializer.partial and name.endswith("Input") else name

    def _get_serializer_name(self, serializer: Any, direction: str, bypass_extensions: bool = False) -> str:
        """Without the prefix that spectacular gives to those where nothing is required."""
        return self.get_serializer_name(serializer, direction)

    def _map_serializer_field(
        self, field: Field[Any, Any, Any, Any], direction: str, bypass_extensions: bool = False
    ) -> Any:
        shape = _own_shape(field)
        if shape is None:
            return super()._map_serializer_field(field, direction, bypass_extensions)
        # A copy: the shape is the field's for good, and what is appended belongs to this place alone.
        return append_meta(deepcopy(shape), self._get_serializer_field_meta(field, direction))

    def _insert_field_validators(self, field: Any, schema: dict[str, Any]) -> None:
        """An empty text is null where null is allowed (core.api.fields.Text): nothing to describe apart."""
        if isinstance(field, Text) and field.allow_null:
            field = copy(field)
            field.allow_blank = False
        super()._insert_field_validators(field, schema)

    def _hoisted(self, shape: Any) -> Any:
        """The same shape, with a reference in place of each part that has a title: that becomes a component."""
        if isinstance(shape, list):
            return [self._hoisted(part) for part in shape]
        if not isinstance(shape, dict):
            return shape
        bare = {key: value for key, value in shape.items() if key != "title"}
        if "properties" in bare:
            bare["properties"] = {name: self._hoisted(part) for name, part in bare["properties"].items()}
        for key in ("items", "anyOf", "additionalProperties"):
            if key in bare:
                bare[key] = self._hoisted(bare[key])
        if "title" not in shape:
            return bare
        component = ResolvedComponent(shape["title"], ResolvedComponent.SCHEMA, bare, shape["title"])
        self.registry.register_on_missing(component)
        return component.ref


def _own_shape(field: Any) -> Shape | None:
    """The shape of our own fields that spectacular would take for something else."""
    if isinstance(field, OneOf):
        return open_set(field.allowed()) if callable(field.allowed) else one_of(field.allowed)
    if isinstance(field, Figure):
        return {"type": "number", **_limits(field)}
    return getattr(field, "shape", None)


def _limits(field: Any) -> Shape:
    """The least and the greatest number that a decimal field takes."""
    least, greatest = field.min_value, field.max_value
    found: Shape = {} if least is None else {"minimum": float(least)}
    if greatest is not None:
        return {**found, "maximum": float(greatest)}
    return {**found, "exclusiveMaximum": 10**field.max_whole_digits} if field.max_whole_digits else found


class OfferedEndpoints(EndpointEnumerator):
    """The routes' methods, but for those that a viewset inherits and refuses."""

    def get_allowed_methods(self, callback: Any) -> list[str]:
        methods: list[str] = super().get_allowed_methods(callback)
        actions = getattr(callback, "actions", {})
        offered = [m for m in methods if is_offered(callback.cls, actions.get(m.lower(), m.lower()))]
        return sorted(offered, key=["GET", "POST", "PUT", "PATCH", "DELETE"].index)


class ApiGenerator(SchemaGenerator):
    """Keeps the resources in the order in which their routes come."""

    endpoint_inspector_cls = OfferedEndpoints

    def create_view(self, callback: Any, method: str, request: Any = None) -> Any:
        """Gives the view its schema. As DRF's default, every process would import all of this with its routes."""
        view = super().create_view(callback, method, request)
        self._set_schema_to_view(view, ApiSchema())
        return view

    def tags(self) -> list[dict[str, Any]]:
        """Each resource that has operations: name and what it is about."""
        found: dict[str, Any] = {}
        endpoints: Any = self.endpoints
        for _path, _regex, method, callback in endpoints:
            resource = resource_of(self.create_view(callback, method))
            found[tag_of(resource)] = found.get(tag_of(resource)) or resource.about
        return [{"name": name, **({"description": about} if about else {})} for name, about in found.items()]
