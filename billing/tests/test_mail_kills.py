"""A worker killed in the middle of a conversation with the mail server: no second mail, and no silence about it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from billing.actions.contracts import create_contract, send_contract
from billing.actions.invoices import create_invoice, send_invoice
from billing.actions.quotes import create_quote, send_quote
from crm.actions.contacts import create_contact
from leadercrm.core import outbox
from leadercrm.core.models import WorkItem
from leadercrm.core.testing.processes import PROJECT, copied_database, database_url, wait_until
from leadercrm.core.testing.smtp import Mailbox, mail_server
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.notifications.models import Notification
from leadercrm.tenancy.binding import bind

# The worker's part of Celery's pool: one process, here with a thread for each row, so that one kill shows all moments.
WORKER = """
import sys, threading
import django
django.setup()
from django.db import connection
from leadercrm.core import outbox, ports

def work(pk):
    with ports.bind_tenant(int(sys.argv[1])):
        outbox.run(int(pk))

threads = [threading.Thread(target=work, args=(pk,)) for pk in sys.argv[2:]]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
# Recipient -> the moment at which the worker dies.
MOMENTS = {"before@x.mx": "RCPT", "handed@x.mx": "DATA", "acknowledged@x.mx": "QUIT"}
ITEM = {"description": "A", "quantity": Decimal(1), "unit_price": Decimal(100), "tax_rate": Decimal(16)}


@pytest.fixture
def tenant(django_db_setup: None, django_db_blocker: Any) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():
        tenant = make_tenant("Correos")
        with bind(tenant.bound):
            yield tenant


def three_mails(tenant: TestTenant) -> list[int]:
    actor = tenant.actor()
    contacts = [
        create_contact({"first_name": "Ana", "emails": [{"email": address}]}, actor=actor).pk for address in MOMENTS
    ]
    send_quote(create_quote({"contact_id": contacts[0], "items": [ITEM]}, actor=actor), actor=actor)
    send_invoice(create_invoice({"contact_id": contacts[1], "items": [ITEM]}, actor=actor), actor=actor)
    send_contract(create_contract({"contact_id": contacts[2], "title": "A"}, actor=actor), actor=actor)
    return list(WorkItem.objects.filter(task__startswith="billing.").order_by("pk").values_list("pk", flat=True))


def killed_in_the_middle(tenant: TestTenant, items: list[int], mailbox: Mailbox, port: int) -> int:
    addresses = {"DATABASE_URL": database_url(), "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    addresses["LEADERCRM_SECRET_KEY"] = settings.SECRET_KEY  # which seals Message-IDs
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(tenant.row.pk), *map(str, items)],
        env={**os.environ, **addresses, "DJANGO_SETTINGS_MODULE": "leadercrm.settings"},
        cwd=PROJECT,
    )
    try:
        wait_until(lambda: len(mailbox.waiting) == len(MOMENTS), "all three conversations stand still", 120)
    finally:
        worker.kill()
        code = worker.wait()
    return code


def states() -> list[str]:
    return list(WorkItem.objects.filter(task__startswith="billing.").order_by("pk").values_list("state", flat=True))


def test_a_killed_worker_leaves_doubts_and_sends_nothing_twice(tenant: TestTenant, settings: Any) -> None:
    """Takes seconds: a process of its own, in which three PDFs are made."""
    items, mailbox = three_mails(tenant), Mailbox(keep_waiting=dict(MOMENTS))
    with mail_server(mailbox) as port:
        assert killed_in_the_middle(tenant, items, mailbox, port) == -signal.SIGKILL
        arrived = sorted(recipient for recipient, _content in mailbox.taken)
        assert arrived == ["acknowledged@x.mx", "handed@x.mx"]
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "leadercrm.core.mail_server.Backend", "127.0.0.1"
        settings.EMAIL_PORT = port
        mailbox.keep_waiting = {}
        assert [outbox.run(pk) for pk in items] == [False] * 3  # the dead worker's lease holds
        assert (states(), Notification.objects.count()) == (["running"] * 3, 0)
        WorkItem.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        for _sweep in range(2):
            assert [outbox.run(pk) for pk in items] == [False] * 3
        assert states() == ["in_doubt"] * 3
        assert len(mailbox.taken) == 2
        told = Notification.objects.filter(type="mail_failed", user_id=tenant.users["admin"])
        assert sorted(told.values_list("url", flat=True)) == ["/contracts/1", "/invoices/1", "/quotes/1"]
        # The control: done again blindly, two of the three are there twice, with the Message-ID that they had.
        for item in WorkItem.objects.filter(pk__in=items):
            outbox.repeat(item)
            outbox.run(item.pk)
        assert states() == ["done"] * 3
    assert sorted(recipient for recipient, _content in mailbox.taken) == sorted([*MOMENTS, *arrived])
    assert len({message_id(content) for _recipient, content in mailbox.taken}) == 3


def message_id(content: bytes) -> bytes:
    return next(line for line in content.splitlines() if line.startswith(b"Message-ID"))
