"""The chain of evidence: how an entry's hash is made, and whether the chain of a tenant holds."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from ipaddress import ip_address
from typing import Any, NamedTuple

from django.db.models import Max

from billing.models import Evidence, EvidenceFile
from leadercrm.core.models import Counter
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import EvidenceIndex

CHAIN = "evidence"
FIRST = "0" * 64
CODE_DIGITS = 20
# All that an entry says. A column that is added later joins for the entries that have it alone.
HASHED = (
    "sequence", "kind", "document_id", "number", "revision", "language", "name", "company", "email", "agent", "consent",
    "reason", "typed", "pdf_sha256", "previous_hash",
)  # fmt: skip


class Fault(NamedTuple):
    """What is wrong with an entry, or with the chain where it should be."""

    sequence: int
    problem: str


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def entry_hash(entry: Evidence, tenant_id: int) -> str:
    """SHA-256 of the entry as JSON with sorted keys: HASHED, the moment in UTC, the drawing's SHA-256, the tenant."""
    said: dict[str, Any] = {name: getattr(entry, name) for name in HASHED}
    said["at"] = f"{entry.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    said["drawn_sha256"] = sha256(bytes(entry.drawn)) if entry.drawn is not None else ""
    said["ip"] = str(ip_address(entry.ip)) if entry.ip else ""  # however the database spells it
    said["tenant"] = tenant_id
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def code_of(pdf_sha256: str) -> str:
    """`3F2A-90C1-…`: the first twenty digits of a PDF's SHA-256, as people read and type them."""
    code = pdf_sha256[:CODE_DIGITS].upper()
    return "-".join(code[place : place + 4] for place in range(0, CODE_DIGITS, 4))


def holds(entry: Evidence) -> bool:
    """Whether an entry says what it said when it was written, and its file is the one that it names."""
    kept = EvidenceFile.objects.filter(pk=entry.pdf_sha256).first()
    return (
        kept is not None
        and sha256(bytes(kept.content)) == entry.pdf_sha256
        and entry_hash(entry, current_tenant_id()) == entry.entry_hash
    )


def faults() -> Iterator[Fault]:
    """What is wrong with the bound tenant's chain: changed, missing and added entries, and changed files.

    Whoever can write to the whole database could write all of it anew, index and counter too. Then the
    codes and hashes on the papers in the clients' hands are what it is to be compared with.
    """
    indexed = dict(EvidenceIndex.objects.filter(tenant_id=current_tenant_id()).values_list("sequence", "entry_hash"))
    previous, expected = FIRST, 1
    for entry in Evidence.objects.order_by("sequence").iterator(chunk_size=200):
        for missing in range(expected, entry.sequence):
            yield Fault(missing, "missing")
        if entry.sequence == expected and entry.previous_hash != previous:
            yield Fault(entry.sequence, "does not follow the one before")
        if not holds(entry):
            yield Fault(entry.sequence, "changed")
        if indexed.pop(entry.sequence, None) != entry.entry_hash:
            yield Fault(entry.sequence, "not the one in the index")
        previous, expected = entry.entry_hash, entry.sequence + 1
    for missing in range(expected, _last(indexed) + 1):
        yield Fault(missing, "missing")


def _last(indexed: dict[int, str]) -> int:
    """The place of the last entry that there has been, by the counter and the index."""
    counted = Counter.objects.filter(pk=CHAIN).aggregate(last=Max("last"))["last"] or 0
    return max(counted, *indexed, 0)
