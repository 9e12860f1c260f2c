"""`manage.py build_postal_codes CATALOGS_DB`: make the shipped catalogue anew. See leadercrm/postal/data/README.md."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leadercrm.postal.places import BadCatalogue, refuse_nonsense
from leadercrm.postal.sat import read_sat
from leadercrm.postal.shipped import FILE, write_shipped


class Command(BaseCommand):
    """For whoever makes a release; touches no database."""

    help = "Rebuild the postal codes that come with the product from satcfdi's catalogs.db."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("catalogue", type=Path, help="the file satcfdi/catalogs/catalogs.db of the package")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            places = read_sat(options["catalogue"])
            refuse_nonsense(places)
        except BadCatalogue as error:
            raise CommandError(str(error)) from error
        size = write_shipped(places, FILE)
        colonies = sum(len(place.colonies) for place in places)
        self.stdout.write(f"{len(places):,} postal codes, {colonies:,} colonies, {size / 1024:,.0f} KiB: {FILE}")
