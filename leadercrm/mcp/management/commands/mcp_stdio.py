"""Speak the agents' protocol over standard input and output, for desktop clients."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Speak MCP over standard input and output. The token comes from the environment: LEADERCRM_TOKEN."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="a server's /mcp address; else this installation's database")

    def handle(self, *args: Any, **options: Any) -> None:
        from leadercrm.mcp import stdio

        url, token = options["url"], os.environ.get("LEADERCRM_TOKEN", "").strip()
        if url and not url.startswith(("https://", "http://")):
            raise CommandError("--url begins with https:// or http://")
        answers = stdio.from_server(url, token) if url else stdio.from_database(token)
        # What anything prints goes elsewhere: the client reads nothing but answers.
        out, sys.stdout = sys.stdout.buffer, sys.stderr
        try:
            stdio.converse(sys.stdin.buffer, out, answers)
        except (KeyboardInterrupt, BrokenPipeError):
            return
