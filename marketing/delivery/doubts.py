"""Asking about mails in doubt: has this Message-ID arrived?

`settings.CAMPAIGN_LOOKUP` names a function `lookup(message_id: str) -> bool | None`: True when the mail server has
taken the message, False when it has certainly not, None when nobody knows. The embedded mail sink has one; for
others it may read the server's log or ask a provider's API.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from leadercrm.core import tally
from leadercrm.core.actor import Actor
from leadercrm.core.database import connection
from marketing.actions.delivery import settle_doubt
from marketing.delivery.plans import message_id
from marketing.models import CampaignRecipient, RecipientStatus

logger = logging.getLogger(__name__)

AT_ONCE = 50
# Nobody else asks for the length of a lease; whoever dies while asking has done nothing else.
TAKE = """
    UPDATE marketing_campaignrecipient
       SET due_at = statement_timestamp() + make_interval(secs => %(lease)s)
     WHERE id = ANY (ARRAY(SELECT id FROM marketing_campaignrecipient WHERE status = 'in_doubt'
                               AND due_at <= statement_timestamp() ORDER BY due_at LIMIT %(most)s
                               FOR UPDATE SKIP LOCKED))
    RETURNING id
"""


def look_up() -> int:
    """Ask about the bound tenant's mails in doubt whose time has come; how many were asked about."""
    if not settings.CAMPAIGN_LOOKUP:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"most": AT_ONCE, "lease": settings.CAMPAIGN_LEASE_SECONDS})
        rows = [pk for (pk,) in cursor.fetchall()]
    for recipient in CampaignRecipient.objects.filter(pk__in=rows):
        _answer(recipient, _ask(recipient))
    return len(rows)


def _ask(recipient: CampaignRecipient) -> bool | None:
    lookup: Any = import_string(settings.CAMPAIGN_LOOKUP)
    try:
        answer: bool | None = lookup(message_id(recipient.campaign_id, recipient.pk))
    except Exception:
        logger.exception("the look-up of a mail in doubt has failed")
        return None
    return answer


def _asked_again(recipient: CampaignRecipient) -> datetime:
    """Whoever knew nothing is asked every hour for a day, and then no more."""
    now = timezone.now()
    is_fresh = recipient.claimed_at is not None and now - recipient.claimed_at < timedelta(days=1)
    return now + (timedelta(hours=1) if is_fresh else timedelta(days=3650))


def _answer(recipient: CampaignRecipient, arrived: bool | None) -> None:
    """Settle it by the answer, if nobody has done so meanwhile. It was not handed over: that costs it no try."""
    with transaction.atomic(), tally.collecting():
        rows = CampaignRecipient.objects.select_for_update().filter(pk=recipient.pk, status=RecipientStatus.IN_DOUBT)
        found = rows.first()
        if found is None:
            return
        if arrived is None:
            rows.update(looked_up_at=timezone.now(), due_at=_asked_again(found))
            return
        status = RecipientStatus.SENT if arrived else RecipientStatus.QUEUED
        settle_doubt(found, status, actor=Actor.system(), action="recipient.looked_up")
