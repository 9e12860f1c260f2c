"""From a token in a mail to its recipient, with the tenant bound."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from leadercrm.core.clock import tenant_zone
from leadercrm.tenancy.binding import bind
from leadercrm.tenancy.links import InvalidLink
from leadercrm.tenancy.sealed import unseal
from marketing.links import VERSION
from marketing.models import CampaignRecipient


@contextmanager
def opened(token: str, kind: int) -> Iterator[CampaignRecipient]:
    """The recipient that a token of this kind leads to; its tenant is bound meanwhile.

    Raises InvalidLink for any other. One that somebody made up costs no query: what it claims is not believed
    before its seal is.
    """
    for sealed in unseal(token):
        if sealed.kind != kind or not sealed.is_of(VERSION):
            continue
        tenant = sealed.tenant()
        if tenant is None:
            break
        with bind(tenant), timezone.override(tenant_zone()):
            recipient = CampaignRecipient.objects.select_related("campaign").filter(pk=sealed.subject_id).first()
            if recipient is not None:
                yield recipient
                return
    raise InvalidLink
