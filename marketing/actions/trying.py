"""Seeing a campaign before it goes out: as somebody would get it, and as a mail to oneself."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext_lazy as _

from crm.models import Contact
from leadercrm.accounts.models import User
from leadercrm.core.actions import after_commit, domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError
from marketing.models import Campaign
from marketing.rendering import compile_campaign

MOST_TRIALS = 5
SAMPLE = {
    "first_name": "Ana", "last_name": "García", "full_name": "Ana García", "email": "ana@ejemplo.mx",
    "company_name": "Ejemplo SA de CV", "job_title": "Directora", "city": "Monterrey",
}  # fmt: skip


@domain_action(permission="marketing.change_campaign")
def try_campaign(campaign: Campaign, *, emails: list[str], actor: Actor) -> Campaign:
    """Mail it as it stands to colleagues: addresses of active users of the tenant, five at most."""
    wanted = sorted({email.lower() for email in emails})
    known = set(User.objects.filter(email__in=wanted, is_active=True).values_list("email", flat=True))
    strangers = [email for email in wanted if email not in known]
    if strangers:
        message = _("A trial goes to users of this account only: %(email)s is none.") % {"email": strangers[0]}
        raise DomainError(message, field="emails", hint=_("To mail others, make a segment of them."))
    record(actor, campaign, "campaign.tried", before=snapshot(campaign), emails=wanted)
    after_commit("marketing.send_trial", campaign_id=campaign.pk, emails=wanted)
    return campaign


def seen_as(campaign: Campaign, contact: Contact | None) -> dict[str, str]:
    """Subject, HTML and text as a contact would get them; of nobody in particular without one."""
    values = values_of(contact) if contact is not None else SAMPLE
    links = compile_campaign(campaign)
    subject, html, text = links.personalise(values, "a", lambda place: links.links[place], "#", "#", None)
    return {"subject": subject, "html": html, "text": text}


def values_of(contact: Contact) -> dict[str, str]:
    """What the merge fields stand for, of one contact."""
    found: dict[str, Any] = {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "full_name": contact.full_name,
        "email": contact.emails[0]["email"] if contact.emails else None,
        "company_name": contact.company.name if contact.company else None,
        "job_title": contact.job_title,
        "city": contact.city,
    }
    return {name: str(value) for name, value in found.items() if value}


def trial_mail(campaign: Campaign, email: str) -> EmailMultiAlternatives:
    """The mail to one colleague. Its links lead where they lead, and nothing of it is counted."""
    seen = seen_as(campaign, None)
    subject = str(_("[Trial] %(subject)s") % {"subject": seen["subject"]})
    message = EmailMultiAlternatives(subject, seen["text"], to=[email])
    message.attach_alternative(seen["html"], "text/html")
    return message
