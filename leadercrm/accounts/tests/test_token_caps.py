"""What a token may send and move in a day: counted with the effect, exact when many do it at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest

from billing.actions.quotes import create_quote, send_quote
from billing.models import Quote
from crm.actions.contacts import create_contact
from leadercrm.core import caps
from leadercrm.core.actor import Actor, Caps, Role
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import CapReached
from leadercrm.core.models import TokenUse
from leadercrm.core.testing.agents import Agent
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.parallel import in_parallel
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind

ITEM = {"description": "Asesoría", "quantity": 1, "unit_price": 100, "tax_rate": 0}
HANDS = 8


@pytest.fixture
def contact(api: Api) -> int:
    made: int = api.post("/contacts", {"first_name": "Ana", "emails": [{"email": "ana@ejemplo.mx"}]}).data["id"]
    return made


def capped(api: Api, **limits: Any) -> Api:
    return Api(api.post("/auth/tokens", {"name": "A", **limits}).data["token"])


def test_sends_are_counted_until_the_cap(api: Api, contact: int) -> None:
    token = capped(api, sends_per_day=2)
    body = {"contact_id": contact, "items": [ITEM]}
    quotes = [api.post("/quotes", body).data["id"] for _number in range(3)]
    assert [token.post(f"/quotes/{quote}/send").status for quote in quotes[:2]] == [200, 200]
    with untouched():
        refused = token.post(f"/quotes/{quotes[2]}/send")
    assert (refused.status, refused.json["code"]) == (403, "cap_reached")
    assert refused.json["hint"]
    assert "Retry-After" not in refused.headers, "trying again does not help, as it does with 429"
    assert api.post(f"/quotes/{quotes[2]}/send").status == 200
    listed = api.get("/auth/tokens").data[0]
    assert (listed["sends_per_day"], listed["sends_today"], listed["amount_today"]) == (2, 2, None)
    TokenUse.objects.update(day=tenant_today() - timedelta(days=1))
    assert api.get("/auth/tokens").data[0]["sends_today"] == 0


def test_a_mail_that_does_not_leave_is_not_counted(api: Api, contact: int) -> None:
    token = capped(api, sends_per_day=1)
    quote = api.post("/quotes", {"contact_id": contact, "items": [ITEM]}).data["id"]
    assert [token.post(f"/quotes/{quote}/send").status for _click in range(2)] == [200, 200]
    assert TokenUse.objects.get().sends == 1


def test_an_amount_is_counted_once_a_day_for_each_document(api: Api, contact: int) -> None:
    token = capped(api, amount_per_day=1000)
    body = {"contact_id": contact, "items": [{**ITEM, "unit_price": 400}]}
    quote = token.post("/quotes", body).data["id"]
    assert token.post(f"/quotes/{quote}/send").status == 200
    assert token.post(f"/quotes/{quote}/send").status == 200
    assert TokenUse.objects.get().amount == 400
    made = token.post("/quotes", body).data["id"]
    with untouched():
        assert token.put(f"/quotes/{made}", {"items": [{**ITEM, "unit_price": 601}]}).json["code"] == "cap_reached"
        assert token.post("/invoices", {**body, "items": [{**ITEM, "unit_price": 200.01}]}).status == 403
    assert token.put(f"/quotes/{made}", {"items": [{**ITEM, "unit_price": 600}]}).status == 200
    assert TokenUse.objects.get().amount == 1000
    others = api.post("/quotes", {**body, "items": [ITEM]}).data["id"]
    with untouched():
        refused = token.post(f"/quotes/{others}/send")
    assert refused.json["code"] == "cap_reached"
    assert "1000" in refused.json["message"]
    assert "100" in refused.json["message"]


def test_payments_and_conversions_count(api: Api, contact: int) -> None:
    token = capped(api, amount_per_day=250)
    invoice = api.post("/invoices", {"contact_id": contact, "items": [{**ITEM, "unit_price": 500}]}).data["id"]
    paid = token.post("/payments", {"invoice_id": invoice, "amount": 200, "method": "transfer"})
    assert paid.status == 201, paid
    with untouched():
        more = {"invoice_id": invoice, "amount": 51, "method": "transfer"}
        assert token.post("/payments", more).json["code"] == "cap_reached"
        assert token.put(f"/payments/{paid.data['id']}", {"amount": 251}).json["code"] == "cap_reached"
    quote = api.post("/quotes", {"contact_id": contact, "items": [ITEM]}).data["id"]
    api.post(f"/quotes/{quote}/approve")
    with untouched():
        assert token.post(f"/quotes/{quote}/convert-to-invoice").json["code"] == "cap_reached"


def test_money_of_another_currency_is_refused(api: Api, contact: int) -> None:
    token = capped(api, amount_per_day=1000)
    with untouched():
        refused = token.post("/quotes", {"contact_id": contact, "items": [ITEM], "currency": "USD"})
    assert refused.json["code"] == "cap_reached"
    assert "USD" in refused.json["message"]


def test_a_cap_of_nothing_is_none_at_all(api: Api, contact: int) -> None:
    token = capped(api, sends_per_day=0, amount_per_day=0)
    with untouched():
        assert token.post("/quotes", {"contact_id": contact, "items": [ITEM]}).json["code"] == "cap_reached"
    assert token.post("/contacts", {"first_name": "B"}).status == 201


def test_recipients_of_an_invitation_count_one_by_one(api: Api, contact: int) -> None:
    other = api.post("/contacts", {"first_name": "B", "emails": [{"email": "b@ejemplo.mx"}]}).data["id"]
    times = {"start_at": "2099-01-01T10:00:00Z", "end_at": "2099-01-01T11:00:00Z"}
    event = api.post("/events", {"title": "Demostración", "type": "meeting", **times})
    assert event.status == 201, event
    token = capped(api, sends_per_day=1)
    with untouched():
        refused = token.post(f"/events/{event.data['id']}/invite", {"contact_ids": [contact, other]})
    assert refused.json["code"] == "cap_reached"


def test_agents_are_told_what_is_left_and_why_not(api: Api, contact: int) -> None:
    token = api.post("/auth/tokens", {"name": "A", "sends_per_day": 1, "amount_per_day": 150}).data["token"]
    agent = Agent(token)
    tried = agent.call("leader_create_quote", contact_id=contact, items=[ITEM], dry_run=True)
    assert (tried["dry_run"], TokenUse.objects.count()) == (True, 0)
    quote = agent.call("leader_create_quote", contact_id=contact, items=[ITEM])["quote"]["id"]
    agent.call("leader_send_quote", quote_id=quote, confirm=True)
    told = agent.call("leader_whoami")["token"]
    assert (told["sends_left_today"], told["amount_left_today"]) == (0, 50)
    with untouched():
        refused = agent.refusal("leader_create_quote", contact_id=contact, items=[ITEM])
    assert (refused["code"], refused["retryable"]) == ("cap_reached", False)


def send_at_once(live: TestTenant, most: int) -> list[Any]:
    """Many hands send a quote each, with one token of so many sends a day; what became of each."""
    token_id, actor = 7, Actor(kind="user", via="api", user_id=live.users["admin"], role=Role.ADMIN)
    with bind(live.bound):
        contact = create_contact({"first_name": "Ana", "emails": [{"email": "ana@ejemplo.mx"}]}, actor=actor)
        item = {"description": "Asesoría", "quantity": Decimal(1), "unit_price": Decimal(100)}
        values = {"contact_id": contact.pk, "items": [item]}
        quotes = [create_quote(dict(values), actor=actor) for _hand in range(HANDS)]
    agent = Actor(
        kind="user", via="api", user_id=live.users["admin"], role=Role.ADMIN, token_id=token_id, caps=Caps(sends=most)
    )

    def hand(quote: Quote) -> Callable[[], bool]:
        def send() -> bool:
            with bind(live.bound):
                try:
                    send_quote(quote, actor=agent)
                except CapReached:
                    return False
                return True

        return send

    return in_parallel([hand(quote) for quote in quotes])


def test_parallel_amounts_never_pass_the_cap(live: TestTenant) -> None:
    actor = live.actor()
    with bind(live.bound):
        contact = create_contact({"first_name": "Ana"}, actor=actor)
    agent = replace(actor, token_id=8, caps=Caps(amount=Decimal("348.00")))
    item = {"description": "Asesoría", "quantity": Decimal(1), "unit_price": Decimal(100)}

    def create() -> bool:
        with bind(live.bound):
            try:
                create_quote({"contact_id": contact.pk, "items": [item]}, actor=agent)
            except CapReached:
                return False
            return True

    assert sum(in_parallel([create] * HANDS)) == 3
    with bind(live.bound):
        assert (Quote.objects.count(), int(TokenUse.objects.get().amount)) == (3, 348)


def test_parallel_sends_never_pass_the_cap(live: TestTenant) -> None:
    assert sum(send_at_once(live, 3)) == 3
    with bind(live.bound):
        assert Quote.objects.filter(status="sent").count() == TokenUse.objects.get().sends == 3


def test_without_the_guard_they_would(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a count that is looked at first and added to later lets everybody through who looks at once."""
    looked = Barrier(HANDS)

    def look_and_add(actor: Actor, sends: int, amount: Decimal) -> Any:
        use = TokenUse.objects.filter(token_id=actor.token_id or 0).first()
        looked.wait(timeout=20)
        return (use.sends if use else 0) + sends, amount

    monkeypatch.setattr(caps, "_add", look_and_add)
    assert sum(send_at_once(live, 3)) == HANDS
