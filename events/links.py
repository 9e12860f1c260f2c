"""Public links of events, attendees and calendar feeds; how they are made stands in leadercrm.tenancy.sealed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils import timezone

from events.models import Attendee, CalendarFeed, Event
from leadercrm.core.clock import tenant_zone
from leadercrm.tenancy.binding import bind, current_tenant_id
from leadercrm.tenancy.links import InvalidLink
from leadercrm.tenancy.sealed import Sealed, seal, unseal

# The number of each kind in its links, for ever, and where its pages are. Billing has those from 1 on.
KINDS: Mapping[type[Any], tuple[int, str]] = {
    Event: (41, "/e/{token}"),
    Attendee: (42, "/a/{token}"),
    CalendarFeed: (43, "/calendar/{token}.ics"),
}


def token_of(row: Event | Attendee | CalendarFeed) -> str:
    return seal(KINDS[type(row)][0], row.pk, row.link_version)


def public_path(row: Event | Attendee | CalendarFeed) -> str:
    """The address of a row's page or feed on this server. Whoever knows it may do what it is for."""
    return KINDS[type(row)][1].format(token=token_of(row))


def public_link(row: Event | Attendee | CalendarFeed) -> str:
    """The same with the server's name; nothing where nobody has said that name.

    Never from a request: see leadercrm.core.mail.public_address.
    """
    return f"{settings.PUBLIC_URL}{public_path(row)}" if settings.PUBLIC_URL else ""


@contextmanager
def opened(token: str, model: type[Any]) -> Iterator[Any]:
    """The row of this model that a token leads to; its tenant is bound meanwhile.

    Raises InvalidLink for what is no link to one, or one that was replaced, or of a tenant that is
    suspended: which one is not told. Events in the bin are found, so that their page can say so.
    """
    for sealed in unseal(token):
        tenant = sealed.tenant() if sealed.kind == KINDS[model][0] else None
        if tenant is None:
            continue
        with bind(tenant), timezone.override(tenant_zone()):
            row = _row(sealed, model)
            if row is not None:
                yield row
                return
    raise InvalidLink


def attendee_by_token(token: str) -> Attendee | None:
    """The attendee of the bound tenant whose own page this leads to."""
    for sealed in unseal(token):
        if sealed.kind == KINDS[Attendee][0] and sealed.tenant_id == current_tenant_id():
            found: Attendee | None = _row(sealed, Attendee)
            if found is not None:
                return found
    return None


def _row(sealed: Sealed, model: type[Any]) -> Any:
    related = {Attendee: ("event", "user", "contact"), Event: ("owner",), CalendarFeed: ("user",)}[model]
    row = model._base_manager.select_related(*related).filter(pk=sealed.subject_id).first()
    return row if row is not None and sealed.is_of(row.link_version) else None
