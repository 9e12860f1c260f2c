"""Celery's doors to marketing."""

from functools import cache

from celery import shared_task
from django.conf import settings

from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.tasks import TenantTask, send
from leadercrm.tenancy import turns
from marketing.actions import delivery
from marketing.actions.delivery import KIND
from marketing.delivery import journal
from marketing.delivery.sender import Sender

# Seconds of work before a task ends and another one goes on: a worker that is told to stop waits no longer.
TASK_SECONDS = 10.0
# A ring that nobody has heard by then has been followed by others.
RING_EXPIRES = 5


@cache
def _sender() -> Sender:
    """This process's own: made in the process that sends, and never taken along into a child."""
    return Sender()


@shared_task(name="marketing.send_campaigns", base=TenantTask, across_tenants=True)
def send_campaigns() -> None:
    """Send for some seconds, and hand over to whoever comes next."""
    if _sender().work(TASK_SECONDS) and turns.waiting(KIND):
        send(send_campaigns, expires=RING_EXPIRES)


@shared_task(name="marketing.ring_senders", base=TenantTask, across_tenants=True)
def ring_senders() -> int:
    """Ring for as many senders as there are to be, if anybody has something to send."""
    rings = settings.CAMPAIGN_SENDERS if turns.waiting(KIND) else 0
    return sum(send(send_campaigns, expires=RING_EXPIRES) for _ring in range(rings))


@housekeeping
def remember_recipients() -> None:
    """Whatever was lost, of a restore for one: recipients that are due have a turn."""
    if journal.next_due() is not None:
        turns.announce(KIND)


delivery.BELLS.append(ring_senders)
