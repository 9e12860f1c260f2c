"""What the API and the pages read of segments, consents and suppressed addresses."""

from django.db.models import IntegerField, Value

from leadercrm.core.api.columns import Timestamp
from leadercrm.core.api.rows import JsonRows
from leadercrm.core.api.shapes import FREE_OBJECT, list_of, one_of
from marketing.models import ContactConsent, ErasedAddress, Segment, Suppression, SuppressionReason
from marketing.models.consent import ConsentStatus
from marketing.models.erased import hash_of
from marketing.models.segment import SegmentType

SEGMENT_COLUMNS = {
    "id": "id",
    "name": "name",
    "type": "type",
    # Filled in by who shows the row: it is counted then (marketing.members).
    "member_count": Value(0, output_field=IntegerField()),
    "conditions": "conditions",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "created_at": Timestamp("created_at"),
    "updated_at": Timestamp("updated_at"),
}
SEGMENT_TYPES = {"type": one_of(SegmentType.values), "conditions": list_of(FREE_OBJECT)}
SEGMENTS = JsonRows(Segment.objects.all, SEGMENT_COLUMNS, owned=False, types=SEGMENT_TYPES)
DELETED_SEGMENTS = JsonRows(
    lambda: Segment.with_deleted.filter(deleted_at__isnull=False), SEGMENT_COLUMNS, owned=False, living=False
)
CONSENTS = JsonRows(
    ContactConsent.objects.all,
    {
        "contact_id": "contact_id",
        "status": "status",
        "source": "source",
        "text": "text",
        "text_version": "text_version",
        "decided_at": Timestamp("decided_at"),
        "do_not_contact": "do_not_contact",
        "repep": "repep",
    },
    order=("-contact_id",),
    owned=False,
    living=False,
    types={"status": one_of(ConsentStatus.values)},
)
SUPPRESSIONS = JsonRows(
    Suppression.objects.all,
    {
        "id": "id",
        "email": "email",
        "reason": "reason",
        "detail": "detail",
        "created_at": Timestamp("created_at"),
    },
    owned=False,
    types={"reason": one_of(SuppressionReason.values)},
)


def suppressed_among(addresses: list[str]) -> set[str]:
    """Those of the addresses that get no campaign; in lower case, as they are kept."""
    wanted = [address.lower() for address in addresses]
    listed = set(Suppression.objects.filter(email__in=wanted).values_list("email", flat=True))
    hashes = {hash_of(address): address for address in wanted}
    erased = ErasedAddress.objects.filter(hash__in=hashes).values_list("hash", flat=True)
    return listed | {hashes[found] for found in erased}
