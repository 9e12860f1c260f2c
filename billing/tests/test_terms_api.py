"""A tenant's own terms over HTTP."""

from typing import Any

import pytest

from billing.terms import is_clabe
from billing.tests.papers import a_quote
from leadercrm.core.models import AuditEntry
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

# One whose last digit is right.
CLABE = "032180000118359719"
DEFAULTS = {
    "currency": "MXN", "tax_rate": 16, "payment_days": 30, "reminder_days": [-3, 1, 7], "contract_notice_days": 30,
    "approved_stage_id": None, "bank_name": None, "bank_holder": None, "bank_clabe": None,
}  # fmt: skip


def test_defaults_and_changes(api: Api, stranger: Api) -> None:
    assert api.get("/billing/settings").data == DEFAULTS
    chosen = {"currency": "USD", "tax_rate": 8.25, "reminder_days": [], "bank_clabe": CLABE, "bank_name": "BBVA"}
    assert api.put("/billing/settings", chosen).data == {**DEFAULTS, **chosen}
    assert api.patch("/billing/settings", {"bank_clabe": None}).data["bank_clabe"] is None
    assert api.get("/billing/settings").data == {**DEFAULTS, **chosen, "bank_clabe": None}
    assert stranger.get("/billing/settings").data == DEFAULTS
    quote = a_quote(api, items=[{"description": "A", "quantity": 1, "unit_price": 100}])
    assert (quote["currency"], quote["tax_total"]) == ("USD", 8.25)
    assert AuditEntry.objects.filter(action="billing.terms_changed").count() == 2


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"currency": "XXX"}, "currency"), ({"tax_rate": 101}, "tax_rate"), ({"tax_rate": None}, "tax_rate"),
        ({"payment_days": -1}, "payment_days"), ({"payment_days": 366}, "payment_days"),
        ({"reminder_days": [500]}, "reminder_days.0"), ({"reminder_days": [1] * 11}, "reminder_days"),
        ({"approved_stage_id": 999999}, "approved_stage_id"), ({"bank_clabe": "032180000118359718"}, "bank_clabe"),
        ({"bank_clabe": "١٢٣"}, "bank_clabe"), ({"bank_name": "x" * 101}, "bank_name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    with untouched():
        answer = api.put("/billing/settings", body)
    assert (answer.status, set(answer.errors)) == (422, {field}), answer


def test_administrators_change_them(alfa: TestTenant, manager: Api, sales: Api, viewer: Api) -> None:
    with untouched():
        for client in (manager, sales, viewer):
            assert client.put("/billing/settings", {"tax_rate": 0}).status == 403
    assert [client.get("/billing/settings").status for client in (manager, sales, viewer)] == [200, 200, 200]


def test_every_wrong_digit_of_a_clabe_is_noticed() -> None:
    assert is_clabe(CLABE)
    for place, digit in enumerate(CLABE):
        for other in set("0123456789") - {digit}:
            assert not is_clabe(CLABE[:place] + other + CLABE[place + 1 :])
