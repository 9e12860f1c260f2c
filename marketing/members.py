"""Who belongs to a segment: asked in SQL at the moment of asking, never stored.

Counting is remembered in the process under the versions of all resources that the conditions look at
(core.tally): every write raises one, so that a count that is found again is the count of now.
Conditions that look at the clock are counted each time.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from crm.models import Contact
from leadercrm.core import tally
from leadercrm.core.clock import tenant_zone
from leadercrm.core.database import compiled, connection
from leadercrm.core.errors import DomainError
from marketing.conditions import Rules, read_rules
from marketing.fields import field_of
from marketing.models import Segment, SegmentMember, SegmentType

MOST_COUNTS = 10_000
MEMBERS = SegmentMember._meta.label_lower
_counts: dict[Any, int] = {}


def rules_of(segment: Segment) -> Rules | None:
    """A dynamic segment's conditions; None where there are none, or where they hold no longer what they held.

    A stage of the relationship that a tenant has given up may still stand in one: such a segment has no member.
    """
    try:
        rules = read_rules(segment.conditions, field_of)
    except DomainError:
        return None
    return rules if rules.entries else None


def contacts_of(segment: Segment) -> QuerySet[Contact]:
    """The living contacts that belong to a segment, in no order."""
    contacts: QuerySet[Contact] = Contact.objects.all()
    return contacts.filter(_membership(segment)).order_by()


def matching(rules: Rules) -> QuerySet[Contact]:
    """The living contacts for whom conditions hold; nobody where there are none (A-46)."""
    contacts: QuerySet[Contact] = Contact.objects.all()
    return contacts.filter(rules.q).order_by() if rules.entries else contacts.none()


def _membership(segment: Segment) -> Q:
    if segment.type == SegmentType.STATIC:
        return Q(pk__in=SegmentMember.objects.filter(segment_id=segment.pk).values("contact_id"))
    rules = rules_of(segment)
    return rules.q if rules else Q(pk__in=())


def member_counts(segments: Sequence[Segment]) -> dict[int, int]:
    """How many members each has: two statements, however many segments."""
    touched = sorted({"crm.contact", MEMBERS, *(name for segment in segments for name in _touches(segment))})
    versions = dict(zip(touched, tally.versions(touched), strict=True))
    found: dict[int, int] = {}
    unknown: dict[int, Any] = {}
    for segment in segments:
        key = _key(segment, versions)
        if key is not None and key in _counts:
            found[segment.pk] = _counts[key]
        else:
            unknown[segment.pk] = key
    fresh = _counted([segment for segment in segments if segment.pk in unknown])
    if len(_counts) > MOST_COUNTS:
        _counts.clear()
    _counts.update({key: fresh[pk] for pk, key in unknown.items() if key is not None})
    return {**found, **fresh}


def _touches(segment: Segment) -> Iterable[str]:
    rules = rules_of(segment) if segment.type == SegmentType.DYNAMIC else None
    return rules.touches if rules else ()


def _key(segment: Segment, versions: dict[str, int]) -> Any:
    """What a count is remembered under; None where the clock alone may change it."""
    if segment.type == SegmentType.STATIC:
        return connection.schema_name, segment.pk, versions["crm.contact"], versions[MEMBERS]
    rules = rules_of(segment)
    if rules is not None and rules.by_the_clock:
        return None
    seen = tuple(sorted((name, versions[name]) for name in _touches(segment)))
    conditions = json.dumps(segment.conditions, sort_keys=True)
    return connection.schema_name, segment.pk, conditions, str(tenant_zone()), versions["crm.contact"], seen


def _counted(segments: Sequence[Segment]) -> dict[int, int]:
    """Count them all in one statement."""
    counts = dict.fromkeys((segment.pk for segment in segments), 0)
    parts, params = [], []
    for segment in segments:
        if segment.type == SegmentType.DYNAMIC and rules_of(segment) is None:
            continue
        sql, given = compiled(contacts_of(segment).values_list("pk"))
        parts.append(f"SELECT %s::bigint AS id, count(*) FROM ({sql}) AS members")  # noqa: S608 - the ORM's own
        params += [segment.pk, *given]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), params)
            counts.update(dict(cursor.fetchall()))
    return counts


def reasons(rules: Rules, contact_id: int) -> list[bool]:
    """Condition by condition, whether it holds for a contact, in one statement."""
    leaves = list(rules.leaves())
    tests = {f"test{place}": _truth(leaf.q) for place, leaf in enumerate(leaves)}
    row = Contact.objects.filter(pk=contact_id).annotate(**tests).values_list(*tests).get()
    return [bool(holds) for holds in row]


def _truth(q: Q) -> Case:
    return Case(When(q, then=Value(True)), default=Value(False), output_field=BooleanField())
