"""The pixel and the links in a campaign's mails."""

from base64 import b64decode
from typing import ClassVar
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from leadercrm.core.actor import Actor
from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.core.errors import NotFound
from leadercrm.core.web.public import PublicView
from leadercrm.core.web.visitors import agent_of
from marketing.actions.reading import note_click, note_opening
from marketing.links import TRACKED
from marketing.models import CampaignLink
from marketing.public.opening import opened
from marketing.public.robots import is_machine

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
# Many readers come from few addresses: a mail service fetches its users' pictures. Nothing can be guessed here.
MANY = throttling.Limit("readers", 6000, 60)
SCHEMES = ("http", "https")


class TrackedView(PublicView):
    http_method_names = ["get", "head"]
    limit: ClassVar[throttling.Limit] = MANY
    refused = "marketing/public/refused.html"


class OpenPixel(TrackedView):
    """A picture that is not seen. An unknown token is a 404, as everywhere."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with opened(token, TRACKED) as recipient:
            actor = Actor.client(recipient, ip=client_ip(request))
            note_opening(recipient, is_robot=is_machine(request, recipient), detail=agent_of(request), actor=actor)
        return HttpResponse(PIXEL, content_type="image/gif")


class Click(TrackedView):
    """On to where the link of that place led when the campaign was sent, and nowhere else."""

    def get(self, request: HttpRequest, token: str, position: int) -> HttpResponse:
        with opened(token, TRACKED) as recipient:
            links = CampaignLink.objects.filter(campaign_id=recipient.campaign_id, position=position)
            link = links.first() if position <= MOST_LINKS else None
            if link is None or not leads_out(link.url):
                raise NotFound(_("This link leads nowhere."))
            actor = Actor.client(recipient, ip=client_ip(request))
            is_robot = is_machine(request, recipient)
            note_click(recipient, link, is_robot=is_robot, detail=agent_of(request), actor=actor)
        return HttpResponseRedirect(link.url)


MOST_LINKS = 10_000


def leads_out(url: str) -> bool:
    """Whether a stored address is one that a browser may be sent to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc) and url.isprintable()
