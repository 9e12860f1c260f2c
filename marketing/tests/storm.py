"""A campaign under fire: sender processes that are killed, a mail server that fails, and what arrived in the end."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis
from django.conf import settings

from leadercrm.core.testing.mail_sink import taken
from leadercrm.core.testing.processes import Program, free_port, wait_until
from leadercrm.core.testing.redis_databases import database_of_servers
from leadercrm.core.testing.tenants import TestTenant
from leadercrm.tenancy.binding import bind
from marketing.models import Campaign, CampaignRecipient
from marketing.tests.campaigns import a_campaign

# What a Celery worker does with its task, again and again, without the seconds that Celery takes to start.
SENDER = """
import time, django
django.setup()
from marketing.delivery.sender import Sender
sender = Sender()
while True:
    try:
        sender.work(5)
    except Exception:
        from django.db import connection
        connection.close()
    time.sleep(0.05)
"""
# The control: what a dead sender had claimed is queued again, as an engine does that knows no doubt.
BLIND = SENDER.replace(
    "sender = Sender()",
    "from marketing.delivery import journal\n"
    "journal.EXPIRE = journal.EXPIRE.replace(\"'in_doubt'\", \"'queued'\")\n"
    "sender = Sender()",
)
CELERY = [
    *(sys.executable, "-m", "celery", "-A", "leadercrm.celery", "worker", "-Q", "campaigns", "--pool", "prefork"),
    *("--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"),
]


def lookup(message_id: str) -> bool:
    """What a mail server's log says."""
    return any(message_id == known for _recipient, known in taken(Path(os.environ["STORM_SINK"])))


@dataclass(frozen=True)
class Weather:
    """How a storm is: shares of mails that are refused for now, for good, and cut off; `seconds` for each that is
    taken, so that nearly every kill finds a sender with a mail half handed over.
    """

    recipients: int
    senders: int
    kills: int
    seconds: float
    temporary: float = 0.10
    permanent: float = 0.02
    drops: float = 0.01


@dataclass
class Storm:
    """One campaign of one tenant, and everything that happens to it."""

    tenant: TestTenant
    weather: Weather
    folder: Path
    code: str = SENDER
    celery: bool = False
    senders: list[Program] = field(default_factory=list)
    doubts: int = 0
    pause: float = 0.4

    @contextmanager
    def raging(self) -> Iterator[None]:
        """Sink and senders run; the campaign is under way."""
        port, weather = free_port(), self.weather
        shares = (weather.temporary, weather.permanent, weather.drops, weather.seconds)
        argv = ["-m", "leadercrm.core.testing.mail_sink", str(port), str(self.folder), *map(str, shares)]
        sink = Program([sys.executable, *argv])
        sink.start()
        self.senders = [self._sender(port) for _sender in range(weather.senders)]
        for sender in self.senders:
            sender.start()
        try:
            yield
        finally:
            for program in (*self.senders, sink):
                program.kill()

    def begin(self) -> None:
        addresses = [f"persona{n}@dominio{n % 50}.example" for n in range(self.weather.recipients)]
        with bind(self.tenant.bound):
            a_campaign(addresses, owner_id=self.tenant.users["admin"])

    def kill(self, number: int) -> None:
        """kill -9 of one sender and its children, and a new one in its place."""
        sender = self.senders[number % len(self.senders)]
        sender.kill()
        sender.start()

    def arrived(self) -> int:
        return len(taken(self.folder))

    def is_over(self) -> bool:
        with bind(self.tenant.bound):
            return Campaign.objects.filter(status="sent").exists()

    def wait_for(self, share: float) -> None:
        """Until that share of the recipients have their mail."""
        wanted = int(self.weather.recipients * share)
        wait_until(lambda: self.arrived() >= wanted, f"{wanted} mails", 300, 0.01)

    def judge(self) -> Counter[str]:
        """No mail twice, nobody lost: each address has it, or was refused for good; counters say the same."""
        mails = Counter(recipient for recipient, _message_id in taken(self.folder))
        with bind(self.tenant.bound):
            campaign = Campaign.objects.get()
            found = dict(CampaignRecipient.objects.values_list("email", "status"))
        statuses = Counter(found.values())
        assert {recipient: times for recipient, times in mails.items() if times > 1} == {}
        # Suppressed: refused for good by a sender that died before it could say so.
        assert set(statuses) <= {"sent", "failed", "suppressed"}, statuses
        assert {email for email, status in found.items() if status == "sent"} == set(mails)
        assert (campaign.sent_count, campaign.failed_count) == (statuses["sent"], statuses["failed"])
        return statuses

    def _sender(self, port: int) -> Program:
        environment = {
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "REDIS_URL": own_redis(),
            "LEADERCRM_PUBLIC_URL": "https://crm.example",
            "LEADERCRM_CAMPAIGN_TENANT_RATE": "0",
            "LEADERCRM_CAMPAIGN_DOMAIN_RATE": "0",
            "LEADERCRM_CAMPAIGN_LEASE_SECONDS": "2",
            "LEADERCRM_CAMPAIGN_BACK_OFF_SECONDS": "0.05",
            "LEADERCRM_CAMPAIGN_LOOKUP": "marketing.tests.storm.lookup",
            "STORM_SINK": str(self.folder),
        }
        return Program(CELERY if self.celery else [sys.executable, "-c", self.code], environment)


def own_redis() -> str:
    return database_of_servers(settings.REDIS_URL)


def flush_broker() -> None:
    """Whatever was rung is forgotten; queues, bindings and rates with it."""
    redis.Redis.from_url(own_redis()).flushdb()


def settle_down(storm: Storm, seconds: float) -> float:
    """Wait for the end; how long that took."""
    began = time.monotonic()
    wait_until(storm.is_over, "the campaign is sent", seconds, 0.1)
    return time.monotonic() - began
