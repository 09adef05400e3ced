"""Columns: the only module that has seen both a snapshot and an array.

Sheets become facts, records become tallies and pairs, goals and effective letters become targets. Values travel with a
known-mask: an organisation that reported nothing is missing, not zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from partybuilding.domain.letters import MAIN, Letter, effective
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.arithmetic import compute
from partybuilding.engine.column import Column
from partybuilding.engine.rows import Rows, courses_of, rows_of
from partybuilding.engine.tree import Tree
from partybuilding.errors import InputProblem, PlanProblem, Problem, Where
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import Fact, Pairs, Tally
from partybuilding.extension.expressions import Kind, Traced, bounds, kinds
from partybuilding.extension.expressions.grammar import LARGEST
from partybuilding.timeline import Interval, calendar_year

Mask = NDArray[np.bool_]


@frozen(kw_only=True, eq=False)
class Ground:
    """What columns are read from: a snapshot, its tree, the catalogue and the year; rows and sheets are laid out once."""

    snapshot: Snapshot
    tree: Tree
    catalogue: Catalogue
    year: int
    _rows: dict[type[Record], Rows] = field(factory=dict, init=False)

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """The yearly letters in effect."""
        return letters_in_effect(self.snapshot, self.catalogue, self.year)

    @cached_property
    def _sheets(self) -> dict[str, list[Sheet]]:
        sheets: dict[str, list[Sheet]] = {}
        for sheet in self.snapshot.of(Sheet):
            sheets.setdefault(sheet.name, []).append(sheet)
        return sheets

    def rows(self, declared: Tally | Pairs) -> Rows:
        """The rows of the records that a declaration reads."""
        if declared.of not in self._rows:
            self._rows[declared.of] = rows_of(self.snapshot, self.catalogue, declared.of)
        return self._rows[declared.of]

    def sheets(self, name: str, year: int) -> list[Sheet]:
        """The sheets of a fact whose period lies in a year, by their days.

        Raises:
            InputProblem: a period that lies in two years.
        """
        days = calendar_year(year)
        found = [
            each for each in self._sheets.get(name, ()) if days.overlaps(Interval(each.starts, each.ends))
        ]
        for each in found:
            if each.starts < _first(year) or each.ends > _first(year + 1):
                where = Where(kind="sheet", record=each.id)
                raise InputProblem(
                    Problem(
                        "period-across-years",
                        where,
                        f"{each.starts} .. {each.ends}",
                        "a period of one year",
                        "Report each year by itself.",
                    )
                )
        return sorted(found, key=lambda each: (each.starts, each.ends))

    def days(self) -> Mapping[str, int]:
        """The names that every tally may read besides fields: the day, the year and its first and last day."""
        last = _first(self.year + 1) - timedelta(days=1)
        return {
            "today": self.snapshot.on.toordinal(),
            "year_starts": _first(self.year).toordinal(),
            "year_ends": last.toordinal(),
            "this_year": self.year,
        }


def _first(year: int) -> date:
    return date(year, 1, 1)


def nothing(n: int, *, rates: bool = False) -> Column:
    """A column in which everything is missing, of numbers or of rates."""
    denominator = np.ones(n, dtype=np.int64) if rates else None
    return Column(values=np.zeros(n, dtype=np.int64), known=np.zeros(n, dtype=bool), denominator=denominator)


def fact(ground: Ground, declared: Fact) -> Column:
    """The reported figures of a fact in the year, its periods made one figure as declared.

    Raises:
        InputProblem: a figure beyond the declared bounds, or periods of a sum that overlap; organisation named.
    """
    column = nothing(ground.tree.n)
    for sheet in ground.sheets(declared.name, ground.year - declared.lag):
        at, rows = _places(ground.tree, sheet)
        given = np.frombuffer(sheet.buffer, dtype="<i8")[rows]
        _require_bounds(ground, declared, sheet, at, given)
        known = column.known[at]
        if declared.over_time == "sum":
            column.values[at] += given
        elif declared.over_time == "max":
            column.values[at] = np.where(known, np.maximum(column.values[at], given), given)
        else:
            column.values[at] = given
        column.known[at] = True
    _require_apart(ground, declared)
    return column


def _places(tree: Tree, sheet: Sheet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the reporting organisations of a sheet stand in the tree, and in which rows; others report to other lines."""
    found = [(tree.index[id_], row) for row, id_ in enumerate(sheet.organisations) if id_ in tree.index]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _require_bounds(
    ground: Ground, declared: Fact, sheet: Sheet, at: NDArray[np.int64], given: NDArray[np.int64]
) -> None:
    beyond = np.flatnonzero((given < declared.least) | (given > declared.most))
    if beyond.size:
        expected = f"{declared.least} to {declared.most}"
        raise InputProblem(
            *(
                Problem(
                    "beyond-bounds",
                    Where(kind="sheet", record=sheet.id, organisation=ground.tree.ids[int(at[row])]),
                    str(int(given[row])),
                    expected,
                    "Correct the figure, or the fact's declared bounds.",
                )
                for row in beyond
            )
        )


