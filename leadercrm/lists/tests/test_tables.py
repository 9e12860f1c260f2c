"""Files of all kinds, read as tables; and those that would do harm."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from leadercrm.core.testing.tenants import TestTenant
from leadercrm.lists import cells, tables
from leadercrm.lists.tables import BadTable, rows_of
from leadercrm.lists.tests.conftest import csv_of, xlsx_of

TABLE = [("Nombre", "Año, y más"), ("Ñandú ácido", "línea\ncon salto"), ("«comillas»", "2")]


def read(tmp_path: Path, content: bytes) -> list[list[str]]:
    path = tmp_path / "file"
    path.write_bytes(content)
    return [row for _number, row in rows_of(path)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    found = read(tmp_path, csv_of(TABLE, separator, encoding))
    assert found == [list(row) for row in TABLE]


def test_rows_keep_their_numbers_and_lose_what_nobody_sees(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes("sep=;\r\na;b\r\n;\r\n'+52 55;\xa0x \r\n".encode())
    assert list(rows_of(path)) == [(2, ["a", "b"]), (4, ["+52 55", "x"])]


def test_a_workbook_gives_values(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["n", "d", "f", "b", "t"])
    book.active.append([5.0, None, "=1+1", True, " x "])
    book.create_sheet("other").append(["never"])
    file = io.BytesIO()
    book.save(file)
    assert read(tmp_path, file.getvalue()) == [["n", "d", "f", "b", "t"], ["5", "", "", "true", "x"]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xd0\xcf\x11\xe0old",
        b"PK\x03\x04 no zip",
        xlsx_of([("a",)])[:-30],
        b"a,b\n" + b'"' + b"x" * 200_000,
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadTable):
        read(tmp_path, content)


def zipped(name: str, content: bytes) -> bytes:
    """A workbook, one of whose members is something else."""
    file = io.BytesIO(xlsx_of([("a", "b"), (1, 2)]))
    out = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            target.writestr(member.filename, content if member.filename == name else source.read(member))
    return out.getvalue()


def test_bombs_are_refused(tmp_path: Path) -> None:
    sheet = "xl/worksheets/sheet1.xml"
    big = zipped(sheet, b" " * (tables.MOST_UNPACKED + 1))
    assert len(big) < tables.MOST_BYTES
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    )
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="999999999"><c r="A999999999"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    for content in (big, zipped(sheet, laughs), zipped(sheet, far), zipped("xl/workbook.xml", laughs)):
        with pytest.raises(BadTable):
            read(tmp_path, content)


@pytest.mark.parametrize(
    ("name", "most", "content"),
    [
        ("MOST_ROWS", 2, b"a\n1\n2\n3\n"),
        ("MOST_COLUMNS", 2, b"a,b,c\n"),
        ("MOST_CELLS", 3, b"a,b\n1,2\n"),
        ("MOST_OF_A_CELL", 3, b"a\n12345\n"),
    ],
)
def test_tables_have_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int, content: bytes
) -> None:
    assert read(tmp_path, content)
    monkeypatch.setattr(tables, name, most)
    with pytest.raises(BadTable):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("read_cell", "cell", "value"),
    [
        (cells.number, "$1,234.50", "1234.50"), (cells.number, "1.234,50 €", "1234.50"),
        (cells.number, "1,234", "1234"),
        (cells.number, "12,5", "12.5"), (cells.number, "(5)", "-5"), (cells.number, ".5", "0.5"),
        (cells.number, "MXN 1 234 567.8", "1234567.8"), (cells.number, "1.234.567", "1234567"),
        (cells.percent, "16 %", "16"), (cells.percent, "0.16", "16"), (cells.percent, "0.5%", "0.5"),
        (cells.day, "31/12/2025", "2025-12-31"), (cells.day, "1-2-26", "2026-02-01"),
        (cells.day, "2025-1-2", "2025-01-02"),
        (cells.day, "5 de mayo de 2026", "2026-05-05"), (cells.day, "2025-01-02 10:00", "2025-01-02"),
        (cells.flag, "Sí", True), (cells.flag, "FALSO", False),
    ],
)  # fmt: skip
def test_cells_are_read_as_they_are_meant(read_cell: Callable[..., object], cell: str, value: object) -> None:
    assert read_cell(cell, {"dates": "dmy"}) == value


@pytest.mark.parametrize(
    ("read_cell", "cell"),
    [
        (cells.number, "x"),
        (cells.number, "1-2"),
        (cells.day, "31/02/2025"),
        (cells.day, "mañana"),
        (cells.flag, "quizá"),
    ],
)
def test_cells_that_make_no_sense_are_refused(read_cell: Callable[..., object], cell: str) -> None:
    with pytest.raises(ValueError, match="."):
        read_cell(cell, {})


def test_months_first_where_the_import_says_so(alfa: TestTenant) -> None:
    assert cells.day("12/31/2025", {"dates": "mdy"}) == "2025-12-31"
