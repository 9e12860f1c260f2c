"""Contracts (contratos): a toolset of its own, for those who ask for it."""

from django.utils.translation import gettext as _

from billing.actions.contracts import create_contract, send_contract, sign_contract
from billing.api.serializers_documents import ContractInput, SignatureInput
from billing.models import Contract, ContractStatus
from billing.queries_documents import CONTRACT_DETAILS
from leadercrm.mcp.inputs import Confirmed, Previewed, Reference, leaves_out
from leadercrm.mcp.registry import ROW, SENDS, SETS, WRITES, Call, Outcome, tool
from leadercrm.mcp.results import then
from leadercrm.mcp.tools.quotes import recipient
from leadercrm.mcp.writing import meant, wrote

TOOLSET = "contracts"
NUMBER_NOTE = "Id, or a number such as CTR-000003."


@leaves_out("owner_id")
class ContractCreation(ContractInput, Previewed):
    pass


class ContractSending(Confirmed):
    contract_id = Reference()


class ContractSigning(SignatureInput, Confirmed):
    contract_id = Reference()


def contract_of(call: Call) -> Contract:
    contract: Contract = meant(CONTRACT_DETAILS, call.values["contract_id"], call, "contract_id", number="number")
    return contract


def will_send(contract: Contract) -> str:
    to = recipient(contract)
    values = {"number": contract.number, "name": to["name"], "email": to["email"] or "–"}
    return _("%(number)s will be mailed to %(name)s <%(email)s> for signature.") % values


def will_sign(contract: Contract) -> str:
    return _("%(number)s of %(name)s will be noted as signed.") % {
        "number": contract.number,
        "name": contract.contact_name,
    }


@tool(
    "leader_create_contract",
    """Create a contract (contrato), of an approved quote or of a template, as a draft with a CTR- number. Not sent.""",
    scope="billing:write",
    toolset=TOOLSET,
    input=ContractCreation,
    gives={"contract": ROW},
    hints=WRITES,
    notes={"contact_id": "From leader_search_contacts.", "quote_id": "An approved quote's."},
)
def create(call: Call) -> Outcome:
    contract = create_contract(call.values, actor=call.actor)
    following = then("leader_send_contract", contract_id=contract.pk, dry_run=True)
    return wrote(call, "contract", CONTRACT_DETAILS, contract.pk, "contracts", following)


@tool(
    "leader_send_contract",
    """E-mail a contract (contrato) to its contact for signature. Leaves the house: needs confirm: true after the user
    agreed.""",
    scope="send",
    toolset=TOOLSET,
    input=ContractSending,
    gives={"contract": ROW, "recipient?": ROW},
    hints=SENDS,
    notes={"contract_id": NUMBER_NOTE},
    confirms=lambda call: will_send(contract_of(call)),
)
def send(call: Call) -> Outcome:
    contract = contract_of(call)
    if contract.status == ContractStatus.DRAFT:
        send_contract(contract, actor=call.actor)
    told = {"recipient": recipient(contract)}
    return wrote(call, "contract", CONTRACT_DETAILS, contract.pk, "contracts", **told)


@tool(
    "leader_sign_contract",
    """Note that a contract (contrato) was signed on paper. Only upon the client's word: needs confirm: true.""",
    scope="billing:write",
    toolset=TOOLSET,
    input=ContractSigning,
    gives={"contract": ROW},
    hints=SETS,
    notes={"contract_id": NUMBER_NOTE},
    confirms=lambda call: will_sign(contract_of(call)),
)
def sign(call: Call) -> Outcome:
    contract = contract_of(call)
    if contract.status != ContractStatus.SIGNED:
        given = {name: value for name, value in call.values.items() if name != "contract_id"}
        sign_contract(contract, **given, actor=call.actor)
    return wrote(call, "contract", CONTRACT_DETAILS, contract.pk, "contracts")
