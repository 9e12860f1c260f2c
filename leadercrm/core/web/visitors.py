"""Whether a person looks at a page, or a machine that prepares a preview."""

import re

from django.http import HttpRequest

# Headers by which browsers and mail programs say that nobody is looking yet.
AHEAD = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
AHEAD_WORDS = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|preview|prefetch|scan|monitor|facebookexternalhit|facebot|whatsapp|telegram|slack|discord"
    r"|twitter|linkedin|skype|pinterest|embedly|quora|vkshare|outlook|microsoft office|googleimageproxy|google-"
    r"|yahoomailproxy|curl|wget|python|java/|go-http|libwww|httpclient|okhttp|headless|lighthouse",
    re.IGNORECASE,
)
MOST_AGENT = 500


def agent_of(request: HttpRequest) -> str:
    """The browser's name for itself."""
    return str(request.META.get("HTTP_USER_AGENT", ""))[:MOST_AGENT]


def is_person(request: HttpRequest) -> bool:
    """Whether somebody seems to look: no HEAD, no prefetch, and a browser that is not known as a machine's.

    A scanner that passes for a browser cannot be told from one.
    """
    if request.method != "GET" or any(AHEAD_WORDS.search(request.META.get(name, "")) for name in AHEAD):
        return False
    if request.META.get("HTTP_SEC_FETCH_DEST", "document") != "document":
        return False
    agent = agent_of(request)
    return bool(agent) and not MACHINES.search(agent)
