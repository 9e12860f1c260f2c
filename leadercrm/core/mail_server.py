"""SMTP as Django speaks it, and how far a conversation has come."""

import smtplib
from typing import Any

from django.core.mail.backends import smtp


class Noting:
    """Notes when the message itself begins to be handed over. Until then, nobody has got anything."""

    handing_over = False

    def data(self, message: Any) -> Any:
        self.handing_over = True
        return super().data(message)  # type: ignore[misc]


class Conversation(Noting, smtplib.SMTP):
    """In the clear, or with STARTTLS."""


class SecureConversation(Noting, smtplib.SMTP_SSL):
    """Encrypted from the first byte."""


class Backend(smtp.EmailBackend):
    """Django's, with those conversations."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return SecureConversation if self.use_ssl else Conversation