def _require_apart(ground: Ground, declared: Fact) -> None:
    """Refuse two periods of a summed fact that overlap for one organisation: it would be counted twice."""
    if declared.over_time != "sum":
        return
    ends: dict[str, date] = {}
    for sheet in ground.sheets(declared.name, ground.year - declared.lag):
        for id_ in sheet.organisations:
            if id_ in ends and sheet.starts < ends[id_]:
                where = Where(kind="sheet", record=sheet.id, organisation=id_)
                raise InputProblem(
                    Problem(
                        "periods-overlap",
                        where,
                        f"from {sheet.starts}",
                        f"from {ends[id_]}",
                        "Report each day once.",
                    )
                )
            ends[id_] = sheet.ends


def chosen(
    ground: Ground, declared: Tally | Pairs, traced: Traced | None
) -> tuple[Rows, Column, NDArray[np.int64]]:
    """The rows that a tally or pairs read: what the function says of each, and to which organisation each belongs (-1: none)."""
    rows = ground.rows(declared)
    n = len(rows.fields)
    keep = rows.where(declared.where)
    places = np.array([ground.tree.index.get(id_, -1) for id_ in rows.texts(declared.by)], dtype=np.int64)
    said = Column(values=np.ones(n, dtype=np.int64), known=np.ones(n, dtype=bool))
    if traced is not None:
        days = ground.days()
        env = {
            name: _constant(days[name], n) if name in days else rows.numbers(name) for name in traced.columns
        }
        _require_sense(declared, traced, rows, env)
        said = compute(traced.body, env, {}, n)
    places[~keep | ~said.known] = -1
    return rows, said, places


def _require_sense(declared: Tally | Pairs, traced: Traced, rows: Rows, env: Mapping[str, Column]) -> None:
    """Refuse a function whose kinds do not fit, or whose sum over the rows could pass 64 bits."""
    where = Where(record=declared.name, file=traced.file, line=traced.line)
    kinds(
        traced.body, {name: Kind.TRUTH if name in rows.truths else Kind.NUMBER for name in env}, where=where
    )
    spans = {
        name: (int(column.values.min(initial=0)), int(column.values.max(initial=0)))
        for name, column in env.items()
    }
    furthest = max(abs(limit) for limit in bounds(traced.body, spans, {}, where=where)) * len(rows.fields)
    if furthest >= LARGEST:
        read = f"a sum that may reach {furthest:,}"
        raise PlanProblem(Problem("overflow", where, read, f"at most {LARGEST:,}", "Use a coarser unit."))


def _constant(value: int, n: int) -> Column:
    return Column(values=np.full(n, value, dtype=np.int64), known=np.ones(n, dtype=bool))


def tally(ground: Ground, declared: Tally, traced: Traced) -> Column:
    """Records counted or summed by organisation.

    Raises:
        PlanProblem: a sum beyond the tally's declared bound; the organisation is named.
    """
    _, said, places = chosen(ground, declared, traced)
    here = places >= 0
    values = np.zeros(ground.tree.n, dtype=np.int64)
    np.add.at(values, places[here], said.values[here])
    beyond = np.flatnonzero(np.abs(values) > declared.most)
    if beyond.size:
        where = Where(record=declared.name, organisation=ground.tree.ids[int(beyond[0])])
        read = str(int(values[beyond[0]]))
        raise PlanProblem(
            Problem("beyond-bounds", where, read, f"at most {declared.most}", "Raise the tally's bound.")
        )
    known = np.ones(ground.tree.n, dtype=bool)
    if declared.empty == "missing":
        known[:] = False
        known[places[here]] = True
    return Column(values=values, known=known)


def pairs(ground: Ground, declared: Pairs, traced: Traced | None) -> NDArray[np.int64]:
    """Pairs of (index of the organisation, number of the thing), each once, ordered."""
    rows, said, places = chosen(ground, declared, traced)
    things = [
        "\0".join(parts) for parts in zip(*(rows.texts(name) for name in declared.element), strict=True)
    ]
    numbers = {thing: at for at, thing in enumerate(sorted(set(things)))}
    here = np.flatnonzero((places >= 0) & (said.values != 0))
    found = np.array([(places[at], numbers[things[at]]) for at in here], dtype=np.int64).reshape(-1, 2)
    return np.unique(found, axis=0)


@frozen(kw_only=True, eq=False)
class LetterLines:
    """What effective letters say of one indicator: target over ``per``, and reserve, over the tree."""

    target: Column
    reserve: Column


def letter_lines(ground: Ground, indicator: str) -> LetterLines:
    """The targets and reserves of an indicator in the letters in effect for the year."""
    target, reserve = nothing(ground.tree.n), nothing(ground.tree.n)
    for letter in ground.letters:
        line = letter.line(indicator)
        at = ground.tree.index.get(letter.organisation)
        if line is not None and line.amount is not None and at is not None:
            target.values[at], target.known[at] = line.amount, True
            reserve.values[at], reserve.known[at] = line.reserve, True
    return LetterLines(target=target, reserve=reserve)


def letters_in_effect(snapshot: Snapshot, catalogue: Catalogue, year: int) -> tuple[Letter, ...]:
    """The yearly letters that are signed, and so is every letter above them."""
    letters = [each for each in snapshot.of(Letter) if each.year == year and each.kind == MAIN]
    courses = courses_of(snapshot, catalogue, letters)
    states = {
        letter.id: course.state for letter, course in zip(letters, courses, strict=True) if course is not None
    }
    by_id = {each.id: each for each in letters}
    return tuple(each for each in letters if effective(by_id, states, each.id))
