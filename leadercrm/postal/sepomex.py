"""From SEPOMEX's own download to places: CPdescarga.txt, CPdescarga.xml, or the zip that either comes in.

The text has a line about its licence, a line of column names, and a line per colony with | between the
fields, in the old Windows code page; the XML has an element per colony with a child per column.
"""

import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from leadercrm.postal.places import BadCatalogue, Place, in_order

CODE, COLONY, MUNICIPALITY, STATE, CITY = COLUMNS = ("d_codigo", "d_asenta", "D_mnpio", "d_estado", "d_ciudad")
# SEPOMEX writes some states' names in full, or with the name of before; SAT and everybody else do not.
SHORT_STATES = {
    "Coahuila de Zaragoza": "Coahuila",
    "Distrito Federal": "Ciudad de México",
    "Michoacán de Ocampo": "Michoacán",
    "México": "Estado de México",
    "Veracruz de Ignacio de la Llave": "Veracruz",
}
HEAD_LINES = 10
SPACES = re.compile(r"\s+")

Fields = tuple[str, ...]


def read_sepomex(path: Path) -> list[Place]:
    """The places of one of SEPOMEX's files. Raises BadCatalogue, which names the line at fault."""
    raw = _unzipped(path)
    rows = _xml_rows(raw) if raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") else _text_rows(raw)
    return list(_gathered(rows))


def _unzipped(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.lower().endswith((".txt", ".xml"))]
        if len(inside) != 1:
            raise BadCatalogue(f"The zip should hold one .txt or .xml; it holds {', '.join(archive.namelist())}.")
        return archive.read(inside[0])


def _decoded(raw: bytes) -> str:
    """UTF-8 if somebody has saved it anew; text of the old code page with accents in it never passes for that."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _text_rows(raw: bytes) -> Iterator[Fields]:
    lines = _decoded(raw).splitlines()
    head = next((number for number, line in enumerate(lines[:HEAD_LINES]) if CODE in line.split("|")), None)
    if head is None:
        raise BadCatalogue(f"None of its first lines names the columns; one should begin with {CODE}|{COLONY}|….")
    names = [name.strip() for name in lines[head].split("|")]
    _refuse_missing(names)
    places = [names.index(name) for name in COLUMNS]
    for number, line in enumerate(lines[head + 1 :], start=head + 2):
        if not line.strip("| "):
            continue
        fields = line.split("|")
        if len(fields) != len(names):
            raise BadCatalogue(f"Line {number} has {len(fields)} fields where {len(names)} columns are named.")
        yield tuple(fields[place] for place in places)


def _xml_rows(raw: bytes) -> Iterator[Fields]:
    try:
        root = ElementTree.fromstring(raw)  # noqa: S314 - the operator's own file, and expat limits entities
    except ElementTree.ParseError as error:
        raise BadCatalogue(f"It is no XML that can be read: {error}.") from error
    for element in root:
        fields = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
        if CODE not in fields:  # the schema that stands before the rows
            continue
        # An element that is empty in a row is left out of it, so only a row with few of them is wrong.
        _refuse_missing([*fields, CITY, COLONY])
        yield tuple(fields.get(name, "") for name in COLUMNS)


def _refuse_missing(names: Iterable[str]) -> None:
    missing = [name for name in COLUMNS if name not in set(names)]
    if missing:
        raise BadCatalogue(f"The columns {', '.join(missing)} are missing.")


def _gathered(rows: Iterable[Fields]) -> Iterator[Place]:
    """One place per code. Some codes reach into a second municipality: theirs is the one named most often."""
    colonies: dict[str, set[str]] = defaultdict(set)
    where: dict[str, Counter[Fields]] = defaultdict(Counter)
    for row in rows:
        code, colony, municipality, state, city = (SPACES.sub(" ", field).strip() for field in row)
        where[code][SHORT_STATES.get(state, state), municipality, city] += 1
        colonies[code] |= {colony} - {""}
    for code, named in where.items():
        state, municipality, city = named.most_common(1)[0][0]
        yield Place(code, state, municipality, city, in_order(colonies[code]))
