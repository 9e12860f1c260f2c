"""Telling readers from machines: scanners that follow every link, and mail services that fetch every picture."""

import re
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

from leadercrm.core.web.visitors import AHEAD, AHEAD_WORDS, agent_of
from marketing.models import CampaignRecipient

# Programs that are no browser. Not GoogleImageProxy, YahooMailProxy or Outlook: those fetch a picture for a reader who
# has opened the mail.
MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|prefetch|preview|scan|monitor|barracuda|proofpoint|mimecast|symantec|trendmicro|sophos"
    r"|fireeye|forcepoint|safelinks|urldefense|facebookexternalhit|whatsapp|telegram|slack|discord|skype|curl|wget"
    r"|python|java/|go-http|libwww|httpclient|okhttp|headless|lighthouse|axios|node-fetch|ruby|perl",
    re.IGNORECASE,
)
# What Apple's Mail Privacy Protection calls itself when it fetches all pictures of all mails, read or not.
APPLE_PRIVACY = "Mozilla/5.0"
# Nobody reads this fast: what comes sooner after the sending is a scanner of the mail server.
READING = timedelta(seconds=3)


def is_machine(request: HttpRequest, recipient: CampaignRecipient) -> bool:
    """Whether a request that a mail caused was a machine's, as far as one request tells."""
    agent = agent_of(request)
    ahead = any(AHEAD_WORDS.search(request.META.get(name, "")) for name in AHEAD)
    too_soon = recipient.sent_at is None or timezone.now() - recipient.sent_at < READING
    known = not agent or agent == APPLE_PRIVACY or MACHINES.search(agent) is not None
    return request.method != "GET" or ahead or too_soon or known
