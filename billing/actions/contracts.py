"""Writing contracts and their templates."""

import hashlib
import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.actions.announcing import contract_signed
from billing.actions.documents import (
    Values,
    changes,
    held,
    move,
    new_columns,
    refuse_deleting_others_work,
    refuse_frozen,
    refuse_unsent_to_client,
)
from billing.actions.sending import mail_values, schedule_mail, words_of
from billing.merging import merged, unknown_fields
from billing.models import Contract, ContractStatus, ContractTemplate, Quote
from leadercrm.core.actions import amend, assign, domain_action, lock, record, snapshot, transition
from leadercrm.core.actor import Actor
from leadercrm.core.clock import tenant_today
from leadercrm.core.database import connection
from leadercrm.core.errors import DomainError
from leadercrm.core.numbering import next_number

# What the hash of a contract is of that was not signed by its link.
HASHED = (
    "number", "title", "type", "value", "currency", "start_date", "end_date", "contact_name", "company_name", "body",
    "signer_name", "signer_company",
)  # fmt: skip
UNSIGNED = (ContractStatus.DRAFT, ContractStatus.SENT)


@domain_action(permission="billing.create_contract")
def create_contract(values: Values, *, actor: Actor) -> Contract:
    """Make a draft with the next number. Value and currency are the quote's unless they are given.

    A template's text is merged in as it is now: changing the template later changes no contract.
    """
    columns = new_columns(values, actor)
    if columns.get("quote_id") is not None:
        quote = Quote.objects.get(pk=columns["quote_id"])
        columns = {
            **columns,
            "value": values.get("value", quote.total),
            "currency": values.get("currency", quote.currency),
        }
    template = _template(columns)
    contract = Contract(**columns)
    _refuse_early_end(contract.start_date, contract.end_date)
    contract.number = next_number("contract", "CTR")
    if template is not None and not contract.body:
        contract.body = merged(template.body, contract, connection.tenant.name)
    contract.save()
    record(actor, contract, "contract.created")
    return contract


@domain_action(permission="billing.change_contract")
def change_contract(contract: Contract, values: Values, *, actor: Actor) -> Contract:
    """Change what `values` name: all of one that is not signed, only the end of one that is."""
    columns = held(values, actor)
    contract = lock(contract)
    changed = changes(contract, columns)
    if contract.status not in UNSIGNED:
        refuse_frozen(contract, changed, {"end_date"})
    template = _template(changed)
    if template is not None and "body" not in values:
        changed["body"] = merged(template.body, contract, connection.tenant.name)
    _refuse_early_end(changed.get("start_date", contract.start_date), changed.get("end_date", contract.end_date))
    before = snapshot(contract)
    if assign(contract, changed):
        _follow_its_end(contract)
        record(actor, contract, "contract.changed", before=before)
    return contract


@domain_action(permission="billing.delete_contract")
def delete_contract(contract: Contract, *, actor: Actor) -> None:
    """Cancel and hide a contract that is not signed; its number is never given again."""
    contract = lock(contract)
    refuse_deleting_others_work(contract, actor, "billing.delete_contract")
    if contract.status not in UNSIGNED:
        raise DomainError(_("It has been signed: it cannot be deleted."), field="status", code="illegal_transition")
    move(contract, ContractStatus.CANCELLED, deleted_at=timezone.now(), actor=actor, action="contract.deleted")


@domain_action(permission="billing.send_contract")
def send_contract(
    contract: Contract, *, subject: str | None = None, message: str | None = None, actor: Actor
) -> Contract:
    """Send a contract to be signed, for the first time or again."""
    contract = lock(contract)
    mail = mail_values(contract)
    sent_at = contract.sent_at or timezone.now()
    move(contract, ContractStatus.SENT, sent_at=sent_at, **mail, actor=actor, action="contract.sent")
    schedule_mail(contract, mail, actor, words_of(subject, message))
    return contract


@domain_action(permission="billing.sign_contract")
def sign_contract(
    contract: Contract,
    *,
    client_name: str | None = None,
    company_name: str | None = None,
    agent: str | None = None,
    document_hash: str | None = None,
    actor: Actor,
) -> Contract:
    """Sign: keep who, when, from where, and a SHA-256 of what was signed. Once (contract, section 4).

    Without names it is the contact who signs, for the company that they had (A-36). `document_hash`
    is that of the PDF which a client signed by the contract's link; without one the hash is of the
    columns HASHED as JSON with sorted keys, so that anybody who has them can compute it.
    """
    contract = lock(contract)
    if contract.status not in UNSIGNED:
        raise DomainError(_("It has been signed already."), field="status", code="illegal_transition")
    refuse_unsent_to_client(contract, actor)
    evidence: dict[str, Any] = {
        "signed_at": timezone.now(),
        "signer_name": client_name or contract.contact_name,
        "signer_company": company_name or contract.company_name,
        "signer_ip": actor.ip,
        "signer_agent": agent[:500] if agent else None,
    }
    signed = {name: evidence.get(name, getattr(contract, name)) for name in HASHED}
    evidence["document_hash"] = document_hash or hashlib.sha256(_canonical(signed)).hexdigest()
    move(contract, ContractStatus.SIGNED, **evidence, actor=actor, action="contract.signed")
    contract_signed(contract, actor)
    return contract


@domain_action(permission="billing.create_contract_template")
def create_contract_template(values: Values, *, actor: Actor) -> ContractTemplate:
    """Make a template; a merge field that does not exist is refused."""
    _refuse_unknown_fields(values)
    template = ContractTemplate(**values)
    template.save()
    record(actor, template, "contract_template.created")
    return template


@domain_action(permission="billing.change_contract_template")
def change_contract_template(template: ContractTemplate, values: Values, *, actor: Actor) -> ContractTemplate:
    """Change a template; contracts made of it stay as they are."""
    _refuse_unknown_fields(values)
    template = lock(template)
    amend(template, values, actor=actor, action="contract_template.changed")
    return template


@domain_action(permission="billing.delete_contract_template")
def delete_contract_template(template: ContractTemplate, *, actor: Actor) -> None:
    """Hide a template."""
    amend(lock(template), {"deleted_at": timezone.now()}, actor=actor, action="contract_template.deleted")


def _canonical(signed: dict[str, Any]) -> bytes:
    return json.dumps(signed, sort_keys=True, ensure_ascii=False, default=str).encode()


def _follow_its_end(contract: Contract) -> None:
    """A signed contract whose end is moved before or behind today expires, or is in force again."""
    ended = contract.has_run_out(tenant_today())
    if contract.status == ContractStatus.SIGNED and ended:
        transition(contract, ContractStatus.EXPIRED)
    elif contract.status == ContractStatus.EXPIRED and not ended:
        transition(contract, ContractStatus.SIGNED)


def _template(columns: Values) -> ContractTemplate | None:
    pk = columns.get("template_id")
    if pk is None:
        return None
    template: ContractTemplate | None = ContractTemplate.objects.select_for_update().filter(pk=pk).first()
    if template is None:
        raise DomainError(_("There is no template with this id."), field="template_id", code="unknown_reference")
    return template


def _refuse_early_end(start: Any, end: Any) -> None:
    if start is not None and end is not None and end < start:
        raise DomainError(_("Must not be before the start."), field="end_date")


def _refuse_unknown_fields(values: Values) -> None:
    unknown = unknown_fields(values.get("body", ""))
    if unknown:
        raise DomainError(_("There is no merge field [[%(name)s]].") % {"name": unknown[0]}, field="body")
