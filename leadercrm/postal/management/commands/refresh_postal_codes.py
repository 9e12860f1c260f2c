"""`manage.py refresh_postal_codes FILE`: bring the postal codes up to date from SEPOMEX's own file."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leadercrm.postal.catalogue import load
from leadercrm.postal.models import CatalogueLoad
from leadercrm.postal.places import BadCatalogue
from leadercrm.postal.sepomex import read_sepomex


class Command(BaseCommand):
    """All or nothing, while the product runs. Exit code 1: nothing was changed, and it was said why."""

    help = "Replace the postal codes by those of SEPOMEX's CPdescarga.txt or .xml, or the zip that it comes in."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="all states in one file, as SEPOMEX offers it")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
            made = load(read_sepomex(path), CatalogueLoad.Source.SEPOMEX, fingerprint)
        except (BadCatalogue, OSError) as error:
            raise CommandError(f"{path} was not loaded; nothing has changed. {error}") from error
        self.stdout.write(f"{made.codes:,} postal codes with {made.colonies:,} colonies are in force now.")
