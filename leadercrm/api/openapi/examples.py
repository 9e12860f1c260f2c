"""Examples: those that the published reference prints, and samples that follow from the schemas.

The reference prints abridged answers. What one leaves out is filled in from the row that is printed most
fully, and from the schema, so that every example is one that the API could really give.
"""

from typing import Any

from leadercrm.api.reference import Example

JSON = "application/json"
BY_FORMAT = {
    "date-time": "2025-04-20T18:30:00.000000Z",
    "date": "2025-04-20",
    "idn-email": "maria@empresa.mx",
    "password": "MiPassword2024!",
    "uri": "https://tu-dominio.com/api/v1/contacts?page=1",
}
BY_TYPE = {"integer": 1, "number": 1, "boolean": False, "string": "…", "null": None}
# A printed row with less of its keys than this gives way to the one that is printed most fully.
ENOUGH = 0.6
METHODS = ("get", "post", "put", "patch", "delete")


class Sampler:
    """Makes values that a document's schemas allow."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.components = document["components"]["schemas"]
        # component -> what is printed of each of its rows
        self._printed: dict[str, list[dict[str, Any]]] = {}

    def learn(self, schema: dict[str, Any], row: dict[str, Any]) -> None:
        """Make the row that is printed most fully the example of its component."""
        name = schema["$ref"].rpartition("/")[2]
        rows = self._printed.setdefault(name, [])
        same = next((other for other in rows if _is_same(other, row)), None)
        if same is None:
            rows.append(dict(row))
        else:
            same.update(row)
        fullest = max(rows, key=len)
        self.components[name].pop("examples", None)
        self.components[name]["examples"] = [self.completed(schema, fullest)]

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        name = schema.get("$ref", "").rpartition("/")[2]
        resolved: dict[str, Any] = self.components[name] if name else schema
        return resolved

    def sample(self, schema: dict[str, Any]) -> Any:
        """An example value: the one that is declared, else the simplest."""
        schema = self.resolved(schema)
        if "examples" in schema:
            return schema["examples"][0]
        if "anyOf" in schema:
            return self.sample(schema["anyOf"][0])
        for key in ("enum", "x-extensible-enum"):
            if key in schema:
                return schema[key][0]
        kind = schema.get("type", "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            return {name: self.sample(part) for name, part in self._kept(schema).items()}
        if kind == "array":
            return [self.sample(schema["items"])]
        return schema.get("const", schema.get("default", BY_FORMAT.get(schema.get("format", ""), _least(schema, kind))))

    def _kept(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The properties that an example shows: those that are always there, else all."""
        properties: dict[str, Any] = schema.get("properties", {})
        required = schema.get("required", [])
        return {name: part for name, part in properties.items() if name in required} if required else properties

    def completed(self, schema: dict[str, Any], printed: Any) -> Any:
        """What is printed, with whatever the schema promises besides."""
        schema = self.resolved(schema)
        if isinstance(printed, dict) and "properties" in schema:
            if "examples" in schema and len(printed) < ENOUGH * len(schema["required"]):
                return schema["examples"][0]
            kept = {name: self.sample(part) for name, part in self._kept(schema).items() if name not in printed}
            known = schema["properties"]
            return {name: self.completed(known[name], value) for name, value in printed.items() if name in known} | kept
        if isinstance(printed, list) and "items" in schema:
            return [self.completed(schema["items"], row) for row in printed]
        return printed


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two printed rows are of the same thing: the same id, and nothing that contradicts."""
    return "id" in one and all(one[key] == other[key] for key in one.keys() & other.keys())


def _least(schema: dict[str, Any], kind: str) -> Any:
    """A value of a type: for a number with bounds one that lies within them."""
    return max(BY_TYPE[kind], schema.get("minimum", BY_TYPE[kind])) if kind in ("integer", "number") else BY_TYPE[kind]


def add_examples(document: dict[str, Any], printed: list[Example]) -> None:
    """Give every body and answer of the document an example, of the reference's where it prints one."""
    sampler = Sampler(document)
    found = [(example, operation) for example in printed if (operation := operation_of(document, example))]
    for example, operation in found:
        _learn(sampler, operation, example)
    for example, operation in found:
        _show(sampler, operation, example)
    for path in document["paths"].values():
        for method in METHODS:
            if method in path:
                _show(sampler, path[method], None)


def operation_of(document: dict[str, Any], example: Example) -> dict[str, Any] | None:
    """The operation that a printed request means."""
    parts = example.path.partition("?")[0].split("/")
    for template, path in document["paths"].items():
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(w == p or w[:1] == "{" for w, p in zip(wanted, parts, strict=True)):
            operation: dict[str, Any] | None = path.get(example.method.lower())
            return operation
    return None


def _success(operation: dict[str, Any]) -> dict[str, Any]:
    """The content of the operation's success."""
    status = next(iter(operation["responses"]))
    content: dict[str, Any] = operation["responses"][status]["content"].get(JSON, {})
    return content


def _learn(sampler: Sampler, operation: dict[str, Any], example: Example) -> None:
    """Show the sampler the rows of a printed answer."""
    schema = sampler.resolved(_success(operation).get("schema", {}))
    row = example.answer.get("data") if isinstance(example.answer, dict) else None
    part = schema.get("properties", {}).get("data", {})
    rows, part = (row, part.get("items", {})) if isinstance(row, list) else ([row], part)
    for each in rows if "$ref" in part else ():
        if isinstance(each, dict):
            sampler.learn(part, each)


def _show(sampler: Sampler, operation: dict[str, Any], example: Example | None) -> None:
    """Put examples where none are yet."""
    body = operation.get("requestBody", {}).get("content", {}).get(JSON)
    sent = example.sent if example else None
    if body and "example" not in body and (sent or example is None):
        body["example"] = sent or sampler.sample(body["schema"])
    content = _success(operation)
    if content and "example" not in content and (example is None or example.answer is not None):
        given = sampler.completed(content["schema"], example.answer) if example else sampler.sample(content["schema"])
        content["example"] = given
