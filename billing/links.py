"""Public links of documents, for mails, QR codes and staff; how they are made stands in leadercrm.tenancy.sealed."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from billing.models import Contract, Invoice, Quote
from leadercrm.tenancy.sealed import seal

# The number of each kind in its links, for ever.
KINDS: Mapping[int, type[Any]] = {1: Quote, 2: Invoice, 3: Contract}
NUMBERS = {model: number for number, model in KINDS.items()}


def public_path(document: Quote | Invoice | Contract) -> str:
    """The address of a document's page on this server. Whoever knows it may do what its client may."""
    return f"/p/{seal(NUMBERS[type(document)], document.pk, document.link_version)}"


def public_link(document: Quote | Invoice | Contract) -> str:
    """The same with the server's name, as papers and mails carry it; nothing where nobody has said that name.

    Never from a request: see leadercrm.core.mail.public_address.
    """
    return f"{settings.PUBLIC_URL}{public_path(document)}" if settings.PUBLIC_URL else ""
