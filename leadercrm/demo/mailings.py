"""The demo's segments and campaigns: those that the reference prints, and what was sent before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crm.models import Contact
from leadercrm.demo.firms import Staff
from leadercrm.demo.reference_rows import CAMPAIGN, SEGMENT
from marketing.models import (
    Campaign,
    CampaignLink,
    CampaignRecipient,
    CampaignStatus,
    ContactConsent,
    MailEvent,
    MailEventKind,
    RecipientStatus,
    Segment,
    SegmentMember,
    Suppression,
    SuppressionReason,
)

LINKS = ("https://zamarron.example/servicios", "https://zamarron.example/agenda")
CONTENT = f"""<h1>Hola [[first_name|qué tal]]</h1>
<p>{{}}</p>
<p><a href="{LINKS[0]}">Conozca los servicios</a> o <a href="{LINKS[1]}">agende una llamada</a>.</p>"""
DRAFT = {
    "subject": "Servicios fiscales con 15 % de descuento en el segundo trimestre",
    "preheader": "Declaraciones, devoluciones y CFDI sin sobresaltos",
    "content": CONTENT.format("Este trimestre revisamos su contabilidad electrónica sin costo de arranque."),
}
# Name, subject, what it says, and how many days before now it was sent; None: before the reference's.
PAST = (
    ("Novedades de marzo 2025", "Cambios fiscales que entran en vigor en abril", "Lo nuevo del SAT.", None),
    ("Cierre de año", "Su cierre fiscal en cinco pasos", "Cinco pasos para cerrar el año en orden.", 64),
    ("Nómina 2.0", "[[first_name|Hola]], su nómina lista en un día", "Timbramos su nómina por usted.", 12),
)
HANDFUL = 24


@dataclass
class Mailings:
    """Rows by their kind."""

    segments: list[Segment] = field(default_factory=list)
    members: list[SegmentMember] = field(default_factory=list)
    campaigns: list[Campaign] = field(default_factory=list)
    links: list[CampaignLink] = field(default_factory=list)
    recipients: list[CampaignRecipient] = field(default_factory=list)
    events: list[MailEvent] = field(default_factory=list)
    consents: list[ContactConsent] = field(default_factory=list)
    suppressions: list[Suppression] = field(default_factory=list)


def mailings(contacts: Sequence[Contact], staff: Staff, now: datetime, chance: Random) -> Mailings:
    """All of them, numbered from 1 on; the second campaign is the reference's."""
    made = Mailings()
    _add_segments(made, contacts, staff, now)
    for name, subject, says, days in PAST:
        begun = SEGMENT["created_at"] + timedelta(days=2) if days is None else now - timedelta(days=days)
        campaign = Campaign(
            id=len(made.campaigns) + 1, name=name, subject=subject, content=CONTENT.format(says), segment_id=2,
            status=CampaignStatus.SENT, owner_id=staff.manager, created_at=begun - timedelta(days=1), started_at=begun,
            sent_at=begun + timedelta(minutes=2),
        )  # fmt: skip
        made.campaigns.append(campaign)
        made.links += [CampaignLink(campaign=campaign, position=place, url=url) for place, url in enumerate(LINKS)]
        _send(made, campaign, contacts, chance)
        if len(made.campaigns) == CAMPAIGN["id"] - 1:
            made.campaigns.append(Campaign(**CAMPAIGN, **DRAFT, owner_id=staff.admin))
    made.consents = [
        ContactConsent(contact=contact, status="granted", source="Formulario del sitio", decided_at=contact.created_at,
                       text="Acepto recibir información de servicios.", text_version="2025-01")
        for contact in contacts if contact.source == "website" and contact.emails
    ]  # fmt: skip
    return made


