"""The catalogue that comes with the product: data/catalogue.tsv.gz; data/README.md says where it is from.

One line per postal code, in their order: code, state, municipality, city, then its colonies, with tabs
between them. gzip and not xz, which would be a quarter smaller: Pythons without the lzma module are
common, without zlib there are none.
"""

import gzip
import hashlib
from collections.abc import Iterable
from pathlib import Path

from leadercrm.postal.places import Place

FILE = Path(__file__).with_name("data") / "catalogue.tsv.gz"


def read_shipped(path: Path = FILE) -> list[Place]:
    """The places of the shipped file."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [_place(line.split("\t")) for line in lines]


def write_shipped(places: Iterable[Place], path: Path = FILE) -> int:
    """Write the file; returns its size in bytes. The same places always make the same bytes."""
    lines = sorted(
        "\t".join([place.code, place.state, place.municipality, place.city, *place.colonies]) for place in places
    )
    return path.write_bytes(gzip.compress("\n".join(lines).encode(), compresslevel=9, mtime=0))


def fingerprint(path: Path = FILE) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _place(fields: list[str]) -> Place:
    code, state, municipality, city, *colonies = fields
    return Place(code, state, municipality, city, tuple(colonies))
