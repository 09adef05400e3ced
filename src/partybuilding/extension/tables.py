"""Tables: what CSV files, pages and file formats read and write, with cells that know what they are.

A cell is a text, a whole number with its unit, a day, a rate, a yes or no, or missing; never a float. So every way out
shows the same figure, and a figure that comes in keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import field, frozen

from partybuilding.domain.record import whole
from partybuilding.domain.standards import Unit
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label, Language
from partybuilding.money import Rate, half_up
from partybuilding.money import shown as shown_number

MISSING = "—"
"""How a missing figure is shown: it is not zero."""
TRUTHS = {True: Label("是", "yes"), False: Label("否", "no")}
HUNDREDTHS = 100
"""Steps to a percent where an exact percentage would be too long."""


@frozen
class Amount:
    """A whole number of the smallest steps of a unit.

    >>> from partybuilding.domain.standards import point
    >>> shown(Amount(875_000, point), "en")
    '87.5'
    """

    value: int = field(validator=whole)
    unit: Unit


Cell = str | Label | Amount | date | Rate | bool | None
"""Text (the same in both languages, or a label), amount, day, rate, yes or no, missing."""
KINDS = (str, Label, Amount, date, Rate, bool, type(None))


def shown(cell: Cell, language: Language) -> str:
    """A cell as people write it: figures exact, never rounded, trailing zeros cut.

    Only a rate without a short exact percentage is rounded, half up to two decimals of a percent, and marked with ≈.

    >>> shown(Rate(1, 8), "zh"), shown(Rate(2, 3), "zh"), shown(True, "zh"), shown(None, "zh")
    ('12.5%', '≈66.67%', '是', '—')
    """
    if cell is None:
        return MISSING
    if isinstance(cell, bool):
        return TRUTHS[cell].say(language)
    if isinstance(cell, Label):
        return cell.say(language)
    if isinstance(cell, Amount):
        return shown_number(cell.value, cell.unit.scale)
    if isinstance(cell, Rate):
        return _percentage(cell)
    return cell if isinstance(cell, str) else cell.isoformat()


def _percentage(rate: Rate) -> str:
    exact = rate.text()
    if exact.endswith("%"):
        return exact
    steps = half_up(rate.numerator * 100 * HUNDREDTHS, rate.denominator)
    return f"≈{shown_number(steps, HUNDREDTHS)}%"


def _labels(given: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(given)


def _rows(given: Iterable[Iterable[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in given)


@frozen(kw_only=True)
class Table:
    """A title, a head, rows of cells as long as the head, and notes below.

    Raises:
        RecordProblem: a row of another length (``row-length``), or a cell that is none (``bad-cell``); all at once.

    >>> table = Table(title=Label("党员", "Members"), headers=(Label("组织", "organisation"),), rows=[["shili-01"]])
    >>> table.rows
    (('shili-01',),)
    """

    title: Label
    headers: tuple[Label, ...] = field(converter=_labels)
    rows: tuple[tuple[Cell, ...], ...] = field(converter=_rows, repr=False)
    notes: tuple[Label, ...] = field(default=(), converter=_labels)

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        for number, row in enumerate(self.rows, start=1):
            where = Where(kind="table", record=self.title.en, row=number)
            if len(row) != len(self.headers):
                read, expected = f"{len(row)} cells", f"{len(self.headers)} cells"
                yield Problem(
                    "row-length", where, read, expected, "Give a cell for every header; None is missing."
                )
            for column, cell in enumerate(row, start=1):
                if type(cell) not in KINDS:
                    place = Where(kind="table", record=self.title.en, row=number, column=str(column))
                    expected = "a text, a Label, an Amount, a day, a Rate, a yes or no, or None"
                    yield Problem(
                        "bad-cell", place, f"a {type(cell).__name__}", expected, "Say what the figure is."
                    )
