"""Quotes over HTTP: the resource, its lines, revisions and what they become."""

from typing import Any

import pytest

from billing.models import Quote
from billing.tests.papers import M1, a_contact, a_quote, made, now_is
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.resource import ResourceCase
from leadercrm.core.testing.tenants import TestTenant

TEXT = (str, type(None))
TROUBLE = (dict, type(None))
ID = (int, type(None))
MONEY = (int, float)
# The reference's POST (contract, section 5: M2).
PRINTED = [
    {"description": "Licencia ERP anual", "quantity": 1, "unit_price": 250000, "tax_rate": 16},
    {
        "description": "Implementacion y capacitacion", "quantity": 80, "unit_price": 2500, "discount_percent": 5,
        "tax_rate": 16,
    },
]  # fmt: skip
DEALING = {
    "contact_id": (int,), "contact_name": (str,), "company_id": ID, "company_name": TEXT, "deal_id": ID,
    "owner_id": ID, "owner_name": TEXT, "created_at": (str,), "updated_at": (str,),
}  # fmt: skip
FIGURES = {"subtotal": MONEY, "discount_total": MONEY, "tax_total": MONEY, "total": MONEY}


class TestQuotes(ResourceCase):
    path, routes, text = "/quotes", ("quote-list", "quote-detail"), "title"
    tables = ("crm_contact", "billing_quote")
    keys = {
        "id": (int,), "quote_number": (str,), "revision": (int,), "title": TEXT, "status": (str,), **FIGURES,
        "currency": (str,), "valid_until": TEXT, "is_expired": (bool,), **DEALING, "notes": TEXT, "terms": TEXT,
        "sent_at": TEXT, "approved_at": TEXT, "rejected_at": TEXT, "rejection_reason": TEXT, "revises_id": ID,
        "revised_by_id": ID, "contract_id": ID, "invoice_id": ID, "items": (list,), "mail_trouble": TROUBLE,
        "pdf_url": (str,),
    }  # fmt: skip
    body = {"title": "Propuesta de Servicios TI", "currency": "MXN", "valid_until": "2025-05-30", "items": PRINTED}
    reshaped = frozenset({"items"})
    change = {"valid_until": "2025-06-15"}
    read_only = {
        "id": 77777, "quote_number": "COT-999999", "status": "approved", "total": 1, "subtotal": 1, "revision": 9,
        "approved_at": "2001-01-01T00:00:00.000000Z",
    }  # fmt: skip
    query = {"status": "draft"}
    roles = """
                admin manager sales viewer
        create own 201 201 201 403
        read own 200 200 200 200
        read other 200 200 200 200
        change own 200 200 200 403
        change other 200 200 403 403
        delete own 200 200 200 403
        delete other 200 200 403 403
    """

    def place(self, api: Api) -> str:
        self.body = {**self.body, "contact_id": a_contact(api)}
        return self.path


def test_the_printed_body_gives_the_printed_figures(api: Api) -> None:
    """M2, with the figures of each line tax-inclusive (A-25)."""
    quote = a_quote(api, items=PRINTED)
    assert [quote[name] for name in ("subtotal", "tax_total", "total", "discount_total")] == [
        440000, 70400, 510400, 10000,
    ]  # fmt: skip
    assert [line["total"] for line in quote["items"]] == [290000, 220400]
    assert [line["discount_percent"] for line in quote["items"]] == [0, 5]
    assert [line["description"] for line in quote["items"]] == [item["description"] for item in PRINTED]


@pytest.mark.parametrize(
    ("items", "subtotal", "tax_total", "total"),
    [
        pytest.param([(120, 1500, None, 16)], 180000, 28800, 208800, id="M1"),
        pytest.param([(3, 33.335, None, 16)], 100.01, 16, 116.01, id="M5"),
        pytest.param([(1, 100, 100, 16)], 0, 0, 0, id="M6"),
        pytest.param([(1, 100, None, 0), (1, 100, None, 8)], 200, 8, 208, id="M7"),
    ],
)
@pytest.mark.parametrize("kind", ["quotes", "invoices"])
def test_vectors(api: Api, kind: str, items: Any, subtotal: float, tax_total: float, total: float) -> None:
    names = ("quantity", "unit_price", "discount_percent", "tax_rate")
    sent = [{"description": "A", **dict(zip(names, item, strict=True))} for item in items]
    paper = made(api.post(f"/{kind}", {"contact_id": a_contact(api), "items": sent}))
    assert (paper["subtotal"], paper["tax_total"], paper["total"]) == (subtotal, tax_total, total)
    assert {type(paper[name]) for name in ("subtotal", "total")} <= {int, float}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"contact_id": None}, "contact_id"), ({"contact_id": 999999}, "contact_id"),
        ({"contact_id": "x"}, "contact_id"),
        ({"deal_id": 999999}, "deal_id"), ({"owner_id": 999999}, "owner_id"), ({"currency": "XXX"}, "currency"),
        ({"title": "x" * 256}, "title"), ({"valid_until": "2025-02-30"}, "valid_until"), ({"items": []}, "items"),
        ({"items": None}, "items"), ({"items": "x"}, "items"), ({"items": [M1] * 201}, "items"),
        ({"items": [{**M1, "description": ""}]}, "items.0.description"),
        ({"items": [M1, {**M1, "quantity": None}]}, "items.1.quantity"),
        ({"items": [{**M1, "quantity": 0}]}, "items.0.quantity"),
        ({"items": [{**M1, "quantity": -1}]}, "items.0.quantity"),
        ({"items": [{**M1, "quantity": 1.1234567}]}, "items.0.quantity"),
        ({"items": [{**M1, "unit_price": -0.01}]}, "items.0.unit_price"),
        ({"items": [{**M1, "unit_price": "abc"}]}, "items.0.unit_price"),
        ({"items": [{**M1, "unit_price": None}]}, "items.0.unit_price"),
        ({"items": [{**M1, "tax_rate": 100.01}]}, "items.0.tax_rate"),
        ({"items": [{**M1, "tax_rate": -1}]}, "items.0.tax_rate"),
        ({"items": [{**M1, "discount_percent": 101}]}, "items.0.discount_percent"),
        ({"items": [{**M1, "tax_factor": "exento"}]}, "items.0.tax_rate"),
        ({"items": [{**M1, "tax_factor": "x"}]}, "items.0.tax_factor"),
        ({"items": [{**M1, "product_id": 999999}]}, "items.0.product_id"),
        ({"items": [{**M1, "quantity": 999999999999, "unit_price": 999999999999}]}, "items"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["quotes", "invoices"])
