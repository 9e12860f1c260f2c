"""`manage.py take_bounce < notification`: what a mail server pipes the mail to that it could not deliver."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from leadercrm.core import bounces

# sysexits.h: "try again later", which mail servers do.
TEMPORARY_FAILURE = 75


class Command(BaseCommand):
    help = "Take in one notification of a mail that was not delivered, on the standard input (docs/operations.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        """What says nothing of a mail of ours is passed over: a refusal would come back as mail itself."""
        try:
            key = bounces.take_in(sys.stdin.buffer.read(bounces.MOST_BYTES + 1))
        except Exception as error:
            self.stderr.write(repr(error))
            sys.exit(TEMPORARY_FAILURE)
        self.stdout.write(key or "nothing about a mail of ours")
