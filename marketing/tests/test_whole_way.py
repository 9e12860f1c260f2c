"""A campaign the whole way by the processes that `manage.py up` starts: from a segment over HTTP to a mail server, and
back from its readers to the figures. Nothing of it runs in the test's own process.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import F

from leadercrm.core.testing.mail_sink import taken
from leadercrm.core.testing.processes import (
    HttpClient,
    Program,
    WebServer,
    Worker,
    copied_database,
    free_port,
    wait_until,
)
from leadercrm.core.testing.tenants import TestTenant, make_tenant
from leadercrm.tenancy.binding import bind
from marketing.links import click_addresses, reader_token, tracking_token, unsubscribe_address
from marketing.models import CampaignRecipient
from marketing.tests.storm import flush_broker, own_redis

PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
CONTENT = '<p>Hola [[first_name]]</p><p><a href="https://example.com/oferta">Ver</a></p>'
LIVES = [{"field": "city", "operator": "=", "value": "León"}]


@pytest.fixture
def tenant(django_db_setup: None, django_db_blocker: Any) -> Iterator[TestTenant]:
    with django_db_blocker.unblock(), copied_database():
        yield make_tenant("Camino")


@pytest.mark.timeout(300)
def test_from_a_segment_to_the_figures_by_processes(tenant: TestTenant, tmp_path: Path) -> None:
    """Takes seconds: a web server and a Celery worker that start."""
    flush_broker()
    smtp = free_port()
    shared = {
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
        "REDIS_URL": own_redis(),
        "LEADERCRM_PUBLIC_URL": "https://crm.example",
    }
    web, sender = WebServer(**shared), Worker(tmp_path / "celery", "sender", **shared)
    sink = Program([sys.executable, "-m", "leadercrm.core.testing.mail_sink", str(smtp), str(tmp_path / "mails")])
    with ExitStack() as programs:
        for program in (sink, sender, web):
            programs.callback(program.kill)
            program.start()
        http = HttpClient(web.port, tenant.tokens["admin"], timeout=60)
        path = sent(http)
        wait_until(lambda: status_of(http, path) == "sent", "the campaign is sent", 120, 0.3)
        assert sorted(to for to, _id in taken(tmp_path / "mails")) == ["ana@uno.example", "beto@dos.example"]
        read_by(tenant, web.port)
        figures = http.get(path).json["data"]["stats"]
    expected = {"recipients": 2, "sent": 2, "failed": 0, "opened": 1, "clicked": 1, "bounced": 0, "unsubscribed": 1}
    assert figures == expected


def sent(http: HttpClient) -> str:
    """A campaign whose sending has begun; its path."""
    for name, place in (("Ana", "uno"), ("Beto", "dos")):
        person = {"first_name": name, "city": "León", "emails": [{"email": f"{name}@{place}.example"}]}
        assert http.post("/api/v1/contacts", person).status == 201
    people = {"name": "León", "type": "dynamic", "conditions": LIVES}
    segment = http.post("/api/v1/segments", people).json["data"]["id"]
    mail = {"name": "Abril", "subject": "Ofertas", "content": CONTENT, "segment_id": segment}
    path = f"/api/v1/campaigns/{http.post('/api/v1/campaigns', mail).json['data']['id']}"
    answer = http.post(f"{path}/send")
    # A sender may be done before the answer is written.
    assert (answer.status, answer.json["data"]["status"] in ("sending", "sent")) == (200, True)
    return path


def status_of(http: HttpClient, path: str) -> str:
    status: str = http.get(path).json["data"]["status"]
    return status


def read_by(tenant: TestTenant, port: int) -> None:
    """Ana clicks, an hour later; Beto unsubscribes with one click."""
    reader = HttpClient(port, timeout=60)
    with bind(tenant.bound):
        CampaignRecipient.objects.update(sent_at=F("sent_at") - timedelta(hours=1))
        ana, beto = CampaignRecipient.objects.order_by("email")
        clicked = urlsplit(click_addresses(tracking_token(ana.pk))(0)).path
        left = urlsplit(unsubscribe_address(reader_token(beto.pk))).path
    gone = reader.get(clicked, **{"User-Agent": PERSON})
    assert (gone.status, gone.headers["location"]) == (302, "https://example.com/oferta")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reader.wire.request("POST", left, b"List-Unsubscribe=One-Click", form)
    assert reader.wire.getresponse().status == 200