def test_what_is_wrong_is_refused_at_its_field(api: Api, kind: str, body: dict[str, Any], field: str) -> None:
    if kind == "invoices" and field in ("title", "valid_until"):
        return
    good = {"contact_id": a_contact(api), "items": [M1]}
    paper = made(api.post(f"/{kind}", good))
    with untouched():
        for answer in (api.post(f"/{kind}", {**good, **body}), api.put(f"/{kind}/{paper['id']}", body)):
            assert (answer.status, set(answer.errors)) == (422, {field}), answer


@pytest.mark.parametrize("missing", ["contact_id", "items"])
def test_what_is_required(api: Api, missing: str) -> None:
    body = {"contact_id": a_contact(api), "items": [M1]}
    del body[missing]
    with untouched():
        assert set(api.post("/quotes", body).errors) == {missing}


def test_a_line_without_a_rate_has_the_tenants(api: Api) -> None:
    """A-24: an explicit 0 is respected, and the rate is always echoed."""
    items = [{"description": "A", "quantity": 1, "unit_price": 100, **rate} for rate in ({}, {"tax_rate": 0})]
    items.append({"description": "B", "quantity": 1, "unit_price": 100, "tax_factor": "exento"})
    assert [line["tax_rate"] for line in a_quote(api, items=items)["items"]] == [16, 0, 0]
    api.put("/billing/settings", {"tax_rate": 8})
    assert a_quote(api, items=items[:1])["items"][0]["tax_rate"] == 8


def test_numbers_are_the_quotes_own(api: Api) -> None:
    """A-62."""
    first, second = a_quote(api), a_quote(api)
    assert (first["quote_number"], second["quote_number"]) == ("COT-000001", "COT-000002")
    assert api.delete(f"/quotes/{second['id']}").status == 200
    assert a_quote(api)["quote_number"] == "COT-000003"


def test_items_of_a_draft_are_replaced(api: Api) -> None:
    quote = a_quote(api, items=PRINTED)
    place = f"/quotes/{quote['id']}"
    changed = made(api.put(place, {"items": [M1]}))
    assert (changed["total"], [line["description"] for line in changed["items"]]) == (208800, [M1["description"]])
    with untouched():
        again = made(api.put(place, {"items": [M1]}))
    assert again == changed


def test_expiry_is_computed(api: Api) -> None:
    """A-20: the status stays, and approving inside is allowed."""
    quote = a_quote(api, valid_until="2025-05-30")
    assert (quote["is_expired"], quote["status"]) == (True, "draft")
    assert a_quote(api, valid_until="2999-01-01")["is_expired"] is False
    assert a_quote(api)["is_expired"] is False
    approved = made(api.post(f"/quotes/{quote['id']}/approve"))
    assert (approved["status"], approved["is_expired"], approved["sent_at"]) == ("approved", False, None)


def test_filters(api: Api, alfa: TestTenant) -> None:
    deal = made(api.post("/deals", {"name": "A", "pipeline_id": 1, "stage_id": 1}))["id"]
    first, second = a_quote(api, deal_id=deal), a_quote(api, owner_id=alfa.users["sales"])
    api.post(f"/quotes/{second['id']}/send")

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in api.get("/quotes", **query).data]

    assert found() == [second["id"], first["id"]]
    assert found(contact_id=first["contact_id"]) == found(deal_id=deal) == found(status="draft") == [first["id"]]
    assert found(status="sent") == found(owner_id=alfa.users["sales"]) == [second["id"]]
    assert found(contact_id=999999) == []
    assert "draft, sent, approved, rejected" in str(api.get("/quotes", status="x").errors["status"])


