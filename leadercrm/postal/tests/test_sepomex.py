"""Reading what SEPOMEX offers: each of its formats, and what is none of them."""

import zipfile
from pathlib import Path

import pytest

from leadercrm.postal.places import BadCatalogue, Place
from leadercrm.postal.sepomex import read_sepomex
from leadercrm.postal.tests.catalogues import NAMES, NOTICE, PLACES, lines_of, text_of, xml_of


def read(tmp_path: Path, raw: bytes) -> list[Place]:
    path = tmp_path / "CPdescarga"
    path.write_bytes(raw)
    return read_sepomex(path)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_text_in_any_encoding_that_it_comes_in(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, text_of(PLACES, encoding)) == PLACES


def test_xml(tmp_path: Path) -> None:
    assert read(tmp_path, xml_of(PLACES)) == PLACES
    assert read(tmp_path, b"\xef\xbb\xbf" + xml_of(PLACES)) == PLACES


@pytest.mark.parametrize(("name", "write"), [("CPdescarga.txt", text_of), ("CPdescarga.xml", xml_of)])
def test_zip_of_either(tmp_path: Path, name: str, write: object) -> None:
    path = tmp_path / "CPdescargatxt.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, write(PLACES))  # type: ignore[operator]
    assert read_sepomex(path) == PLACES


def test_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fotos.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("foto.jpg", b"")
    with pytest.raises(BadCatalogue, match=r"foto\.jpg"):
        read_sepomex(path)


def test_states_are_named_as_people_name_them(tmp_path: Path) -> None:
    places = [
        Place(f"{number}0000", name, "Municipio", "", ("Centro",))
        for number, name in enumerate(["México", "Veracruz de Ignacio de la Llave", "Michoacán de Ocampo", "Jalisco"])
    ]
    states = [place.state for place in read(tmp_path, text_of(places))]
    assert states == ["Estado de México", "Veracruz", "Michoacán", "Jalisco"]


def test_code_in_two_municipalities_belongs_to_the_larger_part(tmp_path: Path) -> None:
    parts = [
        Place("64000", "Nuevo León", "García", "", ("A",)),
        Place("64000", "Nuevo León", "Monterrey", "Monterrey", ("C", "B")),
    ]
    assert read(tmp_path, text_of(parts)) == [Place("64000", "Nuevo León", "Monterrey", "Monterrey", ("A", "B", "C"))]


def test_columns_may_come_in_another_order_and_blank_lines_between(tmp_path: Path) -> None:
    turned = "\n".join("|".join(reversed(line.split("|"))) for line in [NAMES, *lines_of(PLACES)])
    assert read(tmp_path, turned.encode()) == PLACES
    blank = text_of(PLACES).replace(b"\r\n64000", b"\r\n||||||||||||||\r\n\r\n64000", 1)
    assert read(tmp_path, blank) == PLACES


def test_spaces_around_and_within_names_are_mended(tmp_path: Path) -> None:
    line = lines_of([PLACES[0]])[0].replace("San Ángel", "  San   Ángel ")
    assert read(tmp_path, f"{NAMES}\n{line}".encode())[0].colonies == ("San Ángel",)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "names the columns"),
        (b"\x00\x01\x02" * 1000, "names the columns"),
        (NOTICE.encode(), "names the columns"),
        (b"a,b,c\n1,2,3\n", "names the columns"),
        (text_of(PLACES).replace(b"|", b"\t"), "names the columns"),
        (text_of(PLACES).replace(b"|d_estado", b"|estado"), "d_estado are missing"),
        (text_of(PLACES).replace(b"|D_mnpio|d_estado", b"|x|y"), "D_mnpio, d_estado are missing"),
        (text_of(PLACES)[:-30], "Line 7 has"),
        (xml_of(PLACES)[:-50], "no XML"),
        (b"<html><body>Servicio no disponible<br></body></html>", "no XML"),
        (xml_of(PLACES).replace(b"d_estado", b"estado"), "d_estado are missing"),
    ],
)
def test_what_is_no_catalogue_is_refused_with_its_reason(tmp_path: Path, raw: bytes, reason: str) -> None:
    with pytest.raises(BadCatalogue, match=reason):
        read(tmp_path, raw)
