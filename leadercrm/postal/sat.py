"""From SAT's public catalogues, as the package satcfdi carries them, to places. For building only.

The package keeps each catalogue of CFDI as a SQLite table of pickled keys and values. They are read
without importing the package, and by an unpickler that makes plain values and nothing else.
"""

import pickle
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

from leadercrm.postal.places import BadCatalogue, Place, in_order

CODES, COLONIES, MUNICIPALITIES, CITIES, STATES = (
    f"C756_c_{name}" for name in ("CodigoPostal", "Colonia", "Municipio", "Localidad", "Estado")
)
# In SAT's list, but of no place: it stands for invoices to the general public.
NO_PLACE = "00000"


class _PlainUnpickler(pickle.Unpickler):
    """Reads strings, numbers, lists and tuples; refuses whatever would be made by calling something."""

    def find_class(self, module: str, name: str) -> Any:
        raise BadCatalogue(f"The catalogue holds a {module}.{name}, and should hold plain values only.")


def read_sat(path: Path) -> list[Place]:
    """The places of satcfdi's catalogs.db; BadCatalogue where it is another file.

    SAT lists whole ranges of numbers as postal codes: those without a municipality are of no place.
    """
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return _places(database)
    except sqlite3.Error as error:
        raise BadCatalogue(f"{path} is not satcfdi's catalogs.db: {error}.") from error


def _places(database: sqlite3.Connection) -> list[Place]:
    colonies: dict[str, list[str]] = defaultdict(list)
    for (_number, code), name in _rows(database, COLONIES):
        colonies[code].append(name)
    municipalities, cities, states = (dict(_rows(database, table)) for table in (MUNICIPALITIES, CITIES, STATES))
    return [
        Place(
            code,
            states[state][1],
            municipalities[municipality, state],
            cities[city, state] if city else "",
            in_order(colonies[code]),
        )
        for code, (state, municipality, city, *_rest) in _rows(database, CODES)
        if municipality and code != NO_PLACE
    ]


def _rows(database: sqlite3.Connection, table: str) -> Iterator[tuple[Any, Any]]:
    for key, value in database.execute(f"SELECT key, value FROM {table}"):  # noqa: S608 - our own names
        yield _PlainUnpickler(BytesIO(key)).load(), _PlainUnpickler(BytesIO(value)).load()
