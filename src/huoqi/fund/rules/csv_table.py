"""Tables that people hand in as CSV text: cells by row and column, refusals that name both.

A row is counted as an editor counts lines: the heading is row 1, blank lines count too.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from huoqi.kit.errors import DomainError
from huoqi.kit.money import AmountMalformed, parse_scaled

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
BYTE_ORDER_MARK = "\ufeff"


class BadNumber(DomainError):
    """A cell is not a number of the stated scale, or lies outside what is possible."""

    code: ClassVar[str] = "validation.bad_number"


class BadDate(DomainError):
    """A cell is not a date of the form YYYY-MM-DD, or the calendar has no such day."""

    code: ClassVar[str] = "validation.bad_date"


class ColumnMissing(DomainError):
    """The heading lacks a column that the table needs."""

    code: ClassVar[str] = "validation.column_missing"


class TableMalformed(DomainError):
    """The text cannot be read as CSV: an open quotation mark, a line that never ends."""

    code: ClassVar[str] = "validation.table_malformed"


class CellCountDiffers(DomainError):
    """A line has fewer or more cells than the heading: cut short, or a comma inside a number."""

    code: ClassVar[str] = "validation.cell_count"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its row number and its cells by column."""

    row: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Return a cell without the blanks around it; an absent cell is empty."""
        return self.cells.get(column, "").strip()

    def date(self, column: str) -> date:
        """Return a cell as a date; raise BadDate naming row and column."""
        text = self.text(column)
        if not _ISO_DATE.fullmatch(text):
            raise BadDate(row=self.row, column=column)
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise BadDate(row=self.row, column=column) from error

    def number(self, column: str, *, decimals: int) -> int:
        """Return a cell as an integer of 10**-decimals; raise BadNumber naming row and column."""
        try:
            return parse_scaled(self.text(column), decimals=decimals)
        except AmountMalformed as error:
            raise BadNumber(row=self.row, column=column) from error


def read_table(text: str, *, columns: Sequence[str]) -> list[Line]:
    """Return the lines of a CSV text whose heading has at least the given columns.

    A byte-order mark, Windows line ends and blank lines are tolerated; further columns are kept.

    >>> read_table("date,income\\n\\n2015-05-11,1.2\\n", columns=["date"])[0].row
    3
    """
    reader = csv.reader(text.removeprefix(BYTE_ORDER_MARK).splitlines(keepends=True), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise TableMalformed(row=reader.line_num) from error
    heading = [name.strip() for name in lines[0][1]] if lines else []
    for column in columns:
        if column not in heading:
            raise ColumnMissing(row=lines[0][0] if lines else 1, column=column)
    return [_line(row, cells=cells, heading=heading) for row, cells in lines[1:]]


def _line(row: int, *, cells: list[str], heading: list[str]) -> Line:
    """Return one line by column; every column has its cell, and nothing stands beyond them."""
    if len(cells) != len(heading):
        first_odd = min(len(cells), len(heading))
        column = heading[first_odd] if first_odd < len(heading) else str(first_odd + 1)
        raise CellCountDiffers(row=row, column=column)
    return Line(row, dict(zip(heading, cells, strict=True)))
