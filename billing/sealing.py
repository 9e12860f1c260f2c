"""Work that follows a client's signature: the signed copy, as the client and the tenant keep it."""

from billing.actions.clients import seal_contract
from billing.actions.evidence import Declaration
from billing.models import Contract
from billing.rendering import pdf_of
from leadercrm.core.actor import Actor
from leadercrm.core.outbox import work_handler


@work_handler("billing.seal_contract")
def seal(contract_id: int, language: str) -> None:
    """Make the PDF that shows the signature, and keep it as evidence: /verify then knows this copy, too."""
    contract = Contract.objects.filter(pk=contract_id).select_related("contact", "company", "owner").first()
    if contract is not None:
        said = Declaration(face="", pdf=pdf_of(contract, language), language=language, name=contract.signer_name or "")
        seal_contract(contract, said, actor=Actor.system())
