"""From a report about a mail to the recipient whom it was sent to."""

from collections.abc import Callable
from dataclasses import dataclass

from leadercrm.core import bounces
from leadercrm.core.actor import Actor
from leadercrm.core.bounces import Bounce, on_bounce, on_complaint
from leadercrm.core.mail import key_of
from leadercrm.tenancy.binding import current_tenant_id
from marketing.actions.reports import note_bounce, note_complaint, note_delivery
from marketing.actions.silence import suppress
from marketing.delivery.outcomes import is_for_good, shortened
from marketing.delivery.plans import KEY
from marketing.models import CampaignRecipient, RecipientStatus, SuppressionReason

BOUNCED, COMPLAINED, DELIVERED = KINDS = ("bounced", "complained", "delivered")


@dataclass(frozen=True)
class Report:
    """What a provider says of one mail, named by its Message-ID or else by its address.

    `permanent` None: `detail`, the mail server's answer, says whether a bounce is one for good.
    """

    type: str
    message_id: str | None = None
    email: str | None = None
    permanent: bool | None = None
    detail: str | None = None

    @property
    def reason(self) -> str:
        return shortened(self.detail or "")

    @property
    def is_for_good(self) -> bool:
        return is_for_good(self.reason) if self.permanent is None else self.permanent


def take_in(report: Report) -> bool:
    """Carry out what is reported to the bound tenant; False if it is about no mail of its own.

    Some providers give mails a Message-ID of theirs: then the address says which mail, its latest one.
    """
    key = key_of(report.message_id or "") or ""
    kind, _dot, rest = key.partition(".")
    tenant_id, _dot, rest = rest.partition(".")
    if key and tenant_id != str(current_tenant_id()):
        return False
    if key and kind != KEY:
        return _tell_others(report)
    recipient = recipient_of(rest) if key else _latest(report.email)
    if recipient is not None:
        _note(recipient, report)
        return True
    return not key and _suppress(report)


def recipient_of(rest: str) -> CampaignRecipient | None:
    """Whom a mail was for, by its key's words after the tenant (marketing.delivery.plans.message_id)."""
    campaign_id, _dot, recipient_id = rest.partition(".")
    if not (campaign_id.isdecimal() and recipient_id.isdecimal()):
        return None
    found: CampaignRecipient | None = CampaignRecipient.objects.filter(pk=recipient_id, campaign_id=campaign_id).first()
    return found


@on_bounce(KEY)
def mail_came_back(_kind: str, rest: str, reason: str) -> None:
    _told(rest, Report(BOUNCED, detail=reason))


@on_complaint(KEY)
def mail_was_complained_of(_kind: str, rest: str, reason: str) -> None:
    _told(rest, Report(COMPLAINED, detail=reason))


def _told(rest: str, report: Report) -> None:
    """Recipients may have gone with their campaign: nobody is left to be told."""
    recipient = recipient_of(rest)
    if recipient is not None:
        _note(recipient, report)


def _note(recipient: CampaignRecipient, report: Report) -> None:
    notes: dict[str, Callable[[], None]] = {
        BOUNCED: lambda: note_bounce(
            recipient, for_good=report.is_for_good, reason=report.reason, actor=Actor.system()
        ),
        COMPLAINED: lambda: note_complaint(recipient, reason=report.reason, actor=Actor.system()),
        DELIVERED: lambda: note_delivery(recipient, actor=Actor.system()),
    }
    notes[report.type]()


def _tell_others(report: Report) -> bool:
    """A mail of another kind, a document's for one: whoever sent it hears of its bounce."""
    if report.type != BOUNCED:
        return False
    return bounces.tell(Bounce(report.message_id or "", report.reason), current_tenant_id()) is not None


def _latest(email: str | None) -> CampaignRecipient | None:
    went_out = CampaignRecipient.objects.filter(
        email=(email or "").lower(), status__in=(RecipientStatus.SENT, RecipientStatus.IN_DOUBT)
    )
    latest: CampaignRecipient | None = went_out.order_by("-claimed_at", "-pk").first() if email else None
    return latest


def _suppress(report: Report) -> bool:
    """An address that no campaign of ours knows, but the provider does: from other mails of the same sender."""
    reason = {COMPLAINED: SuppressionReason.COMPLAINED, BOUNCED: SuppressionReason.BOUNCED}.get(report.type)
    if not report.email or reason is None or (report.type == BOUNCED and not report.is_for_good):
        return False
    suppress(report.email, reason, report.reason, actor=Actor.system())
    return True
