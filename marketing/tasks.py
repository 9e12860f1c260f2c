"""Celery's doors to marketing."""

import logging
from functools import cache

from celery import shared_task
from django.conf import settings
from django.core.mail import get_connection

from leadercrm.core import ports
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError, NotFound
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.outbox import work_handler
from leadercrm.core.tasks import TenantTask, send
from leadercrm.tenancy import turns
from marketing import tasks_forms  # noqa: F401 - its work is known wherever ours is
from marketing.actions import delivery
from marketing.actions.delivery import KIND
from marketing.actions.readiness import STARTS
from marketing.actions.sending import (
    decide_test,
    due_campaigns,
    next_start,
    open_tests,
    start_campaign,
    stop_start,
)
from marketing.actions.trying import trial_mail
from marketing.delivery import journal
from marketing.delivery.sender import Sender
from marketing.models import Campaign

logger = logging.getLogger("leadercrm.marketing")

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
    if _sender().work(TASK_SECONDS) and _is_anything_due():
        send(send_campaigns, expires=RING_EXPIRES)


@shared_task(name="marketing.ring_senders", base=TenantTask, across_tenants=True)
def ring_senders() -> int:
    """Ring for as many senders as there are to be, if anybody has something to send."""
    rings = settings.CAMPAIGN_SENDERS if _is_anything_due() else 0
    return sum(send(send_campaigns, expires=RING_EXPIRES) for _ring in range(rings))


def _is_anything_due() -> bool:
    """Now, or before the next ring."""
    pause = turns.seconds_until(KIND)
    return pause is not None and pause < RING_EXPIRES


@housekeeping
def remember_recipients() -> None:
    """Whatever was lost, of a restore for one: recipients that are due have a turn."""
    if journal.next_due() is not None:
        turns.announce(KIND)


def ring_at_once() -> None:
    """What follows a commit: rings, and nothing else. Whoever has committed is still bound to their tenant."""
    for _ring in range(settings.CAMPAIGN_SENDERS):
        send(send_campaigns, expires=RING_EXPIRES)


delivery.BELLS.append(ring_at_once)


@shared_task(name="marketing.start_campaigns", base=TenantTask, across_tenants=True)
def start_campaigns() -> int:
    """Begin what is due, and end tests of subjects, tenant by tenant. However many do so, each happens once."""
    served = 0
    while (tenant_id := turns.take(STARTS)) is not None:
        served += 1
        try:
            with ports.bind_tenant(tenant_id):
                _start_due()
                turns.rest(STARTS, next_start)
        except NotFound:
            continue  # suspended at this moment
    return served


def _start_due() -> None:
    for campaign in due_campaigns():
        try:
            start_campaign(campaign, actor=Actor.system())
        except DomainError as refusal:
            logger.warning("campaign %s could not begin: %s", campaign.pk, refusal.message)
            stop_start(campaign, reason=refusal.message, actor=Actor.system())
    for campaign in open_tests():
        decide_test(campaign, actor=Actor.system())


@work_handler("marketing.send_trial", repeatable=False)
def send_trial(campaign_id: int, emails: list[str]) -> None:
    """Mail a campaign to colleagues, as it stands now."""
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    if campaign is not None:
        with get_connection() as server:
            server.send_messages([trial_mail(campaign, email) for email in emails])
