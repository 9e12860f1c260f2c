"""What the API and the pages tell of segments beyond their columns: members, counts, and what can be asked of."""

import json
from typing import Any

from django.utils.translation import gettext as _

from crm.queries import CONTACTS
from leadercrm.core.actor import Actor
from leadercrm.core.api.rows import Page
from marketing.conditions import Rules
from marketing.fields import FIELDS
from marketing.fields_custom import CUSTOM_OPERATORS
from marketing.members import contacts_of, matching, member_counts
from marketing.models import Segment

SHOWN = 10


def counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of SEGMENTS with the number of their members now."""
    segments = [Segment(pk=row["id"], type=row["type"], conditions=row["conditions"]) for row in rows]
    counts = member_counts(segments)
    return [{**row, "member_count": counts.get(row["id"], 0)} for row in rows]


def found_by(rules: Rules, actor: Actor) -> dict[str, Any]:
    """{member_count, contacts}: how many contacts conditions find, and the latest ten of them whom the actor sees."""
    found = matching(rules)
    visible = CONTACTS.visible(actor).filter(pk__in=found.values("pk")).order_by("-pk")
    ids = list(visible.values_list("pk", flat=True)[:SHOWN])
    return {"member_count": found.count(), "contacts": json.loads(CONTACTS.named(ids))}


def members_page(segment: Segment, actor: Actor, *, offset: int, limit: int) -> Page:
    """Those who belong to it now and whom the actor sees, latest first."""
    visible = CONTACTS.visible(actor).filter(pk__in=contacts_of(segment).values("pk"))
    ids = list(visible.order_by("-pk").values_list("pk", flat=True)[offset : offset + limit])
    known = offset + len(ids) if 0 < len(ids) < limit else visible.count()
    return Page(CONTACTS.named(ids), len(ids), known)


def known_fields() -> list[dict[str, Any]]:
    """What can be asked of: {name, label, kind, operators, choices?}. Custom ones are `custom_fields.` and a key."""
    fields = [
        {
            "name": name,
            "label": str(field.label),
            "kind": field.kind,
            "operators": list(field.operators),
            **({"choices": list(field.choices())} if field.choices else {}),
        }
        for name, field in FIELDS.items()
    ]
    custom = {"name": "custom_fields.*", "label": _("Custom field"), "kind": "custom"}
    return [*fields, {**custom, "operators": list(CUSTOM_OPERATORS)}]
