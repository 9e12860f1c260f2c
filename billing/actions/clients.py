"""What a client does by a document's link: the staff's own actions, with evidence."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.actions.announcing import quote_viewed
from billing.actions.contracts import sign_contract
from billing.actions.evidence import Declaration, keep_evidence
from billing.actions.quotes import approve_quote, reject_quote
from billing.evidence import sha256
from billing.models import Contract, Evidence, EvidenceKind, Invoice, Quote
from billing.rendering import face_of
from leadercrm.core.actions import after_commit, amend, domain_action, lock
from leadercrm.core.actor import Actor
from leadercrm.core.errors import DomainError


@domain_action(permission="billing.settle_quote")
def accept_quote(quote: Quote, said: Declaration, *, actor: Actor) -> Evidence:
    """Approve a quote as its client, and keep the evidence. Refuses one that has changed since it was shown."""
    quote = approve_quote(quote, actor=actor)  # takes the locks, deal before quote: nothing changes from here on
    _refuse_changed(quote, said)
    return keep_evidence(EvidenceKind.QUOTE_ACCEPTED, quote, said, actor)


@domain_action(permission="billing.settle_quote")
def decline_quote(quote: Quote, said: Declaration, *, actor: Actor) -> Evidence:
    """Reject a quote as its client, with their reason, and keep the evidence."""
    quote = reject_quote(quote, reason=said.reason, actor=actor)
    _refuse_changed(quote, said)
    return keep_evidence(EvidenceKind.QUOTE_REJECTED, quote, said, actor)


@domain_action(permission="billing.sign_contract")
def sign_by_link(contract: Contract, said: Declaration, *, actor: Actor) -> Evidence:
    """Sign a contract as its client, and keep the evidence; the signed copy is made after the commit.

    Refuses one that has changed since it was shown.
    """
    contract = lock(contract)
    _refuse_changed(contract, said)
    sign_contract(
        contract,
        client_name=said.name,
        company_name=said.company or None,
        agent=said.agent,
        document_hash=sha256(said.pdf),
        actor=actor,
    )
    after_commit("billing.seal_contract", contract_id=contract.pk, language=said.language)
    return keep_evidence(EvidenceKind.CONTRACT_SIGNED, contract, said, actor)


@domain_action(permission="billing.keep_books")
def seal_contract(contract: Contract, said: Declaration, *, actor: Actor) -> Evidence | None:
    """Keep the copy of a signed contract that shows the signature, once; None if that is done."""
    contract = lock(contract)
    if Evidence.objects.filter(kind=EvidenceKind.CONTRACT_SEALED, document_id=contract.pk).exists():
        return None
    return keep_evidence(EvidenceKind.CONTRACT_SEALED, contract, said, actor)


@domain_action(permission="billing.note_view")
def note_view(document: Quote | Invoice | Contract, *, actor: Actor) -> bool:
    """Note that a client has opened a document's page, and tell of a quote; True for the first time only."""
    document = lock(document)
    if document.viewed_at is not None:
        return False
    amend(document, {"viewed_at": timezone.now()}, actor=actor, action=f"{document._meta.model_name}.viewed")
    if isinstance(document, Quote):
        quote_viewed(document, actor)
    return True


@domain_action(permission="billing.share_link")
def share_link(document: Any, *, renew: bool = False, actor: Actor) -> Any:
    """The document whose public link is to be handed out; with `renew` the one that is out there opens nothing more."""
    document = lock(document)
    if renew:
        values = {"link_version": document.link_version + 1}
        amend(document, values, actor=actor, action=f"{document._meta.model_name}.link_renewed")
    return document


def _refuse_changed(document: Any, said: Declaration) -> None:
    """What is accepted is what was shown."""
    if face_of(document, said.language) != said.face:
        raise DomainError(
            _("This document has been changed since you opened it. Please read it again."), code="changed"
        )
