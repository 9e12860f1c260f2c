"""From a public link to its document, with the tenant bound."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from billing.links import KINDS
from leadercrm.core.clock import tenant_zone
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.links import InvalidLink
from leadercrm.tenancy.sealed import Sealed, unseal


@contextmanager
def opened(token: str) -> Iterator[Any]:
    """The document that a token leads to, deleted ones included; its tenant is bound meanwhile.

    Raises InvalidLink for what is no link, or one that was replaced, or of a tenant that is suspended:
    which one is not told.
    """
    for sealed in unseal(token):
        tenant = sealed.tenant() if sealed.kind in KINDS else None
        if tenant is None:
            continue
        with bind(tenant), timezone.override(tenant_zone()):
            document = _document(sealed)
            if document is not None:
                yield document
                return
    raise InvalidLink


def _document(sealed: Sealed) -> Any:
    rows = KINDS[sealed.kind].with_deleted.select_related("contact", "company", "owner")
    document = rows.filter(pk=sealed.subject_id).first()
    return document if document is not None and sealed.is_of(document.link_version) else None
