"""Calendar feeds under /api/v1/calendar-feed: the caller's own, and the one of all events."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from events.actions.feeds import feed_of_user, revoke_feed, revoke_tenant_feed, share_feed, share_tenant_feed
from events.api.resources import FEED
from events.api.serializers import EventShareInput
from events.links import public_link, public_path
from events.models import CalendarFeed
from leadercrm.core.api.described import described
from leadercrm.core.api.responses import json_response, message_response
from leadercrm.core.api.shapes import MESSAGE, TEXT, data, nullable, record
from leadercrm.core.api.views import ApiView
from leadercrm.core.errors import NotFound

LINK = data(record({"path": TEXT, "url": nullable(TEXT)}, "CalendarLink"))
REVOKED = _("Calendar feed revoked.")
BODY: dict[str, Any] = {"body": EventShareInput, "returns": LINK}


class FeedView(ApiView):
    """The caller's own."""

    resource = FEED
    required_permission = "events.share_feed"

    @described(_("Get the address of one's calendar feed"), id="getCalendarFeed", returns=LINK, errors=(404,))
    def get(self, request: HttpRequest) -> HttpResponse:
        """404 until it is shared."""
        return told(feed_of_user(self.actor.user_id))

    @described(_("Share one's calendar feed, or renew its address"), id="shareCalendarFeed", act=share_feed, **BODY)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Whoever knows the address reads the feed; with `renew` the former one opens nothing any more."""
        return told(share_feed(**self.cleaned(EventShareInput), actor=self.actor))

    @described(
        _("Take the address of one's calendar feed back"), id="revokeCalendarFeed", act=revoke_feed, returns=MESSAGE
    )
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Once more changes nothing."""
        revoke_feed(actor=self.actor)
        return message_response(REVOKED)


class TenantFeedView(ApiView):
    """The one of all events; administrators hand it out."""

    resource = FEED
    required_permission = "events.share_tenant_feed"

    @described(
        _("Get the address of the feed of all events"), id="getTenantCalendarFeed", returns=LINK, errors=(404,)
    )  # fmt: skip
    def get(self, request: HttpRequest) -> HttpResponse:
        """404 until it is shared."""
        return told(feed_of_user(None))

    @described(
        _("Share the feed of all events, or renew its address"),
        id="shareTenantCalendarFeed",
        act=share_tenant_feed,
        **BODY,
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Whoever knows the address reads the feed; with `renew` the former one opens nothing any more."""
        return told(share_tenant_feed(**self.cleaned(EventShareInput), actor=self.actor))

    @described(
        _("Take the address of the feed of all events back"),
        id="revokeTenantCalendarFeed",
        act=revoke_tenant_feed,
        returns=MESSAGE,
    )
    def delete(self, request: HttpRequest) -> HttpResponse:
        """Once more changes nothing."""
        revoke_tenant_feed(actor=self.actor)
        return message_response(REVOKED)


def told(feed: CalendarFeed | None) -> HttpResponse:
    """Where a feed is read."""
    if feed is None:
        raise NotFound()
    return json_response({"data": {"path": public_path(feed), "url": public_link(feed) or None}})
