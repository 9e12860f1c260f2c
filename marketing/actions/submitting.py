"""Taking what people send by forms: a contact, somebody who looks after it, and what that somebody does next."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from crm.actions.leads import take_in
from leadercrm.core.actions import domain_action, lock, record
from leadercrm.core.actor import Actor
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import DomainError
from marketing.actions.leads import follow_up, newcomer_of, responsible_for
from marketing.actions.opting import note_consent
from marketing.answers import CONSENT, REQUIRED, Answers
from marketing.models import Assignment, Form, FormSubmission, SubmissionStatus, Suspicion
from marketing.turns import after, available


@dataclass(frozen=True)
class Sending:
    """What somebody sent, and how. `suspicion` says why it is taken for a machine's, if it is."""

    answers: Answers
    suspicion: Suspicion | None = None
    language: str = "es-mx"
    user_agent: str = ""


@domain_action(permission="marketing.submit_form")
def submit_form(form: Form, sending: Sending, *, actor: Actor) -> FormSubmission:
    """Keep what was sent; unless a machine sent it, make or find its contact, with an owner and a next step.

    A contact is found by e-mail, then by phone, and nothing of it is overwritten. Refuses who does not consent
    where the form requires it.
    """
    form = lock(form)  # before anything else: turns are taken one after the other
    answers = sending.answers
    if form.consent_required and not answers.consents:
        raise DomainError(REQUIRED, field=CONSENT)
    submission = _received(form, sending, actor)
    if not sending.suspicion:
        process(form, submission, answers, actor)
    submission.save()
    record(actor, submission, "submission.received")
    if submission.contact is not None:
        note_consent(form, submission, actor)
    count = {"spam_count": F("spam_count") + 1} if sending.suspicion else {}
    Form.objects.filter(pk=form.pk).update(
        submissions_count=F("submissions_count") + 1,
        last_submitted_at=submission.created_at,
        last_assigned_id=form.last_assigned_id,
        **count,
    )
    return submission


def _received(form: Form, sending: Sending, actor: Actor) -> FormSubmission:
    """What was sent, as it is kept; not saved yet."""
    answers = sending.answers
    return FormSubmission(
        form=form,
        status=SubmissionStatus.SPAM if sending.suspicion else SubmissionStatus.ACCEPTED,
        suspicion=sending.suspicion,
        name=answers.full_name,
        email=answers.email,
        phone=answers.phone,
        payload=dict(answers.payload),
        origin=dict(answers.origin),
        language=sending.language,
        ip=actor.ip or "",
        user_agent=sending.user_agent,
        **_consented(form, answers),
    )


def process(form: Form, submission: FormSubmission, answers: Answers, actor: Actor) -> None:
    """Give a submission its contact, and the contact an owner and a next step. The form is locked."""
    house = Actor.system(via=actor.via)
    lead = take_in(newcomer_of(answers), source=form.source, choose=lambda: choose_owner(form), actor=house)
    responsible = responsible_for(lead, lambda: choose_owner(form))
    follow_up(lead, responsible, form.name, answers.message, actor=house)
    submission.contact, submission.made_contact = lead.contact, lead.is_new
    submission.assigned_to = responsible


def choose_owner(form: Form) -> Any:
    """Who gets the next contact of a form that is locked; None where there is nobody. A turn is over then."""
    candidates = available(tenant_today(), form.assignee_ids if form.assignment == Assignment.TURNS else ())
    if form.assignment == Assignment.OWNER:
        owner = next((user for user in candidates if user.pk == form.owner_id), None)
        if owner is not None:
            return owner
    chosen = after(candidates, form.last_assigned_id)
    form.last_assigned_id = chosen.pk if chosen else None
    return chosen


def _consented(form: Form, answers: Answers) -> dict[str, Any]:
    """What was consented to, in the words of today."""
    if not (answers.consents and form.consent_text):
        return {}
    return {"consented": True, "consent_text": form.consent_text, "consent_version": form.consent_version}
