"""Mails that will not arrive, and those of which nobody knows: shown, told to the owner, settled; never blindly."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outgoing
from django.utils import timezone

from billing import tasks
from billing.tests.papers import a_contact, a_contract, a_payment, a_quote, an_invoice, made, now_is
from billing.tests.test_mails import delivered, send, work
from leadercrm.accounts.models import User
from leadercrm.core import bounces, outbox
from leadercrm.core.mail import message_id_of
from leadercrm.core.models import AuditEntry, WorkItem
from leadercrm.core.pdf.renderer import PdfUnavailable, TooLargeForPdf
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.core.tests.test_mail import DIAGNOSIS, notification
from leadercrm.notifications.models import Notification

DOUBT = "the worker died while it was doing this"


@pytest.fixture(autouse=True)
def _quick_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "pdf_of", lambda document: b"%PDF-")


def told() -> list[tuple[int, str, str]]:
    rows = Notification.objects.filter(type="mail_failed").order_by("pk")
    return list(rows.values_list("user_id", "title", "body"))


def worker_dies(item: WorkItem) -> None:
    """It claims the row, and its lease runs out."""
    WorkItem.objects.filter(pk=item.pk).update(state="running", attempts=1, due_at=timezone.now() - timedelta(hours=1))
    assert not outbox.run(item.pk)


def in_doubt(api: Api, kind: str, row: dict[str, Any]) -> WorkItem:
    send(api, kind, row)
    [item] = work()
    worker_dies(item)
    item.refresh_from_db()
    return item


KINDS = [("quotes", a_quote, "la cotización COT-000001"), ("invoices", an_invoice, "la factura FAC-000001"),
         ("contracts", a_contract, "el contrato CTR-000001")]  # fmt: skip


@pytest.mark.parametrize(("kind", "make", "named"), KINDS)
def test_a_mail_in_doubt_is_shown_and_told_to_the_owner(
    api: Api, sales: Api, alfa: TestTenant, kind: str, make: Any, named: str
) -> None:
    row = make(api, owner_id=alfa.users["sales"])
    assert row["mail_trouble"] is None
    in_doubt(api, kind, row)
    shown = now_is(sales, kind, row)["mail_trouble"]
    assert (shown["mail"], shown["state"], shown["reason"]) == (kind[:-1], "in_doubt", DOUBT)
    assert api.get(f"/{kind}").data[0]["mail_trouble"] == shown
    body = f"No sabemos si María García López recibió {named}. Pregunte y marque que llegó, o vuelva a enviarlo."
    assert told() == [(alfa.users["sales"], "¿Llegó el correo?", body)]
    assert Notification.objects.get(type="mail_failed").url == f"/{kind}/{row['id']}"
    outgoing.outbox.clear()
    assert (delivered(), len(told())) == ([], 1)  # never blindly


def test_it_arrived_settles_a_doubt(api: Api, sales: Api, alfa: TestTenant) -> None:
    quote = a_quote(api)
    place = f"/quotes/{quote['id']}"
    with untouched():
        assert set(api.post(f"{place}/mail-arrived").errors) == {"mail_trouble"}
    in_doubt(api, "quotes", quote)
    with untouched():
        assert sales.post(f"{place}/mail-arrived").status == 403
    assert made(api.post(f"{place}/mail-arrived"))["mail_trouble"] is None
    assert [item.state for item in work()] == ["done"]
    assert AuditEntry.objects.get(action="quote.mail_confirmed").changes["mails"] == ["in_doubt"]
    with untouched():
        assert api.post(f"{place}/mail-arrived").status == 422


def test_sending_again_is_the_same_mail_once_more(api: Api) -> None:
    quote = a_quote(api)
    item = in_doubt(api, "quotes", quote)
    for _click in range(2):  # within the minute in which two clicks are one
        assert made(api.post(f"/quotes/{quote['id']}/send"))["mail_trouble"] is None
    [mail] = delivered()
    tenant = mail.extra_headers["Message-ID"].split(".")[1]
    assert mail.extra_headers["Message-ID"] == message_id_of(f"quote.{tenant}.{quote['id']}.1")
    assert [(again.pk, again.state) for again in work()] == [(item.pk, "done")]
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        send(api, "quotes", quote)
        assert [mail.extra_headers["Message-ID"].split(".")[3] for mail in delivered()] == ["2"]


def test_a_mail_that_came_back_is_told_once(api: Api, alfa: TestTenant) -> None:
    quote = a_quote(api, owner_id=alfa.users["sales"])
    send(api, "quotes", quote)
    [mail] = delivered()
    came_back = notification(mail.extra_headers["Message-ID"], said=DIAGNOSIS)
    for _copy in range(2):
        assert bounces.take_in(came_back) is not None
    reason = "550 5.1.1 <ana@example.com>: no such user"
    text = f"No pudimos enviar por correo la cotización COT-000001 a María García López: {reason}"
    assert told() == [(alfa.users["sales"], "Correo no entregado", text)]
    assert now_is(api, "quotes", quote)["mail_trouble"]["reason"] == reason
    assert AuditEntry.objects.filter(action="work.came_back").count() == 1
    with untouched():
        unknown = message_id_of(f"quote.{alfa.row.pk}.{quote['id']}.7")
        assert bounces.take_in(notification(unknown)) is not None


def test_a_refusal_for_good_is_told_in_the_owners_language(
    api: Api, alfa: TestTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    User.objects.filter(pk=alfa.users["sales"]).update(language="en")
    contact = a_contact(api)
    send(api, "quotes", a_quote(api, contact_id=contact, owner_id=alfa.users["sales"]))
    api.put(f"/contacts/{contact}", {"emails": []})
    assert delivered() == []
    [item] = work()
    assert (item.state, item.attempts) == ("failed", 1)
    reason = "the contact has no e-mail address any more"
    text = f"We could not mail the quote COT-000001 to María García López: {reason}"
    assert told() == [(alfa.users["sales"], "Mail not delivered", text)]


@pytest.mark.parametrize(("error", "state", "tells"), [(TooLargeForPdf, "failed", 1), (PdfUnavailable, "waiting", 0)])
def test_a_document_that_makes_no_pdf_is_not_mailed_without(
    api: Api, monkeypatch: pytest.MonkeyPatch, error: type[Exception], state: str, tells: int
) -> None:
    def fail(document: Any) -> bytes:
        raise error

    monkeypatch.setattr(tasks, "pdf_of", fail)
    quote = a_quote(api)
    send(api, "quotes", quote)
    assert delivered() == []
    assert ([item.state for item in work()], len(told())) == ([state], tells)
    if tells:
        assert "demasiado grande" in told()[0][2]


def test_without_an_owner_the_administrators_are_told(api: Api, alfa: TestTenant) -> None:
    quote = a_quote(api, owner_id=alfa.users["sales"])
    send(api, "quotes", quote)
    User.objects.filter(pk=alfa.users["sales"]).update(is_active=False)
    [mail] = delivered()
    assert mail.reply_to == ["admin@alfa.example.com"]
    WorkItem.objects.update(state="running")
    worker_dies(work()[0])
    assert [user for user, *_text in told()] == [alfa.users["admin"]]


def test_what_is_gone_or_rejected_is_neither_mailed_nor_told_of(api: Api) -> None:
    gone, rejected = a_quote(api), a_quote(api)
    for quote in (gone, rejected):
        send(api, "quotes", quote)
    api.post(f"/quotes/{rejected['id']}/reject")
    api.delete(f"/quotes/{gone['id']}")
    assert delivered() == []
    assert [item.state for item in work()] == ["done", "done"]
    worker_dies(work()[0])
    assert told() == []


def test_what_was_changed_meanwhile_is_mailed_as_it_is(api: Api) -> None:
    invoice = an_invoice(api, due_at="2999-05-05")
    send(api, "invoices", invoice)
    api.put(f"/invoices/{invoice['id']}", {"due_at": "2999-06-06"})
    contact = invoice["contact_id"]
    api.put(f"/contacts/{contact}", {"emails": [{"email": "nueva@soluciones.example"}]})
    [mail] = delivered()
    assert (mail.to, "06/06/2999" in mail.body, "05/05/2999" in mail.body) == (
        ["nueva@soluciones.example"], True, False,
    )  # fmt: skip


def test_a_receipt_is_mailed_on_demand(api: Api, sales: Api) -> None:
    invoice = an_invoice(api)
    payment = a_payment(api, invoice, 104400, reference="SPEI-1")
    place = f"/payments/{payment['id']}"
    with untouched():
        assert sales.post(f"{place}/send-receipt").status == 403
    for _click in range(2):
        made(api.post(f"{place}/send-receipt"))
    [mail] = delivered()
    assert "FAC-000001" in mail.subject
    for wanted in ("$104,400.00 MXN", "SPEI-1", "transferencia"):
        assert wanted in mail.body, mail.body
    assert mail.attachments[0][0] == f"receipt-{payment['id']}.pdf"
    worker_dies(work()[0])
    assert now_is(api, "payments", payment)["mail_trouble"]["mail"] == "receipt"
    assert "el recibo de un pago de la factura FAC-000001" in told()[0][2]
    assert made(api.post(f"{place}/mail-arrived"))["mail_trouble"] is None


def test_a_receipt_is_refused_without_an_address_and_for_what_does_not_count(api: Api) -> None:
    invoice = an_invoice(api)
    pending = a_payment(api, invoice, 1, status="pending")
    unreachable = a_payment(api, invoice, 1, contact_id=a_contact(api, emails=[]))
    with untouched():
        assert set(api.post(f"/payments/{pending['id']}/send-receipt").errors) == {"status"}
        assert set(api.post(f"/payments/{unreachable['id']}/send-receipt").errors) == {"contact_id"}
    later = a_payment(api, invoice, 2)
    made(api.post(f"/payments/{later['id']}/send-receipt"))
    api.put(f"/payments/{later['id']}", {"status": "refunded"})
    assert delivered() == []
