"""A CSV file as a grid of texts: one header, rows of the same length, no mark that cannot be seen."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from attrs import evolve, field, frozen

from partybuilding.errors import Problem, Where

if TYPE_CHECKING:
    from partybuilding.exchange.complaints import Complaints

REFUSED = frozenset({"Cc", "Cf", "Cs", "Cn"})
"""Control, format, surrogate and unassigned characters: what nobody sees makes two names of one."""
_LINE_ENDS = frozenset("\r\n")
_SEPARATORS = ";\t；，"


class Row(NamedTuple):
    """A row as a spreadsheet counts it (the header is row 1); ``broken`` are the positions that cannot be used.

    A named tuple, because there may be millions of them.
    """

    number: int
    cells: tuple[str, ...]
    broken: frozenset[int] = frozenset()


@frozen(kw_only=True)
class Grid:
    """The texts of a file; ``complete`` unless reading had to stop within it."""

    file: str
    header: Row
    rows: tuple[Row, ...] = field(repr=False)
    complete: bool = True


def invisible(text: str) -> frozenset[str]:
    r"""The characters of a text that are refused.

    >>> sorted(hex(ord(mark)) for mark in invisible("示例\u200b村"))
    ['0x200b']
    """
    return frozenset(mark for mark in set(text) if unicodedata.category(mark) in REFUSED)


def named(marks: frozenset[str]) -> str:
    r"""Characters by their code points, since they cannot be shown.

    >>> named(frozenset("\u200b\n"))
    'U+000A U+200B'
    """
    return " ".join(f"U+{ord(mark):04X}" for mark in sorted(marks))


def read_grid(text: str, file: str, complaints: Complaints) -> Grid | None:
    """Cut a text into header and rows; None if it has no header. Rows without any text are left out."""
    found, complete = _parsed(text, file, complaints)
    if not found or found[0][0] != 1:
        if complete:
            place, remedy = Where(file=file, row=1), "Write the names of the columns into the first row."
            complaints.add(Problem("no-header", place, "nothing", "the names of the columns", remedy))
        return None
    header = tuple(found[0][1])
    if len(header) == 1 and (mark := next((each for each in _SEPARATORS if each in header[0]), None)):
        place, remedy = Where(file=file, row=1), "Save the file with commas between the cells."
        complaints.add(Problem("wrong-separator", place, repr(mark), "','", remedy))
        return None
    checked = _Checked(file=file, header=header, bad=invisible(text) - _LINE_ENDS, folded='"' in text)
    first, *rows = (checked.row(number, cells, complaints) for number, cells in found)
    return Grid(file=file, header=first, rows=tuple(rows), complete=complete)


def _parsed(text: str, file: str, complaints: Complaints) -> tuple[list[tuple[int, list[str]]], bool]:
    """The rows that hold any text, with their numbers; and whether all could be parsed."""
    found: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if any(cells):
                found.append((number, cells))
    except csv.Error as error:
        place, remedy = Where(file=file, row=number + 1), "Close every quotation mark that is opened."
        complaints.add(Problem("bad-csv", place, str(error), "rows of cells between commas", remedy))
        return found, False
    return found, True


@frozen(kw_only=True)
class _Checked:
    """What the rows of a file are held against; ``folded`` tells that a cell might hold a line break."""

    file: str
    header: tuple[str, ...]
    bad: frozenset[str]
    folded: bool

    def row(self, number: int, cells: list[str], complaints: Complaints) -> Row:
        """A row of exactly the length of the header: what is missing or cannot be used is marked as broken."""
        width = len(self.header)
        if not self.bad and not self.folded and len(cells) == width:
            return Row(number, tuple(cells))
        place = Where(file=self.file, row=number)
        if len(cells) != width:
            remedy = "Give every row a cell for each column; put quotation marks around a text with a comma."
            complaints.add(Problem("ragged-row", place, f"{len(cells)} cells", f"{width} cells", remedy))
        broken = {*range(len(cells), width), *(range(width) if len(cells) > width else ())} - {0}
        for position, cell in enumerate(cells[:width]):
            if marks := self._marks(cell):
                broken.add(position)
                where = evolve(place, column=self.header[position] if number > 1 else None)
                remedy = "Delete the character, or type the cell again."
                complaints.add(Problem("bad-character", where, named(marks), "visible characters", remedy))
        padded = (*cells[:width], *[""] * (width - len(cells)))
        return Row(number, padded, frozenset(broken))

    def _marks(self, cell: str) -> frozenset[str]:
        return (self.bad | _LINE_ENDS).intersection(cell)
