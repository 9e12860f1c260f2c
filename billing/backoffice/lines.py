"""The line editor: a document's lines as inputs of a form, and what they come to while one types."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from rest_framework.exceptions import ValidationError

from billing.actions.lines import MOST_LINES, price_items
from billing.api.serializers_documents import ItemInput
from billing.terms import terms
from leadercrm.core.api.exceptions import as_refusal
from leadercrm.core.api.validating import validated
from leadercrm.core.errors import DomainError
from leadercrm.core.web.forms import FormPage
from leadercrm.core.web.pages import Page

COLUMNS = ("product_id", "description", "quantity", "unit_price", "discount_percent", "tax_rate", "tax_factor")
WRITTEN = ("product_id", "description", "unit_price")
SPARE_LINES = 2
EMPTY: dict[str, Any] = {}


def read_lines(data: QueryDict) -> list[dict[str, str]]:
    """The lines that something was typed into, in the order of the form."""
    columns = {name: data.getlist(f"items.{name}") for name in COLUMNS}
    length = min(max(map(len, columns.values())), MOST_LINES + 1)
    lines = []
    for place in range(length):
        line = {name: values[place].strip() for name, values in columns.items() if len(values) > place}
        if any(line.get(name) for name in WRITTEN):
            lines.append({name: value for name, value in line.items() if value})
    return lines


class LinesForm(FormPage):
    """A document's form: its fields, and its lines."""

    template = "billing/backoffice/document_form.html"

    def _body(self, data: QueryDict) -> dict[str, Any]:
        return {**super()._body(data), "items": read_lines(data)}

    def _form(
        self,
        values: Mapping[str, Any],
        row: dict[str, Any] | None,
        errors: Mapping[str, Any],
        refusal: DomainError | None = None,
    ) -> dict[str, Any]:
        items = list(values.get("items") or [])
        wrong = {path: texts for path, texts in errors.items() if path.startswith("items.")}
        rest = {path: texts for path, texts in errors.items() if path not in wrong}
        lines = [{**item, "errors": _errors_of(place, wrong)} for place, item in enumerate(items)]
        currency = str(values.get("currency") or terms().currency)
        form = super()._form(values, row, rest, refusal)
        spare = [EMPTY] * (SPARE_LINES if items else SPARE_LINES + 1)
        return {**form, "lines": [*lines, *spare], **totals_of(items, currency), "default_rate": terms().tax_rate}


def _errors_of(place: int, errors: Mapping[str, Any]) -> list[Any]:
    return [text for path, texts in errors.items() if path.startswith(f"items.{place}.") for text in texts]


def totals_of(items: list[Any], currency: str) -> dict[str, Any]:
    """What lines come to: `priced` ones and their `totals`, by the rule that writes documents; or why they do not."""
    try:
        cleaned = [validated(ItemInput, {name: item.get(name) for name in COLUMNS if item.get(name)}) for item in items]
        priced, totals = price_items(cleaned, currency) if cleaned else ([], None)
    except (DomainError, ValidationError) as error:
        refusal = as_refusal(error)
        return {"priced": [], "totals": None, "currency": currency, "unpriced": refusal and refusal.message}
    return {"priced": priced, "totals": totals, "currency": currency, "unpriced": ""}


class TotalsPage(Page):
    """What the lines that are being typed come to."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        currency = request.POST.get("currency") or terms().currency
        totals = totals_of(read_lines(request.POST), currency.strip().upper()[:3])
        return render(request, "billing/backoffice/_totals.html", totals)
