"""Mails of documents: one for each sending, with what the client needs to know."""

import base64
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outgoing
from django.utils import timezone

from billing import tasks
from billing.tests.papers import ADDRESS, a_contact, a_contract, a_payment, a_quote, an_invoice, made
from leadercrm.core import outbox
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.doors import Api
from leadercrm.core.testing.refusals import untouched
from leadercrm.core.testing.tenants import TestTenant, unbound
from leadercrm.tenancy.binding import bind

KINDS = [
    ("quotes", a_quote, "COT-000001"),
    ("invoices", an_invoice, "FAC-000001"),
    ("contracts", a_contract, "CTR-000001"),
]


def work() -> list[WorkItem]:
    return list(WorkItem.objects.filter(task__startswith="billing.send").order_by("id"))


def send(api: Api, kind: str, row: dict[str, Any]) -> None:
    made(api.post(f"/{kind}/{row['id']}/send"))


def delivered() -> list[Any]:
    """What goes out when all the work is done."""
    outgoing.outbox.clear()
    for item in work():
        outbox.run(item.pk)
    return list(outgoing.outbox)


def delivered_with_new_settings(tenant: TestTenant) -> list[Any]:
    """The same, by a worker that has read the tenant's settings since."""
    tenant.row.refresh_from_db()
    with unbound(), bind(tenant.bound):
        return delivered()


@pytest.mark.parametrize(("kind", "make", "number"), KINDS)
def test_sending_mails_the_contact(api: Api, alfa: TestTenant, kind: str, make: Any, number: str) -> None:
    send(api, kind, make(api))
    [mail] = delivered()
    assert (mail.to, mail.reply_to) == ([ADDRESS], ["admin@alfa.example.com"])
    assert number in mail.subject
    assert alfa.row.name in mail.subject
    html = mail.alternatives[0][0]
    for text in (mail.body, html):
        assert number in text
        assert "María García López" in text
    assert mail.extra_headers["Message-ID"].startswith(f"<{kind[:-1]}.{alfa.row.pk}.")
    assert [item.state for item in work()] == ["done"]
    [(name, content, media_type)] = mail.attachments
    assert (name, content[:5], media_type) == (f"{number}.pdf", b"%PDF-", "application/pdf")


def test_sending_twice_in_a_minute_is_one_mail_and_later_another(api: Api) -> None:
    invoice = an_invoice(api)
    for _number in range(3):
        send(api, "invoices", invoice)
    assert len(work()) == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        send(api, "invoices", invoice)
        assert len(work()) == 2
        assert len({mail.extra_headers["Message-ID"] for mail in delivered()}) == 2


@pytest.mark.parametrize(("kind", "writes", "_number"), KINDS)
def test_without_an_address_it_counts_as_handed_over_and_the_answer_says_so(
    api: Api, kind: str, writes: Any, _number: str
) -> None:
    unmailed = writes(api, contact_id=a_contact(api, emails=[]))
    answer = api.post(f"/{kind}/{unmailed['id']}/send")
    assert made(answer)["status"] == "sent"
    [warning] = answer.json["meta"]["warnings"]
    assert (warning["code"], "María" in warning["message"]) == ("no_address", True)
    assert work() == []
    mailed = api.post(f"/{kind}/{writes(api)['id']}/send")
    assert (made(mailed)["status"], "meta" in mailed.json) == ("sent", False)


@pytest.mark.parametrize(("kind", "writes", "number"), KINDS)
def test_it_goes_out_with_words_of_ones_own(api: Api, kind: str, writes: Any, number: str) -> None:
    place = f"/{kind}/{writes(api)['id']}/send"
    with untouched():
        assert set(api.post(place, {"message": "[[secreto]]"}).errors) == {"message"}
    made(api.post(place, {"subject": "Para [[contact_name]]", "message": "Le envío [[number]]."}))
    [mail] = delivered()
    assert mail.subject == "Para María García López"
    assert f"Le envío {number}." in mail.body


def test_what_was_deleted_meanwhile_is_not_mailed(api: Api) -> None:
    quote = a_quote(api)
    send(api, "quotes", quote)
    api.delete(f"/quotes/{quote['id']}")
    assert delivered() == []


def test_an_invoice_says_what_is_due_and_where_to_pay(api: Api, alfa: TestTenant) -> None:
    made(api.put("/billing/settings", {"bank_clabe": "032180000118359719", "bank_name": "IXE"}))
    invoice = an_invoice(api, due_at="2999-05-05")
    a_payment(api, invoice, 104400)
    send(api, "invoices", invoice)
    [mail] = delivered_with_new_settings(alfa)
    for text in (mail.body, mail.alternatives[0][0]):
        for wanted in ("032180000118359719 IXE", "05/05/2999", "$208,800.00 MXN", "$104,400.00 MXN", "FAC-000001"):
            assert wanted in text


def test_hostile_texts_are_texts(api: Api) -> None:
    hostile = '<img src=x onerror="alert(1)"> {{ 7|add:1 }} {% include "x" %} %(x)s'
    quote = a_quote(api, title=hostile, notes=hostile, items=[
        {"description": hostile, "quantity": 1, "unit_price": 1},
    ])  # fmt: skip
    send(api, "quotes", quote)
    [mail] = delivered()
    assert hostile in mail.body
    assert "<img" not in mail.alternatives[0][0]
    assert "&lt;img src=x onerror=" in mail.alternatives[0][0]
    assert "{{ 7|add:1 }}" in mail.alternatives[0][0]


def test_the_pdf_goes_with_it(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "pdf_of", lambda document: b"%PDF-" + document.number.encode())
    send(api, "quotes", a_quote(api))
    [mail] = delivered()
    [part] = [part for part in mail.message().walk() if part.get_content_type() == "application/pdf"]
    assert part.get_filename() == "COT-000001.pdf"
    assert base64.b64decode(part.get_payload()) == b"%PDF-COT-000001"


def test_a_pdf_that_fails_leaves_nothing_in_doubt(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(document: Any) -> bytes:
        raise MemoryError("too large")

    monkeypatch.setattr(tasks, "pdf_of", fail)
    send(api, "quotes", a_quote(api))
    assert delivered() == []
    [item] = work()
    assert item.state == "waiting"
    assert "too large" in item.error
