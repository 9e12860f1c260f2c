"""Writing evidence: an entry at the end of the tenant's chain, the file that was shown, and the public index."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from billing.evidence import CHAIN, CODE_DIGITS, FIRST, entry_hash, sha256
from billing.models import Evidence, EvidenceFile, EvidenceKind
from leadercrm.core.actor import Actor
from leadercrm.core.numbering import next_place
from leadercrm.tenancy.binding import current_tenant_id
from leadercrm.tenancy.models import EvidenceIndex


@dataclass(frozen=True)
class Declaration:
    """What somebody declares of a document by its link.

    `face` is billing.rendering.face_of what they saw, in `language`; `pdf` are the bytes that they
    could download with it. `drawn` is a PNG of billing.drawing.
    """

    face: str
    pdf: bytes
    language: str
    name: str = ""
    company: str = ""
    email: str = ""
    consent: str = ""
    reason: str = ""
    typed: str = ""
    drawn: bytes | None = None
    agent: str = ""


def keep_evidence(kind: EvidenceKind, document: Any, said: Declaration, actor: Actor) -> Evidence:
    """Append an entry, in the running action's transaction.

    The chain's counter is locked until the commit, and so makes it linear: whoever wants the next
    place waits, and then sees this entry as the one before. Locked last, as all numbers are.
    """
    pdf_sha256 = sha256(said.pdf)
    EvidenceFile.objects.bulk_create([EvidenceFile(pk=pdf_sha256, content=said.pdf)], ignore_conflicts=True)
    entry = Evidence(
        at=timezone.now(), kind=kind, document_id=document.pk, number=document.number,
        revision=getattr(document, "revision", 1), language=said.language, name=said.name, company=said.company,
        email=said.email, ip=actor.ip, agent=said.agent[:500], consent=said.consent, reason=said.reason,
        typed=said.typed, drawn=said.drawn, pdf_sha256=pdf_sha256,
    )  # fmt: skip
    entry.sequence = next_place(CHAIN)
    entry.previous_hash = _last_hash(entry.sequence)
    entry.entry_hash = entry_hash(entry, current_tenant_id())
    entry.save(force_insert=True)
    EvidenceIndex.objects.create(
        tenant_id=current_tenant_id(),
        sequence=entry.sequence,
        code=pdf_sha256[:CODE_DIGITS],
        sha256=pdf_sha256,
        entry_hash=entry.entry_hash,
    )
    return entry


def _last_hash(sequence: int) -> str:
    """The hash of the entry before the place `sequence`; of none, before the first.

    After a gap that somebody tore, the chain goes on from the last entry that is there.
    """
    before = Evidence.objects.filter(sequence__lt=sequence).order_by("-sequence").values_list("entry_hash", flat=True)
    return before.first() or FIRST
