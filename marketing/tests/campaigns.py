"""Campaigns for tests of what is sent: rows as a send freezes them, and a sender as a worker has it."""

import time
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from crm.models import Contact
from leadercrm.tenancy import turns
from marketing.actions.delivery import KIND
from marketing.delivery.sender import Sender
from marketing.models import Campaign, CampaignRecipient, CampaignStatus

CONTENT = '<p>Hola [[first_name|amigo]]:</p><p><a href="https://example.com/oferta?a=1&amp;b=2">Ver la oferta</a></p>'


def a_campaign(addresses: Sequence[str], **values: Any) -> Campaign:
    """A campaign whose sending has begun, with a recipient for each address."""
    known = {"name": "Abril", "subject": "Ofertas de abril", "content": CONTENT, **values}
    status = known.pop("status", CampaignStatus.SENDING)
    campaign: Campaign = Campaign.objects.create(
        status=status, started_at=timezone.now(), recipients_count=len(addresses), **known
    )
    queue(campaign, addresses)
    turns.announce(KIND)
    return campaign


def queue(campaign: Campaign, addresses: Sequence[str]) -> None:
    """Recipients as a send freezes them, each with a contact."""
    now = timezone.now()
    people = [Contact(first_name=f"Ana {n}", emails=[{"email": email}]) for n, email in enumerate(addresses)]
    for person in people:
        person.derive()
    people = Contact.objects.bulk_create(people, batch_size=1000)
    recipients = [
        CampaignRecipient(
            campaign=campaign, contact=person, email=email, values={"first_name": person.first_name}, due_at=now
        )
        for person, email in zip(people, addresses, strict=True)
    ]
    CampaignRecipient.objects.bulk_create(recipients, batch_size=1000)


def deliver(sender: Sender, seconds: float = 5.0) -> None:
    """One turn of the bound tenant."""
    sender.serve(time.monotonic() + seconds)


def statuses(campaign: Campaign) -> dict[str, str]:
    """By address."""
    return dict(CampaignRecipient.objects.filter(campaign=campaign).values_list("email", "status"))
