"""Sorting what was sent by forms: people judge what a form took for a machine's, and what it did not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actions import amend, domain_action, lock, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from marketing.actions.opting import note_consent
from marketing.actions.submitting import process
from marketing.answers import Answers, Spec, read_answers, text_of
from marketing.models import Form, FormSubmission, SubmissionStatus, Suspicion

SORTED = _("It has been sorted so already.")


@domain_action(permission="marketing.change_form")
def accept_submission(submission: FormSubmission, *, actor: Actor) -> FormSubmission:
    """Take for a person's what was taken for a machine's: it gets its contact, an owner and a next step.

    As if it had come now; nothing is overwritten, and somebody who is known is found. What has its contact already,
    since people had marked it, keeps that. Refuses what is no spam.
    """
    form, submission = _locked(submission, SubmissionStatus.SPAM)
    before = snapshot(submission)
    if submission.contact_id is None:
        process(form, submission, _as_sent(form, submission), actor)
    submission.status, submission.suspicion = SubmissionStatus.ACCEPTED, None
    submission.save(update_fields=["status", "suspicion", "contact", "made_contact", "assigned_to"])
    record(actor, submission, "submission.accepted", before=before)
    note_consent(form, submission, actor)
    Form.objects.filter(pk=form.pk).update(spam_count=F("spam_count") - 1, last_assigned_id=form.last_assigned_id)
    return submission


@domain_action(permission="marketing.change_form")
def refuse_submission(submission: FormSubmission, *, actor: Actor) -> FormSubmission:
    """Take for spam what was taken for a person's. Its contact stays: somebody else may know it by now."""
    form, submission = _locked(submission, SubmissionStatus.ACCEPTED)
    values = {"status": SubmissionStatus.SPAM, "suspicion": Suspicion.BY_HAND}
    amend(submission, values, actor=actor, action="submission.refused")
    Form.objects.filter(pk=form.pk).update(spam_count=F("spam_count") + 1)
    return submission


def _locked(submission: FormSubmission, status: SubmissionStatus) -> tuple[Form, FormSubmission]:
    """Both, in the order in which submitting takes them. Refuses what has another status, and a form in the bin."""
    form, submission = lock(submission.form), lock(submission)
    if submission.status != status:
        raise DomainError(SORTED, field="status", code="illegal_transition")
    return form, submission


def _as_sent(form: Form, submission: FormSubmission) -> Answers:
    """The answers once more. A form may ask for other things by now: what was right then is right still."""
    specs = [_lenient(spec, submission.payload) for spec in form.fields]
    answers = read_answers(specs, submission.payload)
    return replace(answers, origin=submission.origin, consents=submission.consented)


def _lenient(spec: Spec, payload: Mapping[str, Any]) -> Spec:
    given = payload.get(spec["key"])
    texts = [text_of(one) for one in given] if isinstance(given, list) else [text_of(given)]
    return {**spec, "required": False, "choices": [*spec["choices"], *texts]}
