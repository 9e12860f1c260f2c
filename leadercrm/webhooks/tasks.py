"""Celery's doors to webhooks."""

from celery import shared_task

from leadercrm.core import ports
from leadercrm.core.errors import NotFound
from leadercrm.core.housekeeping import housekeeping
from leadercrm.core.tasks import TenantTask
from leadercrm.tenancy import turns
from leadercrm.webhooks.actions.telling import next_due, send_due, take_up_events
from leadercrm.webhooks.actions.webhooks import KIND

# Of one tenant's turn; addresses that do not answer cost the others no more than this.
TURN_SECONDS = 10.0
MOST_TURNS = 50


@shared_task(name="webhooks.tell", base=TenantTask, across_tenants=True)
def tell() -> int:
    """Give each tenant that has somebody to tell its turn; how many messages were sent."""
    sent = 0
    for _turn in range(MOST_TURNS):
        tenant_id = turns.take(KIND)
        if tenant_id is None:
            break
        try:
            with ports.bind_tenant(tenant_id):
                take_up_events()
                sent += send_due(TURN_SECONDS)
                turns.rest(KIND, next_due)
        except NotFound:
            continue  # suspended at this moment
    return sent


@housekeeping
def remember_webhooks() -> None:
    """Whatever was lost, of a restore for one: who has an address to tell has a turn."""
    if next_due() is not None:
        turns.announce(KIND)
