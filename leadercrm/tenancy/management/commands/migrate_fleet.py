"""`manage.py migrate_fleet`: see leadercrm.tenancy.fleet."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leadercrm.tenancy.fleet.errors import FleetError
from leadercrm.tenancy.fleet.run import migrate_fleet, what_is_missing
from leadercrm.tenancy.provisioning import refill_spares


class Command(BaseCommand):
    """Exit code 0: everything is at the head. 1: something is behind, and it was said what."""

    help = "Prepare the database and migrate public, the schema template and every tenant."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; exit 1 if there is work.")
        parser.add_argument("--no-spares", action="store_true", help="Make no schemas ahead of time.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["check"]:
                self._check()
            else:
                self._migrate(with_spares=not options["no_spares"])
        except FleetError as error:
            raise CommandError(str(error)) from error

    def _check(self) -> None:
        missing = what_is_missing()
        for line in missing:
            self.stdout.write(line)
        if missing:
            sys.exit(1)
        self.stdout.write("Everything is at the head.")

    def _migrate(self, *, with_spares: bool) -> None:
        started = time.monotonic()
        rollout = migrate_fleet(self.stdout.write)
        made = refill_spares() if with_spares else 0
        self.stdout.write(
            f"{rollout.migrated} tenants migrated, {len(rollout.behind)} behind, {made} spares made"
            f" in {time.monotonic() - started:.1f} s."
        )
        for schema, reason in rollout.behind.items():
            self.stderr.write(f"{schema} is behind: {reason}")
        if rollout.behind:
            sys.exit(1)