def _add_segments(made: Mailings, contacts: Sequence[Contact], staff: Staff, now: datetime) -> None:
    everybody: list[dict[str, Any]] = [{"field": "email", "operator": "is_not_null", "value": None}]
    asleep: list[dict[str, Any]] = [
        {"field": "lifecycle_stage", "operator": "=", "value": "lead"},
        {"field": "days_without_activity", "operator": ">", "value": 30},
    ]
    made.segments = [
        Segment(**SEGMENT, owner_id=staff.admin),
        Segment(id=2, name="Todos con correo", type="dynamic", conditions=everybody, owner_id=staff.manager,
                created_at=SEGMENT["created_at"] + timedelta(days=1)),
        Segment(id=3, name="Leads sin actividad", type="dynamic", conditions=asleep, owner_id=staff.manager,
                created_at=now - timedelta(days=90)),
        Segment(id=4, name="Invitados al desayuno", type="static", owner_id=staff.sales,
                created_at=now - timedelta(days=30)),
    ]  # fmt: skip
    made.members = [SegmentMember(segment_id=4, contact=contact) for contact in contacts[20 : 20 + HANDFUL]]


def _send(made: Mailings, campaign: Campaign, contacts: Sequence[Contact], chance: Random) -> None:
    """A recipient for each address that there was, and what the readers did with the mail."""
    begun, known = campaign.started_at, {entry.email for entry in made.suppressions}
    assert begun is not None  # noqa: S101 - only what was sent comes here
    for contact in contacts:
        email = contact.emails[0]["email"].lower() if contact.emails else ""
        if not email or email in known or contact.created_at > begun:
            continue
        known.add(email)
        recipient = CampaignRecipient(
            campaign=campaign, contact=contact, email=email, values={"first_name": contact.first_name}, due_at=begun,
            status=RecipientStatus.SENT, attempts=1, sent_at=begun + timedelta(seconds=chance.randrange(110)),
        )  # fmt: skip
        made.recipients.append(recipient)
        campaign.recipients_count += 1
        _read(made, campaign, recipient, chance)


def _read(made: Mailings, campaign: Campaign, recipient: CampaignRecipient, chance: Random) -> None:
    """One in fifty bounces, four in ten open it, three in ten of those click, and now and then one has enough."""
    sent, luck = recipient.sent_at, chance.random()
    assert sent is not None  # noqa: S101
    if luck < 0.02:
        recipient.bounced_at, recipient.reply = sent + timedelta(minutes=1), "550 5.1.1 User unknown"
        campaign.bounced_count += 1
        _note(made, recipient, MailEventKind.BOUNCED, recipient.bounced_at)
        _silence(made, recipient.email, SuppressionReason.BOUNCED, recipient.bounced_at)
    campaign.sent_count += 1
    if not 0.02 <= luck < 0.42:
        return
    recipient.opened_at = sent + timedelta(minutes=chance.randrange(3, 60 * 40))
    campaign.opened_count += 1
    _note(made, recipient, MailEventKind.OPENED, recipient.opened_at)
    if luck < 0.14:
        recipient.clicked_at = recipient.opened_at + timedelta(seconds=chance.randrange(5, 90))
        campaign.clicked_count += 1
        link = made.links[-chance.choice((1, 2, 2))]
        link.clicked_count += 1
        _note(made, recipient, MailEventKind.CLICKED, recipient.clicked_at, link)
    elif luck > 0.41:
        recipient.unsubscribed_at = recipient.opened_at + timedelta(minutes=1)
        campaign.unsubscribed_count += 1
        _note(made, recipient, MailEventKind.UNSUBSCRIBED, recipient.unsubscribed_at)
        _silence(made, recipient.email, SuppressionReason.UNSUBSCRIBED, recipient.unsubscribed_at)


def _note(made: Mailings, recipient: CampaignRecipient, kind: MailEventKind, at: datetime, link: Any = None) -> None:
    made.events.append(MailEvent(recipient=recipient, kind=kind, link=link, created_at=at))


def _silence(made: Mailings, email: str, reason: SuppressionReason, at: datetime) -> None:
    made.suppressions.append(Suppression(email=email, reason=reason, created_at=at))
