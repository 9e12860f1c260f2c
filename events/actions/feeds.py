"""Feeds for calendar programs: handed out by a secret link, which its owner can take back."""

from typing import Any

from django.db.models import Q

from events.models import CalendarFeed
from leadercrm.core.actions import amend, domain_action, lock, record
from leadercrm.core.actor import Actor


@domain_action(permission="events.share_feed")
def share_feed(*, renew: bool = False, actor: Actor) -> CalendarFeed:
    """The feed of the caller's own events; with `renew` the link that is out there opens nothing more."""
    return _shared(actor, renew, user_id=actor.user_id)


@domain_action(permission="events.share_feed")
def revoke_feed(*, actor: Actor) -> None:
    """Take the link of the caller's own feed back."""
    _revoke(actor, user_id=actor.user_id)


@domain_action(permission="events.share_tenant_feed")
def share_tenant_feed(*, renew: bool = False, actor: Actor) -> CalendarFeed:
    """The feed of all events."""
    return _shared(actor, renew, user_id=None)


@domain_action(permission="events.share_tenant_feed")
def revoke_tenant_feed(*, actor: Actor) -> None:
    """Take the link of the feed of all events back."""
    _revoke(actor, user_id=None)


def feed_of_user(user_id: int | None) -> CalendarFeed | None:
    """The feed of a user, or of the tenant; None where none is shared."""
    return CalendarFeed.objects.filter(_whose(user_id), is_shared=True).first()


def _whose(user_id: int | None) -> Q:
    return Q(user__isnull=True) if user_id is None else Q(user_id=user_id)


def _shared(actor: Actor, renew: bool, user_id: int | None) -> CalendarFeed:
    feed, made = CalendarFeed.objects.get_or_create(user_id=user_id)  # type: ignore[misc]
    if made:
        record(actor, feed, "calendarfeed.shared")
        return feed
    feed = lock(feed)
    again: dict[str, Any] = {} if feed.is_shared else {"is_shared": True}
    if renew:
        again["link_version"] = feed.link_version + 1
    amend(feed, again, actor=actor, action="calendarfeed.shared")
    return feed


def _revoke(actor: Actor, user_id: int | None) -> None:
    """The version goes up with it: what was taken back stays so, whatever is shared later."""
    feed = CalendarFeed.objects.select_for_update(of=("self",)).filter(_whose(user_id), is_shared=True).first()
    if feed is not None:
        values = {"is_shared": False, "link_version": feed.link_version + 1}
        amend(feed, values, actor=actor, action="calendarfeed.revoked")
