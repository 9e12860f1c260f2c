"""Two who do the same to one document at once: it happens once. Each with the guard taken away, too."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError

from billing.actions import contracts, conversion, documents, invoices, quotes, sending
from billing.actions.payments import create_payment
from billing.holding import Party, hold_party
from billing.models import Contract, Invoice, Quote
from crm.actions.contacts import create_contact, delete_contact
from leadercrm.core.errors import DomainError
from leadercrm.core.models import WorkItem
from leadercrm.core.numbering import next_number
from leadercrm.core.testing.parallel import Stand, in_parallel, met, read_together
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind

HANDS = 6
ITEM = {"description": "A", "quantity": Decimal(1), "unit_price": Decimal(100), "tax_rate": Decimal(16)}


class Case:
    """A tenant with a quote, an invoice and a contract for a contact who has an address."""

    def __init__(self, tenant: TestTenant) -> None:
        self.tenant, self.actor = tenant, tenant.actor()
        with bind(tenant.bound):
            self.contact = create_contact({"first_name": "Ana", "emails": [{"email": "a@x.mx"}]}, actor=self.actor)
            values = {"contact_id": self.contact.pk, "items": [ITEM]}
            self.quote: Quote = quotes.create_quote(values, actor=self.actor)
            self.invoice: Invoice = invoices.create_invoice(values, actor=self.actor)
            contract = {"contact_id": self.contact.pk, "title": "A"}
            self.contract: Contract = contracts.create_contract(contract, actor=self.actor)

    def at_once(self, *calls: Callable[..., Any]) -> Counter[str]:
        """How often the calls were done, refused by a rule, or stopped by the database alone."""

        def attempt(call: Callable[..., Any]) -> str:
            try:
                with bind(self.tenant.bound):
                    call(actor=self.actor)
            except DomainError as refusal:
                return refusal.code
            except DatabaseError:
                return "database"
            return "done"

        return Counter(in_parallel([partial(attempt, call) for call in calls]))

    def work(self, task: str) -> int:
        with bind(self.tenant.bound):
            return WorkItem.objects.filter(task=task).count()

    def told(self, kind: str) -> int:
        with bind(self.tenant.bound):
            return Notification.objects.filter(type=kind).count()

    def approved(self) -> "Case":
        with bind(self.tenant.bound):
            self.quote = quotes.approve_quote(self.quote, actor=self.actor)
        return self


SENDS: list[Any] = [(quotes, "quote"), (invoices, "invoice"), (contracts, "contract")]


def sent_at_once(case: Case, module: Any, name: str) -> int:
    send = partial(getattr(module, f"send_{name}"), getattr(case, name))
    assert case.at_once(*[send] * HANDS) == {"done": HANDS}
    return case.work(f"billing.send_{name}")


@pytest.mark.parametrize(("module", "name"), SENDS)
def test_sending_at_once_mails_once(live: TestTenant, module: Any, name: str) -> None:
    assert sent_at_once(Case(live), module, name) == 1


@pytest.mark.parametrize(("module", "name"), SENDS)
def test_control_without_the_lock_several_mails_go_out(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> None:
    monkeypatch.setattr(module, "lock", read_together(HANDS))
    assert sent_at_once(Case(live), module, name) > 1


def receipts_mailed_at_once(case: Case) -> int:
    with bind(case.tenant.bound):
        payment = create_payment({"invoice_id": case.invoice.pk, "amount": Decimal(1)}, actor=case.actor)
    assert case.at_once(*[partial(sending.send_receipt, payment)] * HANDS) == {"done": HANDS}
    return case.work("billing.send_receipt")


def test_a_receipt_asked_for_at_once_is_mailed_once(live: TestTenant) -> None:
    assert receipts_mailed_at_once(Case(live)) == 1


def test_control_without_the_lock_it_is_mailed_more_often(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "lock", read_together(HANDS))
    assert receipts_mailed_at_once(Case(live)) > 1


def sent_again_at_once(case: Case) -> int:
    """How many mails follow from several who send again what is in doubt."""
    with bind(case.tenant.bound):
        quotes.send_quote(case.quote, actor=case.actor)
        WorkItem.objects.update(state="in_doubt", attempts=1)
    case.at_once(*[partial(quotes.send_quote, case.quote)] * HANDS)
    with bind(case.tenant.bound):
        assert set(WorkItem.objects.values_list("state", flat=True)) == {"waiting"}
    return case.work("billing.send_quote")


def test_what_is_in_doubt_is_sent_again_once(live: TestTenant) -> None:
    assert sent_again_at_once(Case(live)) == 1


CONVERSIONS = [(conversion.convert_to_invoice, Invoice), (conversion.convert_to_contract, Contract)]


@pytest.mark.parametrize(("convert", "model"), CONVERSIONS)
def test_a_quote_is_converted_once(live: TestTenant, convert: Any, model: Any) -> None:
    case = Case(live).approved()
    assert case.at_once(*[partial(convert, case.quote)] * HANDS) == {"done": 1, "converted": HANDS - 1}
    with bind(live.bound):
        assert model.objects.filter(quote=case.quote).count() == 1


@pytest.mark.parametrize(("convert", "model"), CONVERSIONS)
def test_control_without_the_lock_the_database_alone_stops_it(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch, convert: Any, model: Any
) -> None:
    case = Case(live).approved()
    monkeypatch.setattr(conversion, "lock", lambda row: row)
    monkeypatch.setattr(conversion, "next_number", met(HANDS, next_number))
    assert case.at_once(*[partial(convert, case.quote)] * HANDS)["database"] > 0


def settled_at_once(case: Case) -> tuple[Counter[str], int]:
    approve, reject = partial(quotes.approve_quote, case.quote), partial(quotes.reject_quote, case.quote)
    outcome = case.at_once(*[approve, reject] * (HANDS // 2))
    return outcome, case.told("quote_approved") + case.told("quote_rejected")


def test_a_quote_is_settled_once(live: TestTenant) -> None:
    assert settled_at_once(Case(live)) == ({"done": 1, "illegal_transition": HANDS - 1}, 1)


def test_control_without_the_lock_it_is_settled_twice(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotes, "lock", read_together(HANDS))
    outcome, told = settled_at_once(Case(live))
    assert outcome["done"] > 1
    assert told > 1


def signed_at_once(case: Case) -> Counter[str]:
    names = [f"Firmante {number}" for number in range(HANDS)]
    return case.at_once(*[partial(contracts.sign_contract, case.contract, client_name=name) for name in names])


def test_a_contract_is_signed_once(live: TestTenant) -> None:
    assert signed_at_once(Case(live)) == {"done": 1, "illegal_transition": HANDS - 1}


def test_control_without_the_lock_it_is_signed_twice(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracts, "lock", read_together(HANDS))
    assert signed_at_once(Case(live))["done"] > 1


def revised_at_once(case: Case) -> Counter[str]:
    with bind(case.tenant.bound):
        quotes.send_quote(case.quote, actor=case.actor)
    return case.at_once(*[partial(quotes.revise_quote, case.quote)] * HANDS)


def test_a_quote_has_one_next_revision(live: TestTenant) -> None:
    assert revised_at_once(Case(live)) == {"done": 1, "revised": HANDS - 1}


def test_control_without_the_lock_the_database_alone_stops_the_second_revision(
    live: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotes, "lock", lambda row: type(row)._default_manager.get(pk=row.pk))
    monkeypatch.setattr(quotes, "_next_revision", met(HANDS, quotes._next_revision))
    assert revised_at_once(Case(live))["database"] > 0


def written_while_the_contact_goes(
    case: Case, monkeypatch: pytest.MonkeyPatch, hold: Callable[..., Party | None]
) -> int:
    """How many documents were made for the contact after its deletion, which came when they had been looked up."""
    stand = Stand()
    monkeypatch.setattr(documents, "hold_party", stand.after(hold))
    with bind(case.tenant.bound):
        contact = create_contact({"first_name": "Eva"}, actor=case.actor)
    values = {"contact_id": contact.pk, "items": [ITEM]}

    def delete(actor: Any) -> None:
        stand.then(partial(delete_contact, contact, actor=actor))()

    assert case.at_once(partial(invoices.create_invoice, values), delete) == {"done": 2}
    with bind(case.tenant.bound):
        contact = type(contact).with_deleted.get(pk=contact.pk)
        return Invoice.objects.filter(contact=contact, created_at__gt=contact.deleted_at).count()


def test_nobody_is_invoiced_after_their_deletion(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert written_while_the_contact_goes(Case(live), monkeypatch, hold_party) == 0


def test_control_without_the_contact_s_lock_somebody_is(live: TestTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    def unheld(contact_id: int, actor: Any) -> Party:
        return Party(contact_id, "Eva", None, None)

    assert written_while_the_contact_goes(Case(live), monkeypatch, unheld) == 1
