"""/verify: whether a PDF is the one that somebody accepted or signed."""

import hashlib
import re
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from billing.evidence import CODE_DIGITS, holds
from billing.models import Evidence, EvidenceKind
from billing.public.contexts import moment
from billing.public.forms import VerifyForm
from leadercrm.core.api import throttling
from leadercrm.core.web.public import PublicView
from leadercrm.tenancy.binding import TenantUnavailable, bind_tenant_id
from leadercrm.tenancy.models import EvidenceIndex

DIGEST = re.compile(r"[0-9a-f]{20}|[0-9a-f]{64}", re.ASCII)
ACCEPTED = (EvidenceKind.QUOTE_ACCEPTED, EvidenceKind.CONTRACT_SIGNED, EvidenceKind.CONTRACT_SEALED)
MOST_FOUND = 5


class VerifyPage(PublicView):
    """A file's SHA-256, or the code that begins it, is looked up; the file is never read as a PDF, nor kept.

    Whoever has neither file nor code learns nothing: a code is 80 bits of the file's digest. What is told
    of an acceptance is when it was, of which document, and the initials of who accepted.
    """

    most_bytes: ClassVar[int] = 12 * 2**20
    limit: ClassVar[throttling.Limit] = throttling.VERIFY

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(VerifyForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = VerifyForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, status=422)
        digest = digest_of(form.cleaned_data)
        if digest is None:
            form.add_error("code", _("Choose a file, or type the whole code: twenty digits and letters from A to F."))
            return self._page(form, status=422)
        return self._page(VerifyForm(), digest=digest, found=acceptances(digest), asked=True)

    def _page(self, form: VerifyForm, *, status: int = 200, **found: Any) -> HttpResponse:
        return render(self.request, "billing/public/verify.html", self.common(form=form, **found), status=status)


def digest_of(values: dict[str, Any]) -> str | None:
    """The SHA-256 of the file that was sent, or the code that was typed; None for neither."""
    if values.get("file") is not None:
        digest = hashlib.sha256()
        for chunk in values["file"].chunks():
            digest.update(chunk)
        return digest.hexdigest()
    typed = re.sub(r"[\s-]", "", values.get("code", "")).lower()
    return typed if DIGEST.fullmatch(typed) else None


def acceptances(digest: str) -> list[dict[str, Any]]:
    """What is known of a digest, in whatever tenant; of one without an acceptance nothing."""
    rows = EvidenceIndex.objects.filter(code=digest[:CODE_DIGITS], sha256__startswith=digest).order_by("pk")
    found = [_told(row) for row in rows[:MOST_FOUND]]
    return [told for told in found if told is not None]


def _told(row: EvidenceIndex) -> dict[str, Any] | None:
    try:
        with bind_tenant_id(row.tenant_id):
            entry = Evidence.objects.filter(sequence=row.sequence, kind__in=ACCEPTED).first()
            if entry is None:
                return None
            sound = entry.entry_hash == row.entry_hash and holds(entry)
            signed = _signature_of(entry)
            return {
                "sound": sound,
                "kind": entry.kind,
                "number": entry.number,
                "revision": entry.revision,
                "at": moment(signed.at),
                "initials": initials(signed.name),
                "place": entry.sequence,
                "sha256": entry.pdf_sha256,
            }
    except TenantUnavailable:
        return None


def _signature_of(entry: Evidence) -> Evidence:
    """The signature that a signed copy shows; any other entry itself."""
    if entry.kind != EvidenceKind.CONTRACT_SEALED:
        return entry
    signed = Evidence.objects.filter(kind=EvidenceKind.CONTRACT_SIGNED, document_id=entry.document_id)
    return signed.first() or entry


def initials(name: str) -> str:
    """`M. G. L.`"""
    return " ".join(f"{part[0].upper()}." for part in name.split())
