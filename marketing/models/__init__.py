"""Tables of marketing."""

from marketing.models.campaign import Campaign, CampaignLink, CampaignStatus, TestMeasure
from marketing.models.consent import ConsentStatus, ContactConsent, Suppression, SuppressionReason
from marketing.models.erased import ErasedAddress
from marketing.models.form import Assignment, FieldKind, Form, FormSubmission, SubmissionStatus, Suspicion
from marketing.models.picture import CampaignPicture
from marketing.models.preference import MailPreference, Topic
from marketing.models.recipient import CampaignRecipient, MailEvent, MailEventKind, RecipientStatus, SkipReason
from marketing.models.segment import Segment, SegmentMember, SegmentType

__all__ = [
    "Assignment",
    "Campaign",
    "CampaignLink",
    "CampaignPicture",
    "CampaignRecipient",
    "CampaignStatus",
    "ConsentStatus",
    "ContactConsent",
    "ErasedAddress",
    "FieldKind",
    "Form",
    "FormSubmission",
    "MailEvent",
    "MailEventKind",
    "MailPreference",
    "RecipientStatus",
    "Segment",
    "SegmentMember",
    "SegmentType",
    "SkipReason",
    "SubmissionStatus",
    "Suppression",
    "SuppressionReason",
    "Suspicion",
    "TestMeasure",
    "Topic",
]
