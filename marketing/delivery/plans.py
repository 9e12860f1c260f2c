"""What a sender keeps of a campaign: its mail, encoded once, and how a recipient's is made of it."""

import time
from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings

from leadercrm.core.mail import message_id_of, public_address
from leadercrm.core.web.branding import house
from leadercrm.tenancy.binding import current_tenant_id
from marketing.delivery.conversation import Mail
from marketing.delivery.journal import Claimed
from marketing.delivery.message import Letter, Piece, Reader, Template, Writing, mail_address
from marketing.links import (
    click_addresses,
    open_address,
    preferences_address,
    reader_token,
    tracking_token,
    unsubscribe_address,
)
from marketing.models import Campaign, CampaignLink
from marketing.rendering import CompiledMail, Slot, compile_campaign

# The first word of a campaign mail's key, by which leadercrm.core.bounces knows it again.
KEY = "campaign"


class Plan:
    """One campaign, ready to be written to anybody."""

    def __init__(self, campaign: Campaign, template: Template) -> None:
        self.campaign_id, self.template = campaign.pk, template

    def mail(self, row: Claimed) -> Mail:
        """The mail to this recipient; Unwritable if there can be none."""
        address = mail_address(row.email)
        letter = Letter(
            address=address,
            name=" ".join(filter(None, (row.values.get("first_name"), row.values.get("last_name")))),
            message_id=message_id(self.campaign_id, row.id),
            variant=row.variant,
            reader=reader_of(row),
        )
        return Mail(address, self.template.write(letter, time.time()), row.tries)


def plan_of(campaign: Campaign) -> Plan:
    """Compile a campaign whose sending has begun.

    Raises NothingDone where nobody has said what this server is called.
    """
    public_address("")
    compiled = compile_campaign(campaign)
    links = [CampaignLink(campaign=campaign, position=place, url=url) for place, url in enumerate(compiled.links)]
    # As they were when the first one was sent, whoever compiles it again.
    CampaignLink.objects.bulk_create(links, ignore_conflicts=True)
    reply_to = campaign.owner.email if campaign.owner and campaign.owner.is_active else ""
    template = Template(
        writing_of(compiled),
        sender=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        sender_name=house().name,
        reply_to=reply_to,
    )
    return Plan(campaign, template)


def message_id(campaign_id: int, recipient_id: int) -> str:
    """Always the same for one recipient: what a look-up asks for, and what bounces quote."""
    return message_id_of(f"{KEY}.{current_tenant_id()}.{campaign_id}.{recipient_id}")


def reader_of(row: Claimed) -> Reader:
    tracked, own = tracking_token(row.id), reader_token(row.id)
    return Reader(
        values=row.values,
        open_url=open_address(tracked),
        unsubscribe_url=unsubscribe_address(own),
        preferences_url=preferences_address(own),
        link=click_addresses(tracked),
    )


def writing_of(compiled: CompiledMail) -> Writing:
    """A compiled mail's pieces as this room takes them."""

    def slots(pieces: Sequence[str | Slot]) -> list[Piece]:
        return [piece if isinstance(piece, str) else _slot(piece) for piece in pieces]

    subjects = {variant: slots(pieces) for variant, pieces in compiled.subjects.items()}
    return Writing(subjects, slots(compiled.html), slots(compiled.text))


def _slot(slot: Slot) -> Piece:
    def fill(reader: Reader) -> str:
        urls = {
            "unsubscribe": reader.unsubscribe_url,
            "preferences": reader.preferences_url,
            "open": reader.open_url,
        }
        return slot.fill(reader.values, reader.link, urls)

    return fill
