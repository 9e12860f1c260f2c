"""Asking for a document's mail. The mail itself is the outbox's: billing.tasks."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from billing.holding import mail_address_of
from leadercrm.core.actions import after_commit

# Two clicks, or two people at once, mean one mail.
SAME_REQUEST = timedelta(seconds=60)


def mail_values(document: Any) -> dict[str, Any]:
    """What a sent document is to be given: a further mail is counted unless one was asked for just now."""
    now = timezone.now()
    if document.last_sent_at is not None and now - document.last_sent_at < SAME_REQUEST:
        return {}
    return {"sends": document.sends + 1, "last_sent_at": now}


def schedule_mail(document: Any, task: str, values: dict[str, Any]) -> bool:
    """Have the document mailed after the commit, if `values` (mail_values) ask for it and there is an address."""
    if not values or mail_address_of(document.contact_id) is None:
        return False
    after_commit(task, document_id=document.pk, sending=document.sends)
    return True
