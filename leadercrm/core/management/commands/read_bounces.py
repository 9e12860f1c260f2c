"""`manage.py read_bounces`: take in the mails that came back, from the mailbox of LEADERCRM_BOUNCE_MAILBOX."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leadercrm.core.returned_mail import Unreadable, read_all


class Command(BaseCommand):
    help = "Read the mailbox that undeliverable mails come back to (docs/operations.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("LEADERCRM_BOUNCE_MAILBOX is not set.")
        try:
            taken = read_all()
        except Unreadable as error:
            raise CommandError(str(error)) from error
        told = f"{taken.told} about mails of ours, {taken.passed_over} about something else"
        self.stdout.write(f"{told}, {taken.left} left for next time")
