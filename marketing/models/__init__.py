"""Tables of marketing."""

from marketing.models.campaign import Campaign, CampaignLink, CampaignStatus, TestMeasure
from marketing.models.consent import ConsentStatus, ContactConsent, Suppression, SuppressionReason
from marketing.models.preference import MailPreference, Topic
from marketing.models.recipient import CampaignRecipient, MailEvent, MailEventKind, RecipientStatus
from marketing.models.segment import Segment, SegmentMember, SegmentType

__all__ = [
    "Campaign",
    "CampaignLink",
    "CampaignRecipient",
    "CampaignStatus",
    "ConsentStatus",
    "ContactConsent",
    "MailEvent",
    "MailEventKind",
    "MailPreference",
    "RecipientStatus",
    "Segment",
    "SegmentMember",
    "SegmentType",
    "Suppression",
    "SuppressionReason",
    "TestMeasure",
    "Topic",
]
