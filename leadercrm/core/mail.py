"""Mails: a subject, a text and an HTML part from templates, one deterministic Message-ID each."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send_mail(*, to: str, subject: Any, template: str, context: dict[str, Any], message_id: str) -> None:
    """Send `templates/{template}.txt` and `.html`. The same piece of work always has the same Message-ID."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    message = EmailMultiAlternatives(
        subject=" ".join(str(subject).split()),
        body=render_to_string(f"{template}.txt", context),
        to=[to],
        headers={"Message-ID": f"<{message_id}@{host}>"},
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    message.send()
