"""POST /api/v1/bulk: up to 100 writes by one request, each as if it had come alone, or all of them or none."""

from typing import Any

import orjson
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from leadercrm.core.api import throttling
from leadercrm.core.api.alone import Alone
from leadercrm.core.api.context import ApiContext
from leadercrm.core.api.described import Resource, described
from leadercrm.core.api.exceptions import as_refusal, error_response
from leadercrm.core.api.fields import Flag, ListOf, OneOf, Text
from leadercrm.core.api.responses import json_response
from leadercrm.core.api.shapes import FREE_OBJECT, INTEGER, TEXT, Shape, explained, list_of, nullable, record
from leadercrm.core.api.views import ApiView
from leadercrm.core.errors import DomainError

MOST = 100
METHODS = ("POST", "PUT", "PATCH", "DELETE")
FAILED = 400

OUTCOME = record(
    {
        "index": INTEGER,
        "ref": nullable(TEXT),
        "status": explained(INTEGER, _("What the operation alone would have been answered with.")),
        "body": explained(FREE_OBJECT, _("The answer's body: {data}, {message} or an error.")),
    },
    "BulkOutcome",
)
FIGURES = record({"succeeded": INTEGER, "failed": INTEGER}, "BulkFigures")
RETURNS: Shape = record({"data": list_of(OUTCOME), "meta": FIGURES})


class FreeObject(serializers.DictField):
    """What the operation itself will judge."""


class OperationInput(serializers.Serializer[Any]):
    method = OneOf(METHODS)
    path = Text(max_length=500)
    body = FreeObject(required=False, allow_null=True)
    if_match = Text(max_length=1000, required=False, allow_null=True)
    ref = Text(max_length=100, required=False, allow_null=True)


class BulkInput(serializers.Serializer[Any]):
    operations = ListOf(child=OperationInput(), max_length=MOST, min_length=1)
    atomic = Flag(required=False)


class BulkView(ApiView):
    """Not an action: each operation is one, and asks for what it needs."""

    carries_others = True
    resource = Resource("Bulk", _("bulk request"), _("many at once"), _("Many writes by one request."), plural="Bulk")

    @described(
        _("Carry out many writes"),
        id="bulk",
        body=BulkInput,
        returns=RETURNS,
        status=207,
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Up to 100 writes, in order, each with an outcome of its own; 207 if any was refused.

        With `atomic` all are carried out or none: the first that is refused ends it, and its errors are told under
        `operations.3`. Each operation counts as a request.
        """
        values = self.cleaned(BulkInput)
        operations: list[dict[str, Any]] = values["operations"]
        self._count(len(operations))
        if values.get("atomic"):
            with transaction.atomic():
                outcomes = [self._demanded(index, each) for index, each in enumerate(operations)]
        else:
            outcomes = [self._tried(index, each) for index, each in enumerate(operations)]
        failed = sum(outcome["status"] >= FAILED for outcome in outcomes)
        figures = {"succeeded": len(outcomes) - failed, "failed": failed}
        return json_response({"data": outcomes, "meta": figures}, 207 if failed else 200)

    def _count(self, operations: int) -> None:
        """One of them is this request itself, which the gateway has counted."""
        if operations > 1:
            self.context.headers.update(throttling.TOKEN.spend(str(self.actor.token_id), operations - 1))

    def _demanded(self, index: int, operation: dict[str, Any]) -> dict[str, Any]:
        """The outcome of an operation that must not be refused."""
        try:
            return _outcome(index, operation, self._carried_out(index, operation))
        except Exception as error:
            refusal = as_refusal(error)
            if refusal is None or refusal.status >= 500:
                raise
            place = f"operations.{index}"
            errors = {f"{place}.{name}": texts for name, texts in refusal.errors.items()} or {place: [refusal.message]}
            raise DomainError(refusal.message, errors=errors, code=refusal.code, hint=refusal.hint) from None

    def _tried(self, index: int, operation: dict[str, Any]) -> dict[str, Any]:
        """The outcome of an operation that stands for itself."""
        try:
            response = self._carried_out(index, operation)
        except Exception as error:
            response = error_response(error, self._request_id(index))
        return _outcome(index, operation, response)

    def _carried_out(self, index: int, operation: dict[str, Any]) -> HttpResponse:
        alone = Alone(operation["method"], operation["path"], operation.get("body"), operation.get("if_match"))
        context = ApiContext(ip=self.context.ip, request_id=self._request_id(index), actor=self.actor)
        return alone.answer(self.request.META, context)

    def _request_id(self, index: int) -> str:
        return f"{self.context.request_id}.{index}"


def _outcome(index: int, operation: dict[str, Any], response: HttpResponse) -> dict[str, Any]:
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    body = orjson.loads(response.content) if is_json and response.content else {}
    return {"index": index, "ref": operation.get("ref"), "status": response.status_code, "body": body}
