"""Rows of a grid as lines of a form: every cell read as its kind, what cannot be read complained about and marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import field, frozen

from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.exchange.columns import Column, Form
from partybuilding.extension.names import nearest

if TYPE_CHECKING:
    from partybuilding.exchange.complaints import Complaints
    from partybuilding.exchange.grids import Grid, Row


@frozen(kw_only=True)
class Line:
    """A row that was read: its values by column, without the empty ones, and the columns that could not be read.

    ``titles`` are the headers as they stand in the file, so that a complaint names the column as the reader sees it.
    """

    form: Form
    row: int
    values: Mapping[str, object] = field(factory=dict)
    broken: frozenset[str] = frozenset()
    titles: Mapping[str, str] = field(factory=dict, repr=False)

    def where(self, column: str | None = None) -> Where:
        """The place of the line, or of one of its cells."""
        title = None if column is None else self.titles.get(column, column)
        return Where(file=self.form.file, row=self.row, column=title)

    @property
    def fields(self) -> dict[str, str]:
        """The header of the column that fills each field of the record."""
        return {each.target: self.titles.get(each.name, each.name) for each in self.form.columns}

    def text(self, column: str) -> str | None:
        """The value of a column that holds a text or an id."""
        value = self.values.get(column)
        return value if isinstance(value, str) else None

    @property
    def id(self) -> str | None:
        """The id of the row: its own, else made from its key; None where that cannot be told."""
        given = self.text("id")
        if given is not None or not self.form.key or self.broken.intersection(("id", *self.form.key)):
            return given
        return "/".join(str(self.values[each]).replace(":", "/") for each in self.form.key)


@frozen(kw_only=True)
class Lines:
    """The lines of a file; ``complete`` unless rows may be missing."""

    form: Form
    lines: tuple[Line, ...] = ()
    complete: bool = True


@frozen(kw_only=True)
class Head:
    """The columns of a file by position (None: not to be used), and those that it lacks."""

    form: Form
    columns: tuple[Column | None, ...]
    lacking: frozenset[str]
    titles: Mapping[str, str]


def read_lines(grid: Grid, form: Form, complaints: Complaints) -> Lines:
    """The rows of a grid as lines of a form."""
    head = read_head(grid, form, complaints)
    lines = tuple(_line(row, head, complaints) for row in grid.rows)
    return Lines(form=form, lines=lines, complete=grid.complete)


def read_head(grid: Grid, form: Form, complaints: Complaints) -> Head:
    """The header of a grid: unknown, repeated and missing columns are complained about, all at once."""
    columns: list[Column | None] = []
    guessed: set[str] = set()
    for position, title in enumerate(grid.header.cells):
        column = None if position in grid.header.broken else form.column(title)
        if column is None and position not in grid.header.broken:
            complaints.add(_unknown(title, form))
            near = form.column(nearest(title, form.titles).partition(", ")[0])
            guessed |= {near.name} if near else set()
        elif column is not None and column in columns:
            place, remedy = Where(file=form.file, row=1, column=title), "Keep one of the two."
            complaints.add(
                Problem("duplicate-column", place, f"{column.name} {column.zh}", "each column once", remedy)
            )
            column = None
        columns.append(column)
    there = {column.name for column in columns if column}
    lacking = frozenset(each.name for each in form.columns if each.needed and each.name not in there)
    for column in form.columns:
        if column.name in lacking - guessed and not grid.header.broken:
            place, remedy = Where(file=form.file, row=1, column=column.name), "Add the column."
            complaints.add(Problem("missing-column", place, "nothing", f"{column.name} {column.zh}", remedy))
    pairs = zip(columns, grid.header.cells, strict=True)
    titles = {column.name: title for column, title in pairs if column}
    return Head(form=form, columns=tuple(columns), lacking=lacking, titles=titles)


def _unknown(title: str, form: Form) -> Problem:
    expected = nearest(title, form.titles) or ", ".join(each.name for each in form.columns)
    place, remedy = Where(file=form.file, row=1, column=title), "Rename the column, or delete it."
    return Problem("unknown-column", place, title or "an empty header", expected, remedy)


def _line(row: Row, head: Head, complaints: Complaints) -> Line:
    values: dict[str, object] = {}
    broken = set(head.lacking)
    bare = Line(form=head.form, row=row.number, titles=head.titles)
    for position, column in enumerate(head.columns):
        if column is None:
            continue
        if position in row.broken:
            broken.add(column.name)
            continue
        text = row.cells[position]
        problems = list(_cell(text, column, values))
        if problems:
            broken.add(column.name)
            for problem in problems:
                complaints.take(InputProblem(problem), bare.where(column.name))
    return Line(form=head.form, row=row.number, values=values, broken=frozenset(broken), titles=head.titles)


def _cell(text: str, column: Column, values: dict[str, object]) -> Iterator[Problem]:
    """Read one cell into the values; an empty one is no value."""
    if not text:
        if column.needed:
            yield Problem("empty-cell", Where(), "nothing", column.kind.looks, "Fill in the cell.")
        return
    try:
        values[column.name] = column.kind.read(text)
    except InputProblem as error:
        yield from error.problems
