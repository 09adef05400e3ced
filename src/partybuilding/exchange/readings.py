"""Readings as columns: a hundred thousand rows become a few sheets, and no row becomes an object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations
from operator import itemgetter
from typing import TYPE_CHECKING, NoReturn, cast

from attrs import evolve, field, frozen

from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.domain.standards import Unit
from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.exchange.forms import READINGS
from partybuilding.exchange.kinds import DAY, DECLARED, ID, TEXT, UNIT
from partybuilding.exchange.lines import Head, read_head
from partybuilding.money import scaled
from partybuilding.timeline import Interval

if TYPE_CHECKING:
    from partybuilding.exchange.codes import Codes
    from partybuilding.exchange.complaints import Complaints
    from partybuilding.exchange.grids import Grid, Row
    from partybuilding.exchange.references import Ids

KEY = ("fact", "unit", "starts", "ends")
"""What makes a sheet: rows that agree in these cells belong together."""
CODED = ("scheme", "code")
"""What names an organisation in place of its id."""
KINDS = {
    "organisation": ID, "scheme": DECLARED, "code": TEXT,
    "fact": DECLARED, "unit": UNIT, "starts": DAY, "ends": DAY,
}  # fmt: skip


@frozen
class Period:
    """A fact and the days that its figures stand for."""

    fact: str
    starts: date
    ends: date


@frozen(kw_only=True, eq=False)
class Gathered:
    """The figures of a fact and period as they come in, with the row that each came from."""

    unit: Unit
    row: int
    figures: dict[str, int] = field(factory=dict)
    rows: dict[str, int] = field(factory=dict)


class Gathering:
    """Puts rows into their sheets; what was read once is not read again."""

    def __init__(self, head: Head, ids: Ids, codes: Codes, complaints: Complaints) -> None:
        self._head, self._ids, self._codes, self._complaints = head, ids, codes, complaints
        places = {column.name: at for at, column in enumerate(head.columns) if column is not None}
        self._key = itemgetter(*(places[name] for name in KEY))
        self._organisation_at = places.get("organisation")
        self._coded_at = tuple(places[name] for name in CODED if name in places)
        self._value_at = places.get("value")
        self._opened: dict[tuple[str, ...], tuple[Period, Gathered]] = {}
        self._read: dict[tuple[str, str], object] = {}
        self._borne: dict[tuple[Period, str, str], str | InputProblem | None] = {}
        self.sheets: dict[Period, Gathered] = {}

    def take(self, row: Row) -> None:
        """Put the figure of a row into its sheet; an empty figure is not reported."""
        number, cells, _ = row
        key = self._key(cells)
        found = self._opened.get(key) or self._open(key, number)
        organisation = self._whose(cells, found, number)
        text = "" if self._value_at is None else cells[self._value_at]
        if found is None or organisation is None or not text:
            return
        self._opened[key] = found
        period, gathered = found
        id_ = organisation
        value = self._value(text, gathered.unit, number)
        if id_ in gathered.rows:
            place = self._where("organisation", number)
            expected = f"no second figure beside row {gathered.rows[id_]}"
            remedy = "Keep one row for an organisation, fact and period."
            self._complaints.add(
                Problem("duplicate-reading", place, f"{id_} {period.fact}", expected, remedy)
            )
        elif value is not None:
            gathered.rows[id_], gathered.figures[id_] = number, value

    def _whose(
        self, cells: tuple[str, ...], opened: tuple[Period, Gathered] | None, number: int
    ) -> str | None:
        """Whose figure a row holds: by the id, or by the code that an organisation bore in the period."""
        text = "" if self._organisation_at is None else cells[self._organisation_at]
        given = [cells[at] for at in self._coded_at]
        if not any(given):
            return cast("str | None", self._cell("organisation", text, number))
        if text:
            place, read = self._where("organisation", number), f"{text} beside {' '.join(given)}"
            remedy = "Empty one of the two."
            self._complaints.add(
                Problem("code-beside-id", place, read, "an id, or a code with its scheme", remedy)
            )
            return None
        words = [self._cell(name, each, number) for name, each in zip(CODED, given, strict=True)]
        if opened is None or None in words:
            return None
        return self._bearer(opened[0], *(str(each) for each in words), number=number)

    def _bearer(self, period: Period, scheme: str, code: str, *, number: int) -> str | None:
        """Who bore a code in a period, looked up once; a complaint is made for every row that has it."""
        key = (period, scheme, code)
        if key not in self._borne:
            try:
                self._borne[key] = self._codes.bearer(scheme, code, Interval(period.starts, period.ends))
            except InputProblem as error:
                self._borne[key] = error
        found = self._borne[key]
        if isinstance(found, InputProblem):
            for problem in found.problems:
                self._complaints.take(
                    InputProblem(evolve(problem, where=Where())),
                    self._where(problem.where.column or "code", number),
                )
            return None
        return found

    def _open(self, key: tuple[str, ...], number: int) -> tuple[Period, Gathered] | None:
        """The sheet of a fact and period; its unit is the one that came first."""
        fact, unit, starts, ends = (
            self._cell(name, text, number) for name, text in zip(KEY, key, strict=True)
        )
        if (
            not isinstance(unit, Unit)
            or not isinstance(starts, date)
            or not isinstance(ends, date)
            or fact is None
        ):
            return None
        if starts >= ends:
            place, remedy = self._where("ends", number), "Correct the days."
            self._complaints.add(
                Problem("empty-interval", place, f"{starts} .. {ends}", "starts before ends", remedy)
            )
            return None
        period = Period(str(fact), starts, ends)
        gathered = self.sheets.setdefault(period, Gathered(unit=unit, row=number))
        if gathered.unit != unit:
            place, expected = self._where("unit", number), f"{gathered.unit.name} as in row {gathered.row}"
            remedy = "Report a fact in one unit for the whole period."
            self._complaints.add(Problem("unit-disagrees", place, unit.name, expected, remedy))
            return None
        return period, gathered

    def _cell(self, name: str, text: str, number: int) -> object | None:
        """A cell read as its kind, once for each text; a complaint is made for every row that has it."""
        if (name, text) not in self._read:
            reader: Callable[[str], object] = (
                self._organisation if name == "organisation" else KINDS[name].read
            )
            try:
                self._read[name, text] = reader(text) if text else _empty(name)
            except InputProblem as error:
                self._read[name, text] = error
        found = self._read[name, text]
        if isinstance(found, InputProblem):
            self._complaints.take(found, self._where(name, number))
            return None
        return found

    def _organisation(self, text: str) -> str:
        id_ = str(ID.read(text))
        if self._ids.missing(id_, ("organisation",)):
            remedy, expected = (
                "Correct the id, or add the organisation.",
                self._ids.nearest(id_, ("organisation",)),
            )
            raise InputProblem(Problem("unknown-reference", Where(), id_, expected, remedy))
        return id_

    def _value(self, text: str, unit: Unit, number: int) -> int | None:
        try:
            return scaled(text, unit.scale)
        except InputProblem as error:
            self._complaints.take(error, self._where("value", number))
            return None

    def _where(self, column: str, number: int) -> Where:
        return Where(file=READINGS.file, row=number, column=self._head.titles.get(column, column))


def _empty(name: str) -> NoReturn:
    raise InputProblem(Problem("empty-cell", Where(), "nothing", KINDS[name].looks, "Fill in the cell."))


def read_sheets(grid: Grid, ids: Ids, codes: Codes, complaints: Complaints) -> tuple[Sheet, ...]:
    """The readings of a grid as sheets, one for a fact and period, ordered by their ids."""
    head = read_head(grid, READINGS, complaints)
    if head.lacking or not _tells_whose(grid, head, complaints):
        return ()
    gathering = Gathering(head, ids, codes, complaints)
    for row in grid.rows:
        if not row.broken:
            gathering.take(row)
    for problem in _overlaps(gathering.sheets, head):
        complaints.add(problem)
    made = [
        sheet(
            name=period.fact,
            unit=each.unit.name,
            starts=period.starts,
            ends=period.ends,
            figures=each.figures,
        )
        for period, each in gathering.sheets.items()
        if each.figures
    ]
    return tuple(sorted(made, key=lambda each: each.id))


def _tells_whose(grid: Grid, head: Head, complaints: Complaints) -> bool:
    """Whether the columns can tell whose a figure is: by id, or by code and scheme."""
    there = {column.name for column in head.columns if column}
    lacking = [each for each in CODED if each not in there]
    if not lacking or ("organisation" in there and len(lacking) == len(CODED)):
        return True
    if not grid.header.broken and None not in head.columns:
        missing = lacking[0] if len(lacking) < len(CODED) else "organisation"
        column = next(each for each in READINGS.columns if each.name == missing)
        place, remedy = Where(file=READINGS.file, row=1, column=missing), "Add the column."
        complaints.add(Problem("missing-column", place, "nothing", f"{missing} {column.zh}", remedy))
    return False


def _overlaps(sheets: Mapping[Period, Gathered], head: Head) -> list[Problem]:
    """An organisation reports a fact once for a day: a quarter beside its year would count twice."""
    found = []
    by_fact: dict[str, list[Period]] = {}
    for period in sheets:
        by_fact.setdefault(period.fact, []).append(period)
    for periods in by_fact.values():
        for one, other in combinations(periods, 2):
            if one.starts < other.ends and other.starts < one.ends:
                first, second = sheets[one].rows, sheets[other].rows
                for id_ in sorted(first.keys() & second.keys(), key=lambda each: second[each]):
                    place = Where(file=READINGS.file, row=second[id_], column=head.titles["starts"])
                    expected = f"no figure for days that row {first[id_]} has ({one.starts} .. {one.ends})"
                    read, remedy = (
                        f"{id_} {other.fact} {other.starts} .. {other.ends}",
                        "Report every day once.",
                    )
                    found.append(Problem("overlapping-periods", place, read, expected, remedy))
    return found
