"""What becomes of mails, and who hears of it: those that will not arrive, and those of which nobody knows."""

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from billing.actions.announcing import mail_in_trouble
from billing.actions.sending import TASKS
from billing.models import Payment
from leadercrm.core import outbox
from leadercrm.core.actions import domain_action, record, snapshot
from leadercrm.core.actor import Actor
from leadercrm.core.models import WorkItem, WorkState

MODELS = {task: model for model, tasks in TASKS.items() for task in tasks}
PAPERS = {
    "billing.send_quote": _("the quote"),
    "billing.send_invoice": _("the invoice"),
    "billing.send_reminder": _("the reminder of the invoice"),
    "billing.send_contract": _("the contract"),
    "billing.send_receipt": _("the receipt of a payment of the invoice"),
}


@domain_action(permission="billing.keep_books")
def tell_of_trouble(item: WorkItem, *, actor: Actor) -> None:
    """Tell of a mail that has failed or is in doubt; nobody, when its document is gone."""
    document: Any = MODELS[item.task].objects.filter(pk=item.arguments["document_id"]).first()
    if document is None:
        return
    paper = document.invoice if isinstance(document, Payment) else document
    contact = str(document.contact) if isinstance(document, Payment) else document.contact_name
    reason = item.error if item.state == WorkState.FAILED else None
    mail_in_trouble(document, format_lazy("{} {}", PAPERS[item.task], paper.number), contact=contact, reason=reason)


@domain_action(permission="billing.keep_books")
def take_back_mail(task: str, document_id: int, sending: Any, *, reason: str, actor: Actor) -> bool:
    """A mail that was handed over has come back: it has failed after all.

    False if that is known, or the mail is not: done work is remembered for a month.
    """
    sent = WorkItem.objects.select_for_update().filter(task=task, arguments__document_id=document_id)
    for item in sent.filter(arguments__sending=sending, state__in=(WorkState.DONE, WorkState.IN_DOUBT)):
        before = snapshot(item)
        outbox.call_failed(item, reason)
        record(actor, item, "work.came_back", before=before)
        return True
    return False
