"""What marketing tells the apps beside it, which do not know it: a segment's contacts, and who wants no mail."""

from collections.abc import Mapping

from django.db.models import Q

from crm.audiences import Contacts, audience, guards_mail
from leadercrm.core.actor import Actor
from marketing.members import contacts_of
from marketing.models import ContactConsent, Segment
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
