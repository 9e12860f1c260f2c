"""Who hears of what happens to documents: each of those concerned once, in their own language, as they chose."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from billing.actions.keeping import keep_books
from billing.models import Invoice
from billing.tests.papers import a_contract, a_payment, a_quote, an_invoice, made, now_is
from billing.tests.test_invoices_api import days_from_now
from crm.models import Deal, Stage
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.notifications.models import Notification, NotificationType, Preference


def approve(api: Api, owner: int) -> None:
    made(api.post(f"/quotes/{a_quote(api, owner_id=owner)['id']}/approve"))


def reject(api: Api, owner: int) -> None:
    made(api.post(f"/quotes/{a_quote(api, owner_id=owner)['id']}/reject", {"reason": "100 % más caro"}))


def reject_without_a_word(api: Api, owner: int) -> None:
    made(api.post(f"/quotes/{a_quote(api, owner_id=owner)['id']}/reject"))


def pay(api: Api, owner: int) -> None:
    invoice = an_invoice(api, owner_id=owner)
    for amount in (8800, 200000):
        a_payment(api, invoice, amount)


def be_overdue(api: Api, owner: int) -> None:
    invoice = an_invoice(api, owner_id=owner, due_at=days_from_now(2))
    made(api.post(f"/invoices/{invoice['id']}/send"))
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        for _hour in range(2):
            keep_books(actor=Actor.system())


def sign(api: Api, owner: int) -> None:
    contract = a_contract(api, owner_id=owner)
    made(api.post(f"/contracts/{contract['id']}/sign", {"client_name": "Eva Luna"}))


def end_soon(api: Api, owner: int) -> None:
    contract = a_contract(api, owner_id=owner, end_date="2999-06-30")
    made(api.post(f"/contracts/{contract['id']}/sign", {"client_name": "Eva Luna"}))
    with time_machine.travel("2999-06-15T16:00:00+00:00"):
        for _hour in range(2):
            keep_books(actor=Actor.system())


MARIA = "María García López"
EVENTS = {
    "quote_approved": (approve, [
        (f"La cotización COT-000001 de {MARIA} fue aprobada.", f"The quote COT-000001 for {MARIA} was approved."),
    ]),
    "quote_rejected": (reject, [
        (f"La cotización COT-000001 de {MARIA} fue rechazada: 100 % más caro",
         f"The quote COT-000001 for {MARIA} was rejected: 100 % más caro"),
    ]),
    "quote_rejected ": (reject_without_a_word, [
        (f"La cotización COT-000001 de {MARIA} fue rechazada.", f"The quote COT-000001 for {MARIA} was rejected."),
    ]),
    "payment_received": (pay, [
        (f"{MARIA} pagó {sum} a cuenta de la factura FAC-000001.",
         f"{MARIA} paid {sum} towards the invoice FAC-000001.")
        for sum in ("$8,800.00 MXN", "$200,000.00 MXN")
    ]),
    "invoice_paid": (pay, [
        (f"La factura FAC-000001 de {MARIA} quedó pagada por completo.",
         f"The invoice FAC-000001 for {MARIA} has been paid in full."),
    ]),
    "invoice_overdue": (be_overdue, [
        (f"La factura FAC-000001 de {MARIA} está vencida: se deben $208,800.00 MXN.",
         f"The invoice FAC-000001 for {MARIA} is overdue: $208,800.00 MXN are due."),
    ]),
    "contract_signed": (sign, [
        ("Eva Luna firmó el contrato CTR-000001.", "Eva Luna signed the contract CTR-000001."),
    ]),
    "contract_ending": (end_soon, [
        (f"El contrato CTR-000001 de {MARIA} termina el 30/06/2999.",
         f"The contract CTR-000001 for {MARIA} ends on 30/06/2999."),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("kind", EVENTS)
def test_owner_and_administrators_hear_of_it_once_in_their_languages(manager: Api, alfa: TestTenant, kind: str) -> None:
    User.objects.filter(pk=alfa.users["admin"]).update(language="en")
    happen, texts = EVENTS[kind]
    happen(manager, alfa.users["sales"])
    told = Notification.objects.filter(type=kind.strip()).order_by("pk")
    assert [row.body for row in told if row.user_id == alfa.users["sales"]] == [spanish for spanish, _text in texts]
    assert [row.body for row in told if row.user_id == alfa.users["admin"]] == [english for _text, english in texts]
    assert len(told) == 2 * len(texts)


@pytest.mark.parametrize(
    ("in_app", "email"), [(True, False), (False, True), (False, False)], ids=["shown", "mailed", "neither"]
)
def test_preferences_are_respected(manager: Api, alfa: TestTenant, in_app: bool, email: bool) -> None:
    owner, kind = alfa.users["sales"], NotificationType.CONTRACT_SIGNED
    Preference.objects.create(user_id=owner, type=kind, in_app=in_app, email=email)
    sign(manager, owner)
    assert Notification.objects.filter(type=kind, user_id=owner).exists() == in_app
    mails = WorkItem.objects.filter(task="notifications.send_mail").values_list("arguments", flat=True)
    assert [(mail["user_id"], mail["body"]) for mail in mails] == (
        [(owner, "Eva Luna firmó el contrato CTR-000001.")] if email else []
    )


def test_who_did_it_is_not_told_unless_there_is_nobody_else(api: Api, sales: Api, alfa: TestTenant) -> None:
    approve(api, alfa.users["sales"])
    approve(sales, alfa.users["sales"])
    approve(api, alfa.users["admin"])
    told = Notification.objects.filter(type="quote_approved").order_by("pk").values_list("user_id", flat=True)
    assert list(told) == [alfa.users["sales"], alfa.users["admin"], alfa.users["admin"]]


# --- an approved quote and its deal


def a_deal(api: Api, stage_id: int, **values: Any) -> dict[str, Any]:
    return made(api.post("/deals", {"name": "A", "pipeline_id": 1, "stage_id": stage_id, **values}))


def approved(api: Api, deal: dict[str, Any] | None, **values: Any) -> None:
    quote = a_quote(api, **({"deal_id": deal["id"]} if deal else {}), **values)
    made(api.post(f"/quotes/{quote['id']}/approve"))


def test_an_approved_quote_moves_its_deal_once_the_terms_say_where(api: Api, sales: Api, alfa: TestTenant) -> None:
    """Also one that is somebody else's: it is the account's rule, not the approver's doing."""
    target = 4
    untold, others = a_deal(api, 1), a_deal(api, 2, owner_id=alfa.users["admin"])
    approved(api, untold)
    assert now_is(api, "deals", untold)["stage_id"] == 1
    made(api.put("/billing/settings", {"approved_stage_id": target}))
    approved(sales, others, owner_id=alfa.users["sales"])
    assert now_is(api, "deals", others)["stage_id"] == target
    approved(api, others)  # it is there already
    assert now_is(api, "deals", others)["stage_id"] == target
    approved(api, None)
    made(api.put("/billing/settings", {"approved_stage_id": 5}))
    Notification.objects.all().delete()
    approved(api, others)
    assert now_is(api, "deals", others)["status"] == "won"
    assert Notification.objects.filter(type="deal_won").count() == 1


