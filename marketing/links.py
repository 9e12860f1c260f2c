"""The addresses in a campaign's mails that lead back to us. They are made of what they lead to, and stored nowhere."""

from collections.abc import Callable

from django.conf import settings

from leadercrm.tenancy.sealed import seal

# The numbers of these links among all sealed ones (billing.links has others), for ever.
TRACKED, READER = 11, 12
# A recipient's links are never replaced: mails last.
VERSION = 1


def tracking_token(recipient_id: int) -> str:
    """For opens and clicks: what a mail program or a shared link may give away."""
    return seal(TRACKED, recipient_id, VERSION)


def reader_token(recipient_id: int) -> str:
    """For unsubscribing and preferences. It is not in the links that readers pass on."""
    return seal(READER, recipient_id, VERSION)


def open_address(token: str) -> str:
    return f"{settings.PUBLIC_URL}/t/{token}.gif"


def click_addresses(token: str) -> Callable[[int], str]:
    """From a link's position to the address that counts it."""
    place = f"{settings.PUBLIC_URL}/t/{token}/"
    return lambda position: f"{place}{position}"


def unsubscribe_address(token: str) -> str:
    return f"{settings.PUBLIC_URL}/u/{token}"


def preferences_address(token: str) -> str:
    return f"{settings.PUBLIC_URL}/u/{token}/preferences"
