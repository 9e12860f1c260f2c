"""The address at which a calendar program reads what one has to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.actions.feeds import feed_of_user, revoke_feed, share_feed
from events.links import public_link, public_path
from leadercrm.backoffice.settings.base import InSettings
from leadercrm.core.api.responses import base_url
from leadercrm.core.web.pages import see_other
from leadercrm.core.web.toasts import toast


class CalendarPage(InSettings):
    """Share it, renew it, take it back."""

    template = "backoffice/settings/calendar.html"
    title = _("Calendar")
    place_in = "calendar"
    required_permission = "events.share_feed"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        feed = feed_of_user(self.me())
        address = feed and (public_link(feed) or f"{base_url(self.request)}{public_path(feed)}")
        return {"address": address, "subscribe": address and f"webcal:{address.partition(':')[2]}"}

    def post(self, request: HttpRequest) -> HttpResponse:
        self.me()
        if "revoke" in request.POST:
            revoke_feed(actor=self.actor)
            toast(request, _("The address opens nothing any more."))
        else:
            share_feed(renew="renew" in request.POST, actor=self.actor)
            toast(request, _("The address is ready to be copied."))
        return see_other(reverse("web:settings-calendar"))