@pytest.mark.parametrize("closed", [5, 6], ids=["won", "lost"])
def test_a_closed_deal_stays_as_it_is(api: Api, closed: int) -> None:
    made(api.put("/billing/settings", {"approved_stage_id": 2}))
    deal = a_deal(api, closed)
    approved(api, deal)
    assert now_is(api, "deals", deal)["stage_id"] == closed


def test_what_cannot_be_moved_is_approved_all_the_same(api: Api) -> None:
    """A deal of another pipeline, one in the bin, and a stage that is no more."""
    stages = [{"name": kind, "type": kind} for kind in ("open", "won", "lost")]
    pipeline = made(api.post("/pipelines", {"name": "B", "stages": stages}))
    first = pipeline["stages"][0]["id"]
    elsewhere = a_deal(api, first, pipeline_id=pipeline["id"])
    made(api.put("/billing/settings", {"approved_stage_id": 2}))
    approved(api, elsewhere)
    assert now_is(api, "deals", elsewhere)["stage_id"] == first
    gone = a_deal(api, 1)
    quote = a_quote(api, deal_id=gone["id"])
    api.delete(f"/deals/{gone['id']}")
    assert made(api.post(f"/quotes/{quote['id']}/approve"))["status"] == "approved"
    assert Deal.with_deleted.get(pk=gone["id"]).stage_id == 1
    deal = a_deal(api, 1)
    Deal.objects.filter(stage_id=2).update(stage_id=1)
    Stage.objects.filter(pk=2).delete()
    approved(api, deal)
    assert now_is(api, "deals", deal)["stage_id"] == 1


def test_a_rejected_quote_moves_nothing(api: Api) -> None:
    made(api.put("/billing/settings", {"approved_stage_id": 2}))
    deal = a_deal(api, 1)
    made(api.post(f"/quotes/{a_quote(api, deal_id=deal['id'])['id']}/reject"))
    assert now_is(api, "deals", deal)["stage_id"] == 1
    assert not Invoice.objects.exists()
