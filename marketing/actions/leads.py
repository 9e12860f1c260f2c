"""What becomes of somebody who filled in a form: a call for the next working morning, and the news of it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from crm.actions.leads import Lead, Newcomer, plan_next_step
from crm.actions.notes import add_note
from leadercrm.accounts.models import User
from leadercrm.core.actor import Actor, Role
from leadercrm.core.workdays import next_working_morning
from leadercrm.notifications.actions.notify import notify
from leadercrm.notifications.models import NotificationType
from marketing.answers import Answers

TASK = _("Call the lead %(name)s")
LEAD_TITLE, LEAD_BODY = _("A new lead for you"), _("%(name)s came by '%(source)s' and is yours now.")
FORM_TITLE, FORM_BODY = _("Form submitted"), _("%(name)s has filled in '%(source)s'.")


def newcomer_of(answers: Answers) -> Newcomer:
    """Whoever filled in a form. A contact has a first name: what there is stands for it, so that no lead is lost."""
    return Newcomer(answers.email, answers.phone, {**answers.columns, "first_name": answers.first_name})


def responsible_for(lead: Lead, choose: Callable[[], User | None]) -> User | None:
    """Who looks after a lead: its owner, and instead of one who has left the next in turn."""
    owner = lead.contact.owner
    return owner if owner is not None and owner.is_active else choose()


def follow_up(lead: Lead, user: User | None, source: str, message: str, *, actor: Actor) -> None:
    """See to it that somebody calls: a task for the next working morning, and the news."""
    contact = lead.contact
    if message:
        add_note({"body": message}, contact=contact, actor=actor)
    with translation.override(user.language if user else settings.LANGUAGE_CODE):
        subject = str(TASK) % {"name": contact.full_name}
    due_at, user_id = next_working_morning(timezone.now()), user.pk if user else None
    plan_next_step(contact, subject, due_at=due_at, user_id=user_id, priority="high", actor=actor)
    values = {"name": contact.full_name, "source": source}
    url = f"/contacts/{contact.pk}"
    if lead.is_assigned and user is not None:
        notify([user.pk], NotificationType.LEAD_ASSIGNED, title=LEAD_TITLE, body=LEAD_BODY, values=values, url=url)
    told = [user.pk] if user is not None else list(_administrators())
    notify(told, NotificationType.FORM_SUBMISSION, title=FORM_TITLE, body=FORM_BODY, values=values, url=url)


def _administrators() -> Any:
    return User.objects.filter(is_active=True, role=Role.ADMIN).values_list("pk", flat=True)
