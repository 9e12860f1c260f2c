"""Tables as files for spreadsheets: CSV and XLSX, in which nothing is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

# By it spreadsheets know UTF-8.
BOM = "\ufeff"
# What they take for the beginning of a formula, in any width.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whatever somebody has called themselves."""
    return f"'{text}" if text.startswith(FORMULA) else text


class _Line:
    """What csv.writer writes to: gives the line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Line by line. Figures stay figures; texts are made harmless."""
    write = csv.writer(_Line()).writerow
    yield BOM + write([str(name) for name in head])
    for row in rows:
        yield write([_plain(value) for value in row])


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)):
        return value
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else harmless(str(value))


def xlsx_bytes(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet. Texts are texts, whatever they begin with."""
    buffer = io.BytesIO()
    write_xlsx(buffer, head, rows)
    return buffer.getvalue()


def write_xlsx(file: Any, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> None:
    """The same into a file, row by row: memory holds one of them."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(head) - 1), 22)
        for place, name in enumerate(head):
            sheet.write_string(0, place, str(name), bold)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(line, place, value.replace(tzinfo=None), day)
                elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
                    sheet.write_number(line, place, value)
                elif value is not None:
                    sheet.write_string(line, place, str(value))
