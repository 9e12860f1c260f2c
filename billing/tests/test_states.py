"""Every state of a quote, an invoice and a contract with everything that can be done to it (contract, section 4)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from billing.api.contracts import ContractViewSet
from billing.api.invoices import InvoiceViewSet
from billing.api.quotes import QuoteViewSet
from billing.models import Contract, ContractStatus, Invoice, InvoiceStatus, Quote, QuoteStatus
from billing.tests.papers import M1, a_contract, a_payment, a_quote, an_invoice, made, now_is
from billing.tests.test_invoices_api import days_from_now
from leadercrm.core.testing.doors import Answer, Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant

NO = None
# State × action -> the state afterwards; NO is a refusal. `header` and `frozen` are changes of what the
# table of section 4 leaves open and of what it closes, `gone` is no row any more.
QUOTES = """
            send  approve   reject    revise  header    items     contact   invoice   contract  delete
    draft   sent  approved  rejected  NO      draft     draft     draft     NO        NO        gone
    sent    sent  approved  rejected  sent    sent      NO        NO        NO        NO        gone
    approved NO   NO        NO        NO      NO        NO        NO        approved  approved  gone
    rejected NO   NO        NO        rejected NO       NO        NO        NO        NO        gone
"""
INVOICES = """
            send    pay   part    header  later   items  currency delete
    draft   sent    paid  sent    draft   draft   draft  draft    gone
    sent    sent    paid  sent    sent    sent    NO     NO       gone
    overdue overdue paid  overdue overdue sent    NO     NO       gone
    paid    NO      NO    NO      NO      NO      NO     NO       NO
"""
CONTRACTS = """
            send  sign    end_date title value delete
    draft   sent  signed  draft    draft draft gone
    sent    sent  signed  sent     sent  sent  gone
    signed  NO    NO      signed   NO    NO    NO
    expired NO    NO      signed   NO    NO    NO
