"""Recurring invoices over HTTP; what they make is tested in test_keeping."""

from typing import Any

import pytest

from billing.tests.papers import M1, a_contact
from billing.tests.test_quotes_api import DEALING, TEXT
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase


class TestRecurringInvoices(ResourceCase):
    path, routes, text = "/recurring-invoices", ("recurring-invoice-list", "recurring-invoice-detail"), "title"
    tables = ("crm_contact", "billing_recurringinvoice")
    keys = {
        "id": (int,), "title": (str,), "currency": (str,), "items": (list,), "notes": TEXT, "every_months": (int,),
        "next_on": (str,), "ends_on": TEXT, "auto_send": (bool,), "is_active": (bool,), **DEALING,
    }  # fmt: skip
    body = {"title": "Iguala mensual", "items": [M1], "every_months": 1, "next_on": "2999-01-31", "auto_send": True}
    reshaped = frozenset({"items"})
    change = {"ends_on": "2999-12-31"}
    read_only = {"id": 77777, "created_at": "2001-01-01T00:00:00.000000Z"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 403 403
        delete other 200 200 403 403
    """

    def place(self, api: Api) -> str:
        self.body = {**self.body, "contact_id": a_contact(api)}
        return self.path


def test_items_come_back_as_they_were_sent(api: Api) -> None:
    item = {**M1, "unit_price": 1500.25, "discount_percent": 5, "sat_unit_key": "HUR"}
    body = {"title": "A", "contact_id": a_contact(api), "next_on": "2999-01-31", "items": [item]}
    [line] = api.post("/recurring-invoices", body).data["items"]
    assert {name: line[name] for name in item} == item


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": None}, "title"), ({"next_on": None}, "next_on"), ({"next_on": "x"}, "next_on"),
        ({"every_months": 0}, "every_months"), ({"every_months": 61}, "every_months"), ({"items": []}, "items"),
        ({"items": [{**M1, "quantity": 0}]}, "items.0.quantity"), ({"ends_on": "2998-01-01"}, "ends_on"),
        ({"contact_id": 999999}, "contact_id"), ({"auto_send": "x"}, "auto_send"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    good = {"title": "A", "contact_id": a_contact(api), "next_on": "2999-01-31", "items": [M1]}
    made = api.post("/recurring-invoices", good).data
    with untouched():
        for answer in (
            api.post("/recurring-invoices", {**good, **body}),
            api.put(f"/recurring-invoices/{made['id']}", body),
        ):
            assert (answer.status, set(answer.errors)) == (422, {field}), answer
