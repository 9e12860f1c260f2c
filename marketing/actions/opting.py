"""Consent that comes by a form: noted at once, or once the owner of the address has confirmed it."""

from datetime import timedelta

from django.utils import timezone

from leadercrm.core.actions import after_commit, amend, domain_action, lock
from leadercrm.core.actor import Actor
from leadercrm.tenancy.links import InvalidLink
from marketing.actions.consents import grant_consent
from marketing.models import ConsentStatus, ContactConsent, Form, FormSubmission

# A link that was mailed is good for so long.
CONFIRMABLE = timedelta(days=30)


def note_consent(form: Form, submission: FormSubmission, actor: Actor) -> None:
    """Grant what somebody has consented to, or ask by mail whether it was they.

    Anybody can type in anybody's address: who has withdrawn their consent once is not talked into it by a form
    that does not ask back.
    """
    if not submission.consented or submission.contact is None:
        return
    if form.double_opt_in and submission.email:
        after_commit("marketing.ask_confirmation", submission_id=submission.pk)
        return
    withdrawn = ContactConsent.objects.filter(contact=submission.contact, status=ConsentStatus.WITHDRAWN)
    if not withdrawn.exists():
        _grant(form, submission, actor)


@domain_action(permission="marketing.confirm_consent")
def confirm_consent(submission: FormSubmission, *, actor: Actor) -> FormSubmission:
    """The owner of the address consents, by the link in our mail. Twice is once; too late is InvalidLink."""
    submission = lock(submission)
    if submission.confirmed_at is None:
        now = timezone.now()
        if submission.contact is None or not submission.consented or now - submission.created_at > CONFIRMABLE:
            raise InvalidLink
        amend(submission, {"confirmed_at": now}, actor=actor, action="submission.confirmed")
        _grant(submission.form, submission, actor)
    return submission


def _grant(form: Form, submission: FormSubmission, actor: Actor) -> None:
    contact = submission.contact
    if contact is None or contact.deleted_at is not None:
        return
    source = f"form: {form.name}"[:255]
    grant_consent(
        contact,
        source=source,
        text=submission.consent_text,
        text_version=submission.consent_version,
        actor=Actor.system(via=actor.via),
    )