def test_revision_takes_the_place_of_the_old_one(api: Api) -> None:
    quote = a_quote(api, items=PRINTED, title="A")
    place = f"/quotes/{quote['id']}"
    with untouched():
        assert api.post(f"{place}/revise").status == 422
    api.post(f"{place}/send")
    revision = made(api.post(f"{place}/revise"))
    assert (revision["revision"], revision["revises_id"], revision["status"]) == (2, quote["id"], "draft")
    kept = ("quote_number", "title", "total", "contact_id", "owner_id")
    assert {name: revision[name] for name in kept} == {name: quote[name] for name in kept}
    assert [{**line, "id": 0} for line in revision["items"]] == [{**line, "id": 0} for line in quote["items"]]
    old = now_is(api, "quotes", quote)
    assert (old["status"], old["revised_by_id"]) == ("sent", revision["id"])
    with untouched():
        for answer in _everything_done_to(api, place):
            assert answer.status == 422, answer
    assert api.delete(f"/quotes/{revision['id']}").status == 200
    api.post(f"{place}/reject")
    assert made(api.post(f"{place}/revise"))["revision"] == 3


def _everything_done_to(api: Api, place: str) -> list[Answer]:
    moves = [api.post(f"{place}/{move}") for move in ("send", "approve", "reject", "revise", "convert-to-invoice")]
    return [*moves, api.put(place, {"title": "B"}), api.delete(place)]


def test_conversion_happens_once_each(api: Api) -> None:
    quote = a_quote(api, items=PRINTED, title="Propuesta", notes="Gracias")
    place = f"/quotes/{quote['id']}"
    with untouched():
        assert api.post(f"{place}/convert-to-invoice").errors.keys() == {"status"}
    api.post(f"{place}/approve")
    invoice, contract = made(api.post(f"{place}/convert-to-invoice")), made(api.post(f"{place}/convert-to-contract"))
    assert (invoice["status"], invoice["invoice_number"], invoice["total"]) == ("draft", "FAC-000001", 510400)
    assert (invoice["amount_due"], invoice["quote_id"], invoice["notes"]) == (510400, quote["id"], "Gracias")
    assert [line["total"] for line in invoice["items"]] == [290000, 220400]
    assert (contract["value"], contract["title"], contract["quote_id"]) == (510400, "Propuesta", quote["id"])
    shown = now_is(api, "quotes", quote)
    assert (shown["invoice_id"], shown["contract_id"]) == (invoice["id"], contract["id"])
    with untouched():
        for target in ("invoice", "contract"):
            assert api.post(f"{place}/convert-to-{target}").status == 422
        assert set(api.delete(place).errors) == {"status"}
    api.delete(f"/invoices/{invoice['id']}")
    assert made(api.post(f"{place}/convert-to-invoice"))["invoice_number"] == "FAC-000002"


def test_documents_outlive_their_contact(api: Api) -> None:
    """A-67."""
    contact = a_contact(api)
    quote = a_quote(api, contact_id=contact)
    assert api.delete(f"/contacts/{contact}").status == 200
    shown = now_is(api, "quotes", quote)
    assert (shown["contact_id"], shown["contact_name"]) == (contact, "María García López")
    assert made(api.post(f"/quotes/{quote['id']}/send"))["status"] == "sent"
    assert set(api.post("/quotes", {"contact_id": contact, "items": [M1]}).errors) == {"contact_id"}


def test_merged_contacts_take_their_documents_along(api: Api) -> None:
    winner, loser = a_contact(api), a_contact(api)
    quote = a_quote(api, contact_id=loser)
    made(api.post(f"/contacts/{winner}/merge", {"contact_id": loser}))
    assert now_is(api, "quotes", quote)["contact_id"] == winner


def test_an_approved_quote_moves_its_deal_where_the_terms_say_so(api: Api) -> None:
    def approved_deal(stage_id: int) -> dict[str, Any]:
        deal = made(api.post("/deals", {"name": "A", "pipeline_id": 1, "stage_id": stage_id}))
        made(api.post(f"/quotes/{a_quote(api, deal_id=deal['id'])['id']}/approve"))
        return now_is(api, "deals", deal)

    assert approved_deal(1)["stage_id"] == 1
    assert set(api.put("/billing/settings", {"approved_stage_id": 999}).errors) == {"approved_stage_id"}
    made(api.put("/billing/settings", {"approved_stage_id": 5}))
    assert approved_deal(1)["status"] == "won"
    assert approved_deal(6)["status"] == "lost"


def test_sales_staff_delete_their_drafts_alone(api: Api, sales: Api, alfa: TestTenant) -> None:
    quote = a_quote(api, owner_id=alfa.users["sales"])
    made(sales.post(f"/quotes/{quote['id']}/send"))
    with untouched():
        assert sales.delete(f"/quotes/{quote['id']}").status == 403
    assert Quote.objects.filter(pk=quote["id"]).exists()
