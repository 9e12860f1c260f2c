"""What readers do with a mail, as far as it shows: opened, clicked. Each recipient counts once, machines never.

These are no business changes, and there are many of them: the event itself is what is kept, and not an audit entry.
"""

from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from leadercrm.core.actions import domain_action, lock
from leadercrm.core.actor import Actor
from marketing.actions.delivery import settle_doubt
from marketing.models import (
    Campaign,
    CampaignLink,
    CampaignRecipient,
    MailEvent,
    MailEventKind,
    RecipientStatus,
)

# Of one mail, and of one kind: whoever comes by it more often adds nothing.
MOST_EVENTS = 100
MOST_OF_A_DETAIL = 255
# So many different links, or all that there are, followed within this time: a scanner, though it look like a browser.
BURST = timedelta(seconds=3)
LINKS_IN_A_BURST = 3


@domain_action(permission="marketing.read_mail")
def note_opening(recipient: CampaignRecipient, *, is_robot: bool, detail: str = "", actor: Actor) -> None:
    """The mail's pictures were fetched. Whoever did it: the mail has arrived."""
    recipient = lock(recipient)
    _arrived(recipient)
    if _keep(recipient, MailEventKind.OPENED, is_robot, detail) and not is_robot:
        _recount(recipient, clicked=recipient.clicked_at is not None)


@domain_action(permission="marketing.read_mail")
def note_click(
    recipient: CampaignRecipient, link: CampaignLink, *, is_robot: bool, detail: str = "", actor: Actor
) -> None:
    """A link was followed; by a reader, the mail has been opened, too, pictures or not.

    When the last few clicks turn out to be a machine's, they are taken back.
    """
    recipient = lock(recipient)
    _arrived(recipient)
    before = _followed(recipient)
    if not _keep(recipient, MailEventKind.CLICKED, is_robot, detail, link) or is_robot:
        return
    if _is_burst(recipient):
        _clicks(recipient).filter(created_at__gt=timezone.now() - BURST).update(is_robot=True)
    after = _followed(recipient)
    # Links, then the campaign: one order for everybody.
    for links, step in ((after - before, 1), (before - after, -1)):
        counted = CampaignLink.objects.filter(pk__in=links).order_by("pk").select_for_update()
        CampaignLink.objects.filter(pk__in=[*counted.values_list("pk", flat=True)]).update(
            clicked_count=F("clicked_count") + step
        )
    _recount(recipient, clicked=bool(after))


def _keep(
    recipient: CampaignRecipient, kind: MailEventKind, is_robot: bool, detail: str, link: CampaignLink | None = None
) -> bool:
    """Keep an event; False when there are more than enough of its kind."""
    if MailEvent.objects.filter(recipient=recipient, kind=kind).count() >= MOST_EVENTS:
        return False
    MailEvent.objects.create(
        recipient=recipient, kind=kind, link=link, is_robot=is_robot, detail=detail[:MOST_OF_A_DETAIL]
    )
    return True


def _arrived(recipient: CampaignRecipient) -> None:
    if recipient.status == RecipientStatus.IN_DOUBT:
        settle_doubt(recipient, RecipientStatus.SENT, actor=Actor.system(), action="recipient.arrived")


def _clicks(recipient: CampaignRecipient) -> QuerySet[MailEvent]:
    return MailEvent.objects.filter(recipient=recipient, kind=MailEventKind.CLICKED)


def _followed(recipient: CampaignRecipient) -> set[int]:
    """The links that the reader has followed in person."""
    return {link for link in _clicks(recipient).filter(is_robot=False).values_list("link_id", flat=True) if link}


def _is_burst(recipient: CampaignRecipient) -> bool:
    recent = _clicks(recipient).filter(created_at__gt=timezone.now() - BURST)
    followed = recent.values("link").distinct().count()
    there_are = CampaignLink.objects.filter(campaign_id=recipient.campaign_id).count()
    return followed > 1 and followed >= min(LINKS_IN_A_BURST, there_are)


def _recount(recipient: CampaignRecipient, *, clicked: bool) -> None:
    """Let the recipient, and the campaign's two counters, say what the events say."""
    opened = MailEvent.objects.filter(recipient=recipient, kind=MailEventKind.OPENED, is_robot=False).exists()
    steps = {}
    for name, holds in (("opened", opened or clicked), ("clicked", clicked)):
        step = int(holds) - int(getattr(recipient, f"{name}_at") is not None)
        if step:
            setattr(recipient, f"{name}_at", timezone.now() if holds else None)
            steps[f"{name}_count"] = F(f"{name}_count") + step
    if steps:
        recipient.save(update_fields=["opened_at", "clicked_at"])
        Campaign.objects.filter(pk=recipient.campaign_id).update(**steps)
