"""What marketing tells the apps beside and below it, which do not know it.

A segment's contacts, who wants no mail, and which companies the conditions of segments name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q

from crm.audiences import Contacts, audience, guards_mail
from crm.mentions import Path, mentions
from leadercrm.core.actor import Actor
from marketing.conditions import GROUPS, READERS
from marketing.members import contacts_of
from marketing.models import ContactConsent, Segment, SegmentType
from marketing.models.consent import ConsentStatus
from marketing.queries import SEGMENTS, suppressed_among

UNWILLING = Q(status=ConsentStatus.WITHDRAWN) | Q(do_not_contact=True) | Q(repep=True)


@audience("segment")
def contacts_of_segment(pk: int, actor: Actor) -> Contacts | None:
    """The ids of a segment's contacts as they are at this moment."""
    segment: Segment | None = SEGMENTS.instance(pk, actor)
    return contacts_of(segment).values_list("pk") if segment is not None else None


@guards_mail
def unwilling(addresses: Mapping[int, str]) -> set[int]:
    """Who has withdrawn consent, is not to be contacted, or whose address is suppressed."""
    refused = set(ContactConsent.objects.filter(UNWILLING, pk__in=addresses).values_list("pk", flat=True))
    lowered = {pk: address.lower() for pk, address in addresses.items()}
    silent = suppressed_among(sorted(set(lowered.values())))
    return refused | {pk for pk, address in lowered.items() if address in silent}


@mentions("crm.company", rows=lambda: Segment.with_deleted.filter(type=SegmentType.DYNAMIC), column="conditions")
def companies_in_conditions(conditions: Any, company_id: int) -> Iterator[Path]:
    """Where conditions name a company: alone or in a list, in a group or beside it."""
    for path, condition in _conditions(conditions):
        if condition["field"] == "company_id":
            value = condition.get("value")
            ids = (
                [([*path, "value", place], each) for place, each in enumerate(value)] if isinstance(value, list) else []
            )
            for at, each in ids or [([*path, "value"], value)]:
                if READERS["id"](each) == company_id:
                    yield at


def _conditions(entries: list[dict[str, Any]]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for place, entry in enumerate(entries):
        kind = next((name for name in GROUPS if name in entry), None)
        if kind is None:
            yield [place], entry
        for inner, each in enumerate(entry[kind] if kind else ()):
            yield [place, str(kind), inner], each
