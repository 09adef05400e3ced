"""Sheets: bulk figures as one frozen record over a buffer, so that five million readings never become objects."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from operator import lt
from typing import ClassVar

from attrs import field, frozen

from partybuilding.domain.record import (
    LONGEST_ID,
    Record,
    as_read,
    is_id,
    is_whole,
    require_interval,
    valid_day,
)
from partybuilding.errors import Problem, RecordProblem, Where

WIDTH = 8
"""Bytes of a figure: a little-endian int64."""


@frozen(kw_only=True)
class Sheet(Record):
    """The reported figures of one fact in one period, a row an organisation.

    ``index`` holds the organisations' ids as UTF-8 lines in rising order, ``buffer`` their figures as little-endian int64
    in the same order, so that equal content has equal bytes on every machine. An organisation that is not in the index
    reported nothing: missing is not zero. The period is the half-open ``[starts, ends)``.

    Raises:
        RecordProblem: ``empty-interval``, ``sheet-size``, ``sheet-index`` for lines that are no text, not in rising
            order, or twice; all at once.
    """

    noun: ClassVar[str] = "sheet"
    name: str
    unit: str
    starts: date = field(validator=valid_day)
    ends: date = field(validator=valid_day)
    index: bytes = field(repr=False)
    buffer: bytes = field(repr=False)

    def __attrs_post_init__(self) -> None:
        require_interval(self.starts, self.ends, kind="sheet", record=self.id)
        where = Where(kind="sheet", record=self.id)
        problems = tuple(self._problems(where))
        if problems:
            raise RecordProblem(*problems)

    def _problems(self, where: Where) -> Iterator[Problem]:
        lines = self.index.split(b"\n") if self.index else []
        if len(self.buffer) != len(lines) * WIDTH:
            read, expected = f"{len(self.buffer)} bytes", f"{len(lines) * WIDTH} bytes"
            yield Problem("sheet-size", where, read, expected, "Give one figure of 8 bytes to each line.")
        if not (_is_text(self.index) and all(lines) and all(map(lt, lines, islice(lines, 1, None)))):
            remedy = "Sort the lines, and list each organisation once."
            yield Problem("sheet-index", where, "its index", "ids as lines in rising order", remedy)

    @property
    def valid(self) -> tuple[date | None, date | None]:
        """From the first day of its period on: a snapshot in the period sees it, and the engine asks for the period."""
        return self.starts, None

    @property
    def organisations(self) -> tuple[str, ...]:
        """The ids of the organisations that reported, in the order of the rows."""
        return tuple(self.index.decode().split("\n")) if self.index else ()

    @property
    def figures(self) -> tuple[int, ...]:
        """The figures in the order of the rows."""
        return struct.unpack(f"<{len(self.buffer) // WIDTH}q", self.buffer)

    @property
    def digest(self) -> str:
        """The digest of the content: the same figures of the same organisations have the same one."""
        return hashlib.sha256(self.index + b"\0" + self.buffer).hexdigest()


def _is_text(index: bytes) -> bool:
    """Whether the index can be read, so that no reader of the ids fails later."""
    try:
        index.decode()
    except UnicodeDecodeError:
        return False
    return True


def sheet(*, name: str, unit: str, starts: date, ends: date, figures: Mapping[str, int]) -> Sheet:
    """Lay reported figures, organisation → whole number in the smallest unit, into a sheet with its natural id.

    Raises:
        RecordProblem: ``bad-id`` for an organisation, ``not-whole`` for a figure that is a float, a truth value or beyond
            64 bits; all at once.

    >>> given = sheet(name="members", unit="member", starts=date(2026, 1, 1), ends=date(2027, 1, 1), figures={"b": 2, "a": 1})
    >>> given.id, given.organisations, given.figures
    ('members/2026-01-01/2027-01-01', ('a', 'b'), (1, 2))
    """
    problems = tuple(_bad_rows(name, figures))
    if problems:
        raise RecordProblem(*problems)
    ids = sorted(figures)
    return Sheet(
        id=f"{name}/{starts}/{ends}",
        name=name,
        unit=unit,
        starts=starts,
        ends=ends,
        index="\n".join(ids).encode(),
        buffer=struct.pack(f"<{len(ids)}q", *(figures[each] for each in ids)),
    )


def _bad_rows(name: str, figures: Mapping[str, int]) -> Iterator[Problem]:
    for organisation, figure in figures.items():
        where = Where(kind="sheet", record=name, organisation=organisation)
        if not is_id(organisation):
            expected = f"1 to {LONGEST_ID} characters without space, control character or colon"
            yield Problem("bad-id", where, as_read(organisation), expected, "Name an organisation.")
        if not is_whole(figure):
            yield Problem("not-whole", where, as_read(figure), "a whole number", "Give the smallest unit.")
