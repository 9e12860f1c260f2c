"""Tables in files that people bring: CSV of any encoding and separator, and XLSX. Read row by row, and within limits.

What a file may be is decided by its content, not by its name.
"""

import codecs
import csv
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from leadercrm.core.errors import DomainError
from leadercrm.core.sheets import FORMULA

MEGABYTE = 1024 * 1024
MOST_BYTES = 25 * MEGABYTE
MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_CELLS = 3_000_000
MOST_OF_A_CELL = 10_000
# An XLSX is a ZIP archive: so much it may hold when it is unpacked, and so many empty rows may stand in it.
MOST_UNPACKED, MOST_FILES, MOST_EMPTY = 300 * MEGABYTE, 2_000, 300_000
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEPARATORS = (";", ",", "\t", "|")
SAMPLE_LINES, PIECE = 30, 256 * 1024
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
WINDOWS = "cp1252"


class BadTable(DomainError):
    """The file cannot be read as a table."""

    code = "bad_table"

    def __init__(self, message: Any, hint: Any = None) -> None:
        super().__init__(message, field="file", hint=hint)


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with its number as spreadsheets count; the first one is the heading.

    Raises BadTable for what is no table, or larger than the limits.
    """
    with path.open("rb") as file:
        beginning = file.read(len(ZIP))
        file.seek(0)
        if beginning == OLD_EXCEL:
            raise BadTable(
                _("This is a workbook of an old kind (.xls)."), _("Save it as .xlsx or .csv, and send that.")
            )
        yield from _bounded(_xlsx_rows(file) if beginning == ZIP else _csv_rows(file))


def _bounded(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The same rows without empty ones, as long as they keep within the limits."""
    found = cells = empty = 0
    for number, row in rows:
        while row and not row[-1]:
            row.pop()
        if not row:
            empty += 1
            if empty > MOST_EMPTY:
                raise BadTable(_("The sheet has too many empty rows."), _("Copy its rows into a new sheet."))
            continue
        found, cells = found + 1, cells + len(row)
        if len(row) > MOST_COLUMNS:
            raise BadTable(_("A table has %(most)s columns at most.") % {"most": MOST_COLUMNS})
        if found > MOST_ROWS + 1 or cells > MOST_CELLS:
            text = _("A file may have %(rows)s rows and %(cells)s cells at most.")
            raise BadTable(text % {"rows": MOST_ROWS, "cells": MOST_CELLS}, _("Split it, and import the parts."))
        if any(len(cell) > MOST_OF_A_CELL for cell in row):
            text = _("A cell in row %(row)s holds more than %(most)s characters.")
            raise BadTable(text % {"row": number, "most": MOST_OF_A_CELL})
        yield number, row


def _clean(text: str) -> str:
    """A cell's text: without what nobody sees, and without the mark by which our own files tame formulas."""
    text = text.replace("\x00", "").replace("\xa0", " ").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


# --- CSV


def _csv_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    encoding = encoding_of(file)
    file.seek(0)
    text = TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
    separator, skipped = _separator_of(text)
    reader = csv.reader(text, delimiter=separator)
    try:
        for row in reader:
            yield reader.line_num + skipped, [_clean(cell) for cell in row]
    except (csv.Error, UnicodeDecodeError):
        where = {"row": reader.line_num + 1 + skipped}
        raise BadTable(_("Row %(row)s cannot be read as text.") % where, _("Save the table as CSV in UTF-8.")) from None


def encoding_of(file: BinaryIO) -> str:
    """UTF-8 or UTF-16 by their marks, else UTF-8 if it is that all through, else what Windows writes in the West."""
    beginning = file.read(4)
    for mark, name in BOMS:
        if beginning.startswith(mark):
            return name
    if len(beginning) == 4 and (beginning[1::2] == b"\x00\x00") != (beginning[::2] == b"\x00\x00"):
        return "utf-16-le" if beginning[1::2] == b"\x00\x00" else "utf-16-be"
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return WINDOWS
    return "utf-8"


def _separator_of(text: TextIOWrapper) -> tuple[str, int]:
    """What stands between the cells, and how many lines said so themselves, as Excel's `sep=;` does."""
    try:
        lines = [line for _number, line in zip(range(SAMPLE_LINES), text, strict=False)]
    except UnicodeDecodeError:
        raise BadTable(_("The file cannot be read as text."), _("Save the table as CSV in UTF-8.")) from None
    text.seek(0)
    if not any(line.strip() for line in lines):
        raise BadTable(_("The file is empty."))
    if lines[0].lower().startswith("sep=") and len(lines[0].rstrip("\r\n")) == len("sep=;"):
        text.readline()
        return lines[0][4], 1
    return max(SEPARATORS, key=lambda separator: _fit(lines, separator)), 0


def _fit(lines: list[str], separator: str) -> tuple[float, int]:
    """How well a separator cuts the sample: the share of rows as wide as the heading, then that width."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator) if row]
    except csv.Error:
        return 0, 0
    width = len(rows[0]) if rows else 0
    alike = sum(len(row) == width for row in rows)
    return (alike / len(rows), width) if width > 1 else (0, width)


# --- XLSX


def _xlsx_rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """The first sheet that has rows. Of a formula its last value is read."""
    _refuse_bombs(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next((sheet for sheet in book.worksheets if sheet.sheet_state == "visible"), None)
        if sheet is None:
            raise BadTable(_("The workbook has no sheet."))
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        for number, row in enumerate(rows, start=1):
            yield number, [_clean(text_of(value)) for value in row]
    except (BadTable, MemoryError):
        raise
    except Exception as error:  # a parser that meets nonsense fails in many ways
        raise BadTable(_("The workbook is damaged."), _("Open it, save it anew as .xlsx or .csv.")) from error


def _refuse_bombs(file: BinaryIO) -> None:
    """Refuse an archive that would unpack to more than a table needs, and XML that declares entities.

    What is read of a member never exceeds the size that it declares: zipfile sees to that.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_UNPACKED:
                raise BadTable(_("The workbook is too large when it is unpacked."), _("Save it as CSV, and send that."))
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and b"<!" in _beginning(archive, member):
                    raise BadTable(_("The workbook is damaged."), _("Open it, save it anew as .xlsx or .csv."))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise BadTable(_("The workbook is damaged."), _("Open it, save it anew as .xlsx or .csv.")) from None
    file.seek(0)


def _beginning(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """An XML file's first bytes, in which a declaration of its type would stand, whatever its encoding."""
    with archive.open(member) as part:
        return part.read(1024).replace(b"\x00", b"").replace(b"<!--", b"")


def text_of(value: Any) -> str:
    """A cell's value as one would have typed it: a date as ISO has it, a number without an idle `.0`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)).normalize(), "f") if value == value and abs(value) < 1e20 else ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return "" if text in ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!") else text
