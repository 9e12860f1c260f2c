"""What is likely the same as a contact or a company, and what was made one with it: for its page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.models import Company, CompanyMerge, Contact, ContactMerge
from crm.queries import COMPANIES, CONTACTS, likely_duplicates
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.templatetags.web import ago

MOST_SHOWN = 5


@dataclass(frozen=True)
class Twins:
    """How one kind of rows is told on the pages about those that look the same.

    `url`, `merge_url` and `unmerge_url` are names of addresses, `field` is what a merge's body calls the other's id,
    `name` and `below` are the row's columns that it is told by.
    """

    rows: JsonRows
    merges: Any  # the model of its merges
    permission: str
    field: str
    url: str
    merge_url: str
    unmerge_url: str
    name: str
    below: tuple[str, ...]
    title: Any
    merged: Any

    def told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        below = " · ".join(str(row[name]) for name in self.below if row[name])
        return {"id": row["id"], "name": row[self.name], "below": below}


CONTACT_TWINS = Twins(
    CONTACTS,
    ContactMerge,
    "crm.merge_contacts",
    "contact_id",
    "web:contact",
    "web:contact-merge",
    "web:contact-unmerge",
    "full_name",
    ("primary_email", "primary_phone"),
    _("Likely the same person"),
    _("%(name)s was merged into this contact, %(when)s"),
)
COMPANY_TWINS = Twins(
    COMPANIES,
    CompanyMerge,
    "crm.merge_companies",
    "company_id",
    "web:company",
    "web:company-merge",
    "web:company-unmerge",
    "name",
    ("tax_id", "domain", "email"),
    _("Likely the same company"),
    _("%(name)s was merged into this company, %(when)s"),
)


def twins_of(kind: Twins, row: Contact | Company, actor: Actor) -> dict[str, Any]:
    """Those that are likely the same, and the merge that can be taken apart now, for the row's page.

    That is the latest, and the one before it thereafter. Nothing for who may not merge.
    """
    if not actor.may(kind.permission, row):
        return {}
    found = likely_duplicates(row, actor, MOST_SHOWN)
    merges = kind.merges.objects.filter(survivor=row, undone_at__isnull=True)
    return {
        "twins": kind,
        "alike": [kind.told(each) for each in json.loads(kind.rows.named(found))] if found else [],
        "merges": [
            {"id": merge.pk, "text": kind.merged % {"name": merge.loser, "when": ago(merge.created_at)}}
            for merge in merges.select_related("loser").defer("undo").order_by("-pk")[:1]
        ],
    }
