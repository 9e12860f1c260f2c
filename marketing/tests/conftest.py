"""A mail server of the test's own, and a sender that uses it."""

from collections.abc import Iterator
from typing import Any

import pytest

from leadercrm.core.testing.smtp import Mailbox, mail_server
from marketing.delivery.sender import Sender


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def sender(mailbox: Mailbox, settings: Any) -> Iterator[Sender]:
    """A sender with a mail server of its own."""
    with mail_server(mailbox) as port:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = "leadercrm.core.mail_server.Backend", "127.0.0.1"
        settings.EMAIL_PORT, settings.PUBLIC_URL = port, "https://crm.example"
        settings.CAMPAIGN_LOOKUP = ""
        # The tests of a run share what Redis knows of a tenant's rate.
        settings.CAMPAIGN_TENANT_RATE = settings.CAMPAIGN_DOMAIN_RATE = 0.0
        sender = Sender()
        yield sender
        sender.close()
