"""Filling the table of postal codes: all of it or nothing, while look-ups go on."""

from collections.abc import Sequence

from django.db import connection, transaction

from leadercrm.postal.models import CatalogueLoad
from leadercrm.postal.places import Place, refuse_nonsense
from leadercrm.postal.shipped import fingerprint, read_shipped

# Readers see the old rows until the commit; only another load waits.
PREPARE = """
    LOCK TABLE "public"."postal_postalcode" IN SHARE ROW EXCLUSIVE MODE;
    CREATE TEMPORARY TABLE postal_coming (code text, state text, municipality text, city text, answer text)
"""
COPY = "COPY pg_temp.postal_coming FROM STDIN"
# Only what has changed is written: a refresh touches some hundreds of rows, and leaves no second table behind.
MERGE = """
    DELETE FROM "public"."postal_postalcode" p
     WHERE NOT EXISTS (SELECT FROM pg_temp.postal_coming c WHERE c.code = p.code);
    INSERT INTO "public"."postal_postalcode" AS p (code, state, municipality, city, answer)
    SELECT code, state, municipality, city, answer FROM pg_temp.postal_coming
        ON CONFLICT (code) DO UPDATE
       SET (state, municipality, city, answer) =
           (excluded.state, excluded.municipality, excluded.city, excluded.answer)
     WHERE (p.state, p.municipality, p.city, p.answer)
           IS DISTINCT FROM (excluded.state, excluded.municipality, excluded.city, excluded.answer);
    DROP TABLE pg_temp.postal_coming
"""


def load_shipped(loads: type[CatalogueLoad] = CatalogueLoad) -> CatalogueLoad | None:
    """Load the catalogue that comes with the product; None when there is nothing to do.

    Called by migrations, with their own edition of the model, so that installing and updating need no
    further step: a release with a newer file has a migration that calls this. What an operator has loaded from
    SEPOMEX is newer and stays.
    """
    last = loads._default_manager.order_by("-pk").first()
    if last and (last.source != CatalogueLoad.Source.SHIPPED or last.fingerprint == fingerprint()):
        return None
    return load(read_shipped(), CatalogueLoad.Source.SHIPPED, fingerprint(), loads)


def load(
    places: Sequence[Place],
    source: CatalogueLoad.Source,
    print_of_file: str,
    loads: type[CatalogueLoad] = CatalogueLoad,
) -> CatalogueLoad:
    """Make the table hold exactly these places, in one transaction. Raises BadCatalogue before it writes."""
    refuse_nonsense(places)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(PREPARE)
        with cursor.copy(COPY) as copy:
            for place in places:
                copy.write_row([place.code, place.state, place.municipality, place.named_city, place.answer])
        cursor.execute(MERGE)
        return loads._default_manager.create(
            source=source,
            fingerprint=print_of_file,
            codes=len(places),
            colonies=sum(len(place.colonies) for place in places),
        )
