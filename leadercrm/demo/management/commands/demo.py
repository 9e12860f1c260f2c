"""`manage.py demo`: the tenant that docs/api-reference.txt can be tried on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from leadercrm.demo.avatar import draw_avatar
from leadercrm.demo.reference_rows import AVATAR, EMAIL, PASSWORD, TENANT_NAME, USER_NAME
from leadercrm.demo.tenant import (
    MARK,
    VERSION,
    AddressTaken,
    current_token,
    find_demo,
    make_demo,
    renew_token,
    token_file,
)
from leadercrm.tenancy.models import Tenant
from leadercrm.tenancy.provisioning import NoTemplateError


class Command(BaseCommand):
    """Exit code 0: the demo is there, or --if-missing has said why it cannot be. 1: refused."""

    help = "Make the demo tenant; its data, once made, stay as people change them until --reset."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--if-missing", action="store_true", help="Say nothing of a demo that is whole.")
        choice.add_argument("--reset", action="store_true", help="Drop the demo and make it anew.")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["if_missing"]
        try:
            demo = find_demo()
            if demo is None or options["reset"]:
                self._announce(make_demo(demo))
            elif demo.settings[MARK] != VERSION:
                self.stdout.write(
                    "The demo tenant was made by another version; `make demo-reset` brings it up to date."
                )
            elif not quiet:
                self.stdout.write(f"The demo is tenant {demo.pk} already; --reset makes it anew.")
        except AddressTaken as error:
            if not quiet:
                raise CommandError(str(error)) from error
            self.stdout.write(str(error))
            return
        except NoTemplateError as error:
            raise CommandError(str(error)) from error
        self._complete_files(quiet)

    def _announce(self, tenant: Tenant) -> None:
        self.stdout.write(f"Made the demo: {TENANT_NAME}, tenant {tenant.pk}; log in as {EMAIL} / {PASSWORD}")
        if tenant.pk != 1:
            self.stdout.write(
                f"Tenant 1 is somebody else's, so the demo is tenant {tenant.pk}"
                " and its ids of tenant, users and token are not the reference's."
            )

    def _complete_files(self, quiet: bool) -> None:
        """See that portrait and token are there. The token is not printed where the output may be a log."""
        portrait = Path(settings.STORAGE_DIR) / AVATAR
        if not portrait.exists():
            draw_avatar(USER_NAME, portrait)
        token = current_token() or renew_token()
        if not quiet:
            self.stdout.write(f"Token, also in {token_file()}: {token}")
