"""Clients that name themselves by an address, where a document says who they are (CIMD).

The toolkit fetches it: by HTTPS alone, from public addresses alone, connected to the address that was looked at (no
second look-up that could find another), without redirects, with a limit on time, on bytes and on how many at once.
What we add is when.
"""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from leadercrm.core.api import throttling
from leadercrm.core.api.context import client_ip
from leadercrm.oauth.addresses import AUTHORIZE


class AtConsentAlone:
    """A document is fetched for somebody who has logged in and looks at the consent page, so many times an hour."""

    def has_permission(self, request: Any, client_id: str) -> bool:
        if urlsplit(request.uri).path != AUTHORIZE:
            return False
        asked: Any = SimpleNamespace(META=request.headers)
        throttling.OAUTH_CLIENTS.spend(client_ip(asked))
        return True
