"""Campaigns: freezing an audience, and sending against a local sink, beside a loop of Django's own mails.

Both ways send the same number of mails of the same length by as many processes to the same sink, in turns. The
loop keeps no state; of ours, each mail's state is claimed and settled in PostgreSQL.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.data import Dataset
from benchmarks.mailers import HTML, SUBJECT
from leadercrm.core.testing.processes import Program, free_port, wait_until
from leadercrm.tenancy import turns
from leadercrm.tenancy.binding import BoundTenant, bind
from leadercrm.tenancy.models import Tenant
from marketing.actions.delivery import KIND
from marketing.audience import freeze
from marketing.models import Campaign, CampaignRecipient, CampaignStatus, Segment

NAME = "Campaigns"
PROCESSES = 4
RATIO = 3.0
FREEZE_SECONDS, FROZEN = 20.0, 100_000
EVERYBODY = [{"field": "first_name", "operator": "is_not_null"}]
Report = Callable[[str], None]


@dataclass
class Mails:
    """Seconds of each round for so many mails, and for freezing so many recipients."""

    mails: int
    recipients: int = 0
    loop: list[float] = field(default_factory=list)
    product: list[float] = field(default_factory=list)
    freezing: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return median(slow / fast for slow, fast in zip(self.loop, self.product, strict=True))

    @property
    def text(self) -> str:
        """What RESULTS.md says of it."""
        fast, slow = self.mails / median(self.product), self.mails / median(self.loop)
        frozen = median(self.freezing)
        wanted = f"< {FREEZE_SECONDS * self.recipients / FROZEN:.0f} s"
        kept = "yes" if frozen < FREEZE_SECONDS * self.recipients / FROZEN else "**no**"
        return (
            f"{self.mails:,} mails by {PROCESSES} processes to a sink on the same machine, in turns;"
            " the state of each recipient is kept in PostgreSQL, which the loop does not.\n\n"
            "| What | mails/s | ratio | target | met |\n|---|--:|--:|---|---|\n"
            f"| A loop of EmailMultiAlternatives, one kept connection each | {slow:,.0f} | | | |\n"
            f"| Campaign | {fast:,.0f} | {self.ratio:.2f} | ≥ {RATIO:g} × the loop |"
            f" {'yes' if self.ratio >= RATIO else '**no**'} |\n\n"
            f"Freezing an audience of {self.recipients:,} takes {frozen:.1f} s (target: {wanted}; met: {kept}).\n"
        )


def measure(dataset: Dataset, rounds: int, mails: int, report: Report) -> Mails:
    """In the large tenant. What is made for it is taken away again."""
    bound = BoundTenant.of(Tenant.objects.get(schema_name=dataset.schema_name))
    measured = Mails(mails)
    for number in range(rounds):
        with bind(bound):
            recipients, seconds = freezing()
        measured.recipients = recipients
        measured.freezing.append(seconds)
        report(f"round {number + 1}, {NAME}: {recipients:,} recipients frozen in {seconds:.1f} s")
        measured.loop.append(loop(mails))
        measured.product.append(campaign(bound, mails))
        fast, slow = mails / measured.product[-1], mails / measured.loop[-1]
        report(f"round {number + 1}, {NAME}: {fast:,.0f} mails/s; the loop {slow:,.0f}; ratio {fast / slow:.2f}")
    return measured


def freezing() -> tuple[int, float]:
    """Freeze everybody who has an address; how many they are, and the seconds that it took."""
    segment = Segment.objects.create(name="Todos", type="dynamic", conditions=EVERYBODY)
    drawn = Campaign.objects.create(name="Todos", subject=SUBJECT, content=HTML, segment=segment)
    began = time.monotonic()
    with transaction.atomic():
        count = freeze(drawn)
    seconds = time.monotonic() - began
    _forget()
    segment.delete()
    return count, seconds


def loop(mails: int) -> float:
    each = mails // PROCESSES
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        port = stack.enter_context(_sink(folder))
        for number in range(PROCESSES):
            stack.enter_context(_mailer(port, "loop", folder, number * each, each))
        return _timed(folder, each * PROCESSES, lambda: None)


def campaign(bound: BoundTenant, mails: int) -> float:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        with bind(bound):
            made = _a_campaign(mails)
        port = stack.enter_context(_sink(folder))
        for _number in range(PROCESSES):
            stack.enter_context(_mailer(port, "product", folder))
        seconds = _timed(folder, mails, lambda: _announce(bound))
        with bind(bound):
            wait_until(lambda: Campaign.objects.get(pk=made).sent_count == mails, "the campaign's figures", 30)
            _forget()
        return seconds


def _a_campaign(mails: int) -> int:
    now = timezone.now()
    made = Campaign.objects.create(
        name="Abril", subject=SUBJECT, content=HTML, status=CampaignStatus.SENDING, started_at=now,
        recipients_count=mails,
    )  # fmt: skip
    CampaignRecipient.objects.bulk_create(
        CampaignRecipient(
            campaign=made, email=f"ana{number}@ejemplo.com.mx", values={"first_name": f"Ana {number}"}, due_at=now
        )
        for number in range(mails)
    )
    return int(made.pk)


def _announce(bound: BoundTenant) -> None:
    with bind(bound), transaction.atomic():
        turns.announce(KIND)


def _forget() -> None:
    """By statements of their own: a campaign's deletion would look at each row."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE marketing_campaign CASCADE")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ANALYZE marketing_campaignrecipient")
        cursor.execute("RESET statement_timeout")


def _timed(folder: Path, mails: int, go: Callable[[], object]) -> float:
    """Seconds from the moment at which all mailers, warm, may begin until the sink has taken the last mail."""
    wait_until(lambda: len(list(folder.glob("ready-*"))) == PROCESSES, "the mailers", 60)
    go()
    began = time.monotonic()
    (folder / "go").touch()
    wait_until(lambda: _arrived(folder) >= mails, f"{mails} mails", 600, 0.02)
    return time.monotonic() - began


def _arrived(folder: Path) -> int:
    """A line each (leadercrm.core.testing.mail_sink)."""
    lines = folder / "taken"
    return lines.read_bytes().count(b"\n") if lines.exists() else 0


@contextmanager
def _sink(folder: Path) -> Iterator[int]:
    port = free_port()
    with _running(Program([sys.executable, "-m", "leadercrm.core.testing.mail_sink", str(port), str(folder)])):
        yield port


@contextmanager
def _running(program: Program) -> Iterator[None]:
    program.start()
    try:
        yield
    finally:
        program.kill()


def _mailer(port: int, way: str, folder: Path, *numbers: int) -> AbstractContextManager[None]:
    environment = {
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "LEADERCRM_PUBLIC_URL": "https://crm.example",
        "LEADERCRM_CAMPAIGN_TENANT_RATE": "0",
        "LEADERCRM_CAMPAIGN_DOMAIN_RATE": "0",
        "REDIS_URL": os.environ.get("REDIS_URL", ""),
    }
    argv = [sys.executable, "-m", "benchmarks.mailers", way, str(folder), *map(str, numbers)]
    return _running(Program(argv, environment))
