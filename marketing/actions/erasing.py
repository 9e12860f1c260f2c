"""What is taken from campaigns, consents and forms when a person is erased. Of their addresses a hash stays."""

from typing import Any

from django.db.models import Model, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from crm.erasing import Subject, erases
from leadercrm.core import tally
from marketing.models import (
    CampaignRecipient,
    ContactConsent,
    ErasedAddress,
    FormSubmission,
    MailEvent,
    MailPreference,
    SegmentMember,
    Suppression,
)
from marketing.models.erased import hash_of

# What a submission says of whoever sent it.
SAID = {"payload": {}, "origin": {}, "name": "", "email": "", "phone": "", "ip": "", "user_agent": ""}


@erases(
    "marketing.contactconsent", "marketing.segmentmember", "marketing.campaignrecipient", "marketing.formsubmission"
)
def take_from_marketing(subject: Subject) -> None:
    ErasedAddress.objects.bulk_create(
        [ErasedAddress(hash=hash_of(email)) for email in sorted(subject.emails)], ignore_conflicts=True
    )
    kinds: tuple[tuple[type[Model], dict[str, Any]], ...] = (
        (ContactConsent, {"contact_id__in": subject.ids}),
        (SegmentMember, {"contact_id__in": subject.ids}),
        (MailPreference, {"email__in": subject.emails}),
        (Suppression, {"email__in": subject.emails}),
    )
    for model, theirs in kinds:
        rows = model._base_manager.filter(**theirs)
        subject.tell(model._meta.label_lower, rows.values_list("pk", flat=True))
        gone, _rows = rows.delete()
        if model is Suppression:
            tally.touch(Suppression._meta.label_lower, rows=-gone)
    _blank_mails(subject)
    _blank_submissions(subject)


def _blank_mails(subject: Subject) -> None:
    """Each mail stays a mail of its campaign: its figures are the tenant's."""
    mails = CampaignRecipient.objects.filter(Q(contact_id__in=subject.ids) | Q(email__in=subject.emails))
    ids = list(mails.values_list("pk", flat=True))
    MailEvent.objects.filter(recipient_id__in=ids).update(detail="")
    nobody = Concat(Value("erased-"), Cast("pk", TextField()), Value("@erased.invalid"), output_field=TextField())
    CampaignRecipient.objects.filter(pk__in=ids).update(email=nobody, values={}, reply="", contact=None)
    # What waits to be sent is not sent any more.
    CampaignRecipient.objects.filter(pk__in=ids, status="queued").update(status="suppressed", skipped="suppressed")
    subject.tell(CampaignRecipient._meta.label_lower, ids)


def _blank_submissions(subject: Subject) -> None:
    sent = FormSubmission.objects.filter(Q(contact_id__in=subject.ids) | Q(email__in=subject.emails))
    ids = list(sent.values_list("pk", flat=True))
    FormSubmission.objects.filter(pk__in=ids).update(**SAID, contact=None)
    subject.tell(FormSubmission._meta.label_lower, ids)
    tally.touch(FormSubmission._meta.label_lower)
