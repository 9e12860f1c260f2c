"""How whoever a document is for can be reached, and who sells it: what is known today, not what it was made with."""

from typing import NamedTuple

import orjson

from leadercrm.core.database import connection

# Deleted rows, too: a document keeps its client.
REACH = """
    SELECT u.name, c.emails::text, c.phones::text, c.city, c.country, k.tax_id, k.email, k.phone
      FROM (SELECT %s::bigint AS owner, %s::bigint AS contact, %s::bigint AS company) AS of
      LEFT JOIN accounts_user u ON u.id = of.owner
      LEFT JOIN crm_contact c ON c.id = of.contact
      LEFT JOIN crm_company k ON k.id = of.company
"""


class Reach(NamedTuple):
    """The seller's name, and how the client is reached; '' for what is not known."""

    seller: str
    tax_id: str
    address: str
    email: str
    phone: str


def reach_of(*, contact_id: int | None, company_id: int | None, owner_id: int | None = None) -> Reach:
    """By one kept statement. A contact's own addresses come before its company's."""
    row = connection.run_kept(REACH, [owner_id, contact_id, company_id], inferred=True)[0]
    seller, emails, phones, city, country, tax_id, email, phone = row
    return Reach(
        seller=seller or "",
        tax_id=tax_id or "",
        address=", ".join(filter(None, (city, country))),
        email=_first(emails, "email") if contact_id else email or "",
        phone=_first(phones, "phone") if contact_id else phone or "",
    )


def _first(rows: str | None, key: str) -> str:
    known = orjson.loads(rows) if rows else []
    return known[0][key] if known else ""
