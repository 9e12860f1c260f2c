"""Texts with [[merge_fields]]. Their values are put in as they are: no template engine, nothing is carried out."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from billing.models import Contract
from billing.wording import day

FIELD = re.compile(r"\[\[\s*([a-z_]{1,50})\s*\]\]")


def _figure(value: Any) -> str:
    return f"{value:,.2f}"


# Name of a field -> what it is of a contract and its tenant's name.
FIELDS: Mapping[str, Callable[[Contract, str], str]] = {
    "contract_number": lambda contract, tenant: contract.number,
    "contract_title": lambda contract, tenant: contract.title,
    "contact_name": lambda contract, tenant: contract.contact_name,
    "company_name": lambda contract, tenant: contract.company_name or "",
    "value": lambda contract, tenant: _figure(contract.value),
    "currency": lambda contract, tenant: contract.currency,
    "start_date": lambda contract, tenant: day(contract.start_date),
    "end_date": lambda contract, tenant: day(contract.end_date),
    "tenant_name": lambda contract, tenant: tenant,
}


def unknown_fields(text: str) -> list[str]:
    """The names in `text` that are no merge fields, each once, in order."""
    return [name for name in dict.fromkeys(FIELD.findall(text)) if name not in FIELDS]


def merged(text: str, contract: Contract, tenant_name: str) -> str:
    """`text` with its merge fields filled; what is no field stays as it stands."""

    def fill(match: re.Match[str]) -> str:
        field = FIELDS.get(match[1])
        return field(contract, tenant_name) if field else match[0]

    return FIELD.sub(fill, text)
