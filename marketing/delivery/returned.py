"""From a report about a mail to the recipient whom it was sent to."""

from collections.abc import Callable

from leadercrm.core.actor import Actor
from leadercrm.core.bounces import on_bounce, on_complaint
from marketing.actions.reports import note_bounce, note_complaint
from marketing.delivery.outcomes import is_for_good, shortened
from marketing.delivery.plans import KEY
from marketing.models import CampaignRecipient


def recipient_of(rest: str) -> CampaignRecipient | None:
    """Whom a mail was for, by its key's words after the tenant (marketing.delivery.plans.message_id)."""
    campaign_id, _dot, recipient_id = rest.partition(".")
    if not (campaign_id.isdecimal() and recipient_id.isdecimal()):
        return None
    found: CampaignRecipient | None = CampaignRecipient.objects.filter(pk=recipient_id, campaign_id=campaign_id).first()
    return found


@on_bounce(KEY)
def mail_came_back(_kind: str, rest: str, reason: str) -> None:
    _tell(rest, lambda recipient: note_bounce(
        recipient, for_good=is_for_good(reason), reason=shortened(reason), actor=Actor.system()
    ))  # fmt: skip


@on_complaint(KEY)
def mail_was_complained_of(_kind: str, rest: str, reason: str) -> None:
    _tell(rest, lambda recipient: note_complaint(recipient, reason=shortened(reason), actor=Actor.system()))


def _tell(rest: str, note: Callable[[CampaignRecipient], None]) -> None:
    """Recipients may have gone with their campaign: nobody is left to be told."""
    recipient = recipient_of(rest)
    if recipient is not None:
        note(recipient)
