"""Writing quotes, and what becomes of them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.actions.announcing import quote_settled
from billing.actions.capping import charge, charge_sending
from billing.actions.documents import (
    Values,
    amend_document,
    changes,
    enter,
    held,
    move,
    new_columns,
    refuse_deleting_others_work,
    refuse_frozen,
    refuse_unsent_to_client,
)
from billing.actions.lines import LINE_TYPES, price_items, write_lines
from billing.actions.sending import mail_values, schedule_mail, words_of
from billing.holding import dependants, hold_contact
from billing.models import Quote, QuoteStatus
from billing.terms import terms
from crm.actions.deals import move_stage
from crm.models import Deal, Stage, StageType
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import CLIENT, Actor
from leadercrm.core.clock import tenant_today
from leadercrm.core.errors import DomainError

# What may still be changed once the client has it (contract, section 4).
HEADER = {"title", "valid_until", "deal_id", "owner_id"}
COPIED = ("contact_id", "contact_name", "company_id", "company_name", "deal_id", "currency", "title", "notes", "terms")
FIGURES = ("subtotal", "discount_total", "tax_total", "total")


@domain_action(permission="billing.create_quote")
def create_quote(values: Values, *, actor: Actor) -> Quote:
    """Make a draft with the next number; its owner is the caller unless one is named."""
    columns = new_columns(values, actor)
    rows, totals = price_items(values["items"], columns["currency"])
    quote = Quote(**columns, **totals)
    enter(quote, rows, "COT")
    record(actor, quote, "quote.created")
    charge(actor, quote.total, quote.currency)
    return quote


@domain_action(permission="billing.change_quote")
def change_quote(quote: Quote, values: Values, *, actor: Actor) -> Quote:
    """Change what `values` name: all of a draft, the header of one that was sent, nothing of a settled one."""
    columns = held(values, actor)
    quote = _current(quote)
    changed = changes(quote, columns)
    if quote.status != QuoteStatus.DRAFT:
        sent = quote.status == QuoteStatus.SENT
        refuse_frozen(quote, changed, HEADER if sent else (), items="items" in values)
    amend_document(quote, changed, items=values.get("items"), actor=actor)
    return quote


@domain_action(permission="billing.delete_quote")
def delete_quote(quote: Quote, *, actor: Actor) -> None:
    """Hide a quote; its number is never given again (A-28). Refuses one that a revision, contract or invoice needs."""
    quote = lock(quote)
    refuse_deleting_others_work(quote, actor, "billing.delete_quote")
    if dependants(quote):
        raise DomainError(
            _("A revision, a contract or an invoice is based on this quote."), field="status", code="in_use"
        )
    amend(quote, {"deleted_at": timezone.now()}, actor=actor, action="quote.deleted")


@domain_action(permission="billing.send_quote")
def send_quote(quote: Quote, *, subject: str | None = None, message: str | None = None, actor: Actor) -> Quote:
    """Send a draft, or send a quote again, to its contact. Without an e-mail address it counts as handed over."""
    quote = _current(quote)
    mail = mail_values(quote)
    sent_at = quote.sent_at or timezone.now()
    charge_sending(actor, quote)
    move(quote, QuoteStatus.SENT, sent_at=sent_at, **mail, actor=actor, action="quote.sent")
    schedule_mail(quote, mail, actor, words_of(subject, message))
    return quote


@domain_action(permission="billing.settle_quote")
def approve_quote(quote: Quote, *, actor: Actor) -> Quote:
    """Approve a draft, which is a verbal acceptance and recorded as such (A-21), or a quote that was sent.

    A client accepts only what was sent to them, while it is valid (A-20). Where the tenant's terms
    name a stage, an open deal of its pipeline moves there.
    """
    stage_id = terms().approved_stage_id
    deal = _deal_to_move(quote, stage_id) if stage_id is not None else None
    quote = _current(quote)
    refuse_unsent_to_client(quote, actor)
    if actor.kind == CLIENT and quote.valid_until is not None and quote.valid_until < tenant_today():
        raise DomainError(_("This quote is no longer valid."), field="status", code="expired")
    notes = {"verbal": True} if quote.status == QuoteStatus.DRAFT else {}
    move(
        quote, QuoteStatus.APPROVED, approved_at=timezone.now(), actor=actor, action="quote.approved", notes=notes
    )  # fmt: skip
    if stage_id is not None and deal is not None and deal.pk == quote.deal_id:
        move_stage(deal, stage_id=stage_id, actor=Actor.system(via=actor.via))
    quote_settled(quote, actor)
    return quote


def _deal_to_move(quote: Quote, stage_id: int) -> Deal | None:
    """The quote's deal, locked, if approving the quote moves it: an open one, in the pipeline of that stage."""
    stage: Stage | None = Stage.objects.filter(pk=stage_id).first()
    if stage is None or quote.deal_id is None:
        return None
    deals = Deal.objects.select_for_update(of=("self",)).select_related("stage")
    deal: Deal | None = deals.filter(pk=quote.deal_id, pipeline_id=stage.pipeline_id).first()
    return deal if deal is not None and deal.stage.type == StageType.OPEN else None


@domain_action(permission="billing.settle_quote")
def reject_quote(quote: Quote, *, reason: str | None = None, actor: Actor) -> Quote:
    """Reject a draft or a quote that was sent, with the client's reason if there is one."""
    quote = _current(quote)
    refuse_unsent_to_client(quote, actor)
    values = {"rejected_at": timezone.now(), "rejection_reason": reason}
    move(quote, QuoteStatus.REJECTED, **values, actor=actor, action="quote.rejected")
    quote_settled(quote, actor)
    return quote


@domain_action(permission="billing.revise_quote")
def revise_quote(quote: Quote, *, actor: Actor) -> Quote:
    """Make a draft of the next revision out of a quote that was sent or rejected; the old one becomes read-only.

    The revision has the same number. Its owner is the old one's.
    """
    hold_contact(quote.contact_id)
    quote = _current(quote)
    if quote.status not in (QuoteStatus.SENT, QuoteStatus.REJECTED):
        raise DomainError(
            _("Only a quote that was sent or rejected can be revised."), field="status", code="illegal_transition"
        )
    copied = {name: getattr(quote, name) for name in (*COPIED, *FIGURES)}
    revision = Quote(
        **copied, owner_id=quote.owner_id, number=quote.number, revision=_next_revision(quote), revises=quote
    )
    revision.save()
    write_lines(revision, [*quote.items.order_by("position").values(*LINE_TYPES)])
    record(actor, revision, "quote.revised")
    charge(actor, revision.total, revision.currency)
    return revision


def _next_revision(quote: Quote) -> int:
    """One more than any revision of this number, deleted ones included."""
    taken: Any = Quote.with_deleted.filter(number=quote.number).order_by("-revision").values_list("revision", flat=True)
    return int(taken[0]) + 1


def _current(quote: Quote) -> Quote:
    """The quote, locked; refused when a newer revision stands in its place."""
    quote = lock(quote)
    if Quote.objects.filter(revises=quote).exists():
        raise DomainError(_("There is a newer revision of this quote."), field="status", code="revised")
    return quote