"""


# Kind -> its table, the states that clients see, and its routes: name in the table -> the route's url_path.
TABLES: dict[str, tuple[str, list[str], Any, dict[str, str]]] = {
    "quotes": (QUOTES, QuoteStatus.values, QuoteViewSet, {
        "send": "send", "approve": "approve", "reject": "reject", "revise": "revise",
        "invoice": "convert-to-invoice", "contract": "convert-to-contract",
    }),
    "invoices": (INVOICES, InvoiceStatus.public(), InvoiceViewSet, {"send": "send"}),
    "contracts": (CONTRACTS, ContractStatus.public(), ContractViewSet, {"send": "send", "sign": "sign"}),
}  # fmt: skip
# POSTs that move nothing and that any state allows; where they are tested.
STATELESS = {"mail-arrived": "billing.tests.test_mail_trouble", "link": "billing.tests.test_public_links"}


def parsed(table: str) -> tuple[list[str], dict[str, list[str]]]:
    """The actions, and for each state its cells."""
    head, *lines = [line.split() for line in table.strip().splitlines()]
    return head, {state: cells for state, *cells in lines}


@pytest.mark.parametrize("kind", TABLES)
def test_no_state_and_no_route_is_without_its_pairs(kind: str) -> None:
    """A new state, or a new POST on a document, fails here until it stands in the table."""
    table, states, viewset, routes = TABLES[kind]
    actions, lines = parsed(table)
    assert sorted(lines) == sorted(states)
    assert {len(cells) for cells in lines.values()} == {len(actions)}
    posts = {route.url_path for route in viewset.get_extra_actions() if "post" in route.mapping}
    assert posts - set(STATELESS) == set(routes.values())
    assert {*routes, "delete"} <= set(actions)


def pairs(table: str) -> list[Any]:
    actions, lines = parsed(table)
    return [
        pytest.param(state, action, NO if after == "NO" else after, id=f"{state}-{action}")
        for state, cells in lines.items()
        for action, after in zip(actions, cells, strict=True)
    ]


def judge(api: Api, kind: str, row: dict[str, Any], call: Any, after: str | None) -> None:
    """The call leads to the state `after`, or is refused on `status` and leaves no trace."""
    if after is NO:
        with untouched():
            answer: Answer = call()
        assert answer.status == 422, answer
        assert "status" in answer.errors or "amount" in answer.errors, answer
        return
    answer = call()
    assert answer.status in (200, 201), answer
    now = api.get(f"/{kind}/{row['id']}")
    assert "gone" if now.status == 404 else now.data["status"] == after, now
    assert (now.status == 404) == (after == "gone")


def a_quote_that_is(api: Api, state: str) -> dict[str, Any]:
    quote = a_quote(api)
    for move in {"draft": (), "sent": ("send",), "approved": ("approve",), "rejected": ("reject",)}[state]:
        quote = made(api.post(f"/quotes/{quote['id']}/{move}"))
    assert quote["status"] == state
    return quote


@pytest.mark.parametrize(("state", "action", "after"), pairs(QUOTES))
def test_quotes(api: Api, state: str, action: str, after: str | None) -> None:
    quote = a_quote_that_is(api, state)
    place = f"/quotes/{quote['id']}"
    bodies = {
        "header": {"title": "B", "valid_until": "2999-01-01"},
        "items": {"items": [{**M1, "quantity": 1}]},
        "contact": {"contact_id": a_quote(api)["contact_id"]},
    }
    posts = {"invoice": "convert-to-invoice", "contract": "convert-to-contract"}

    def call() -> Answer:
        if action in bodies:
            return api.put(place, bodies[action])
        return api.delete(place) if action == "delete" else api.post(f"{place}/{posts.get(action, action)}")

    judge(api, "quotes", quote, call, after)


def an_invoice_that_is(api: Api, state: str) -> dict[str, Any]:
    invoice = an_invoice(api, due_at=days_from_now(-9 if state == "overdue" else 9))
    if state != "draft":
        invoice = made(api.post(f"/invoices/{invoice['id']}/send"))
    if state == "paid":
        a_payment(api, invoice)
        invoice = made(api.get(f"/invoices/{invoice['id']}"))
    assert invoice["status"] == state
    return invoice


@pytest.mark.parametrize("written_down", [True, False])
@pytest.mark.parametrize(("state", "action", "after"), pairs(INVOICES))
def test_invoices(api: Api, state: str, action: str, after: str | None, written_down: bool) -> None:
    """Whether or not the nightly job has written the overdue ones down."""
    invoice = an_invoice_that_is(api, state)
    if written_down and state == "overdue":
        Invoice.objects.filter(pk=invoice["id"]).update(status="overdue")
    place = f"/invoices/{invoice['id']}"
    bodies = {
        "header": {"notes": "B"}, "later": {"due_at": days_from_now(20)}, "items": {"items": [{**M1, "quantity": 1}]},
        "currency": {"currency": "USD"},
    }  # fmt: skip
    amounts = {"pay": invoice["amount_due"] or 0.01, "part": 0.01}

    def call() -> Answer:
        if action in amounts:
            return api.post("/payments", {"invoice_id": invoice["id"], "amount": amounts[action]})
        if action in bodies:
            return api.put(place, bodies[action])
        return api.delete(place) if action == "delete" else api.post(f"{place}/{action}")

    judge(api, "invoices", invoice, call, after)


# Before the end of a contract that has run out since.
SIGNED_AT = datetime(2025, 1, 2, 18, tzinfo=UTC)


def a_contract_that_is(api: Api, state: str) -> dict[str, Any]:
    contract = a_contract(api, start_date="2025-01-01", end_date="2025-06-30" if state == "expired" else "2999-01-01")
    for move in {"draft": (), "sent": ("send",), "signed": ("sign",), "expired": ("sign",)}[state]:
        contract = made(api.post(f"/contracts/{contract['id']}/{move}"))
    if state == "expired":
        Contract.objects.filter(pk=contract["id"]).update(signed_at=SIGNED_AT)
        contract = now_is(api, "contracts", contract)
    assert contract["status"] == state
    return contract


@pytest.mark.parametrize("written_down", [True, False])
@pytest.mark.parametrize(("state", "action", "after"), pairs(CONTRACTS))
def test_contracts(api: Api, state: str, action: str, after: str | None, written_down: bool) -> None:
    contract = a_contract_that_is(api, state)
    if written_down and state == "expired":
        Contract.objects.filter(pk=contract["id"]).update(status="expired")
    place = f"/contracts/{contract['id']}"
    bodies = {"end_date": {"end_date": "2999-12-31"}, "title": {"title": "B"}, "value": {"value": 5}}

    def call() -> Answer:
        if action in bodies:
            return api.put(place, bodies[action])
        return api.delete(place) if action == "delete" else api.post(f"{place}/{action}")

    judge(api, "contracts", contract, call, after)


def other_values(api: Api, alfa: TestTenant) -> dict[str, dict[str, Any]]:
    """Kind -> for each field that a client may write, a value that its documents do not have."""
    deal = made(api.post("/deals", {"name": "A", "pipeline_id": 1, "stage_id": 1}))["id"]
    quote, contract = a_quote(api), a_contract(api)
    template = made(api.post("/contract-templates", {"name": "A", "body": "B"}))["id"]
    dealing = {
        "contact_id": quote["contact_id"], "deal_id": deal, "owner_id": alfa.users["sales"], "currency": "USD",
    }  # fmt: skip
    texts = {"notes": "B", "items": [{**M1, "quantity": 1}]}
    terms = {"payment_method": "PUE", "payment_form": "04", "exchange_rate": 1}
    bound = {"start_date": "2025-02-02", "end_date": "2999-12-31", "template_id": template, "body": "C"}
    return {
        "quotes": {**dealing, **texts, "title": "B", "valid_until": "2999-01-01", "terms": "B"},
        "invoices": {
            **dealing, **texts, **terms, "due_at": days_from_now(20), "quote_id": quote["id"],
            "contract_id": contract["id"],
        },
        "contracts": {**dealing, **bound, "title": "B", "type": "B", "value": 5, "quote_id": quote["id"]},
    }  # fmt: skip


ALL = frozenset({"*"})
# What may be changed in which state (contract, section 4).
OPEN_FIELDS: dict[str, dict[str, frozenset[str]]] = {
    "quotes": {
        "draft": ALL, "sent": frozenset({"title", "valid_until", "deal_id", "owner_id"}), "approved": frozenset(),
        "rejected": frozenset(),
    },
    "invoices": {
        "draft": ALL, **dict.fromkeys(("sent", "overdue"), frozenset({"due_at", "notes", "owner_id"})),
        "paid": frozenset(),
    },
    "contracts": {"draft": ALL, "sent": ALL, **dict.fromkeys(("signed", "expired"), frozenset({"end_date"}))},
}  # fmt: skip
MAKERS = {"quotes": a_quote_that_is, "invoices": an_invoice_that_is, "contracts": a_contract_that_is}


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind in TABLES for state in TABLES[kind][1]])
def test_each_field_in_each_state(api: Api, alfa: TestTenant, kind: str, state: str) -> None:
    """A field that a client may write fails here until it is said in which states."""
    values, open_fields = other_values(api, alfa)[kind], OPEN_FIELDS[kind][state]
    assert set(values) == set(TABLES[kind][2].serializer_class().fields)
    row = MAKERS[kind](api, state)
    if row.get("payment_method") == "PUE":
        values["payment_method"] = "PPD"
    place = f"/{kind}/{row['id']}"
    closed = set() if open_fields == ALL else set(values) - open_fields
    with untouched():
        refused = {name: api.put(place, {name: values[name]}) for name in sorted(closed)}
    assert {name: (answer.status, list(answer.errors)) for name, answer in refused.items()} == dict.fromkeys(
        closed, (422, ["status"])
    )
    for name in sorted(set(values) - closed):
        answer = api.put(place, {name: values[name]})
        assert answer.status == 200, (name, answer)


@pytest.mark.parametrize(
    ("model", "status"), [(Quote, QuoteStatus), (Invoice, InvoiceStatus), (Contract, ContractStatus)]
)
def test_every_state_has_its_moves_and_only_those_are_written(model: Any, status: Any) -> None:
    assert set(status.moves()) == set(status)
    assert all(moves <= set(status) for moves in status.moves().values())
    assert model._meta.get_field("status").choices == status.choices
