"""A district folder: ``district.toml`` and one CSV file for every noun, read whole or not at all.

Nothing is returned, and so nothing is stored, while anything is wrong: all problems of the folder come at once, each with
its file, row and column, what was read, what was expected, and what to do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TypeVar

from attrs import field, frozen

from partybuilding.domain.organisations import TERRITORY, District
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet
from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.exchange.building import Builder, parts_of
from partybuilding.exchange.codes import Codes, codes_of
from partybuilding.exchange.columns import Form
from partybuilding.exchange.complaints import Complaints
from partybuilding.exchange.decoding import decode
from partybuilding.exchange.district import FILE, About, read_about
from partybuilding.exchange.forms import ALIASES, FORMS, MOVEMENTS, ORGANISATIONS, PLACEMENTS, READINGS
from partybuilding.exchange.grids import Grid, read_grid
from partybuilding.exchange.lines import Line, Lines, read_lines
from partybuilding.exchange.readings import read_sheets
from partybuilding.exchange.references import Ids, check_links, check_references, check_repetitions, ids_of
from partybuilding.exchange.tree import check_tree
from partybuilding.extension.names import nearest

R = TypeVar("R", bound=Record)
SPREADSHEETS = frozenset({".xlsx", ".xls", ".xlsm", ".et", ".ods"})


@frozen(kw_only=True, eq=False)
class Folder:
    """What a folder holds: its district, what it is about, and its records in the order of the files.

    ``warnings`` are what a reader should look at, though nothing is wrong: a file read as GB18030, a workbook that was
    not read, two names under one parent that look alike.
    """

    district: District
    name: str
    name_en: str
    year: int
    statistics: date | None
    records: tuple[Record, ...] = field(repr=False)
    warnings: tuple[Problem, ...] = ()

    @property
    def made_up(self) -> bool:
        """Whether the data are made up: every output then says so."""
        return self.district.made_up

    def of(self, noun: type[R]) -> tuple[R, ...]:
        """The records of a class."""
        return tuple(each for each in self.records if isinstance(each, noun))

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


def read_folder(path: str | Path) -> Folder:
    """Read a district folder.

    Texts are UTF-8, with or without a mark, or GB18030; headers are English or Chinese. The manual is
    ``docs/reference/district-folder.md``, the model ``examples/acheng``.

    Raises:
        InputProblem: everything that is wrong with the folder, up to a thousand problems.

    >>> read_folder("no-such-folder")
    Traceback (most recent call last):
    ...
    partybuilding.errors.InputProblem: missing folder: read no-such-folder; expected a folder. Check the path.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise InputProblem(Problem("missing-folder", Where(), str(path), "a folder", "Check the path."))
    reading = _Reading(folder)
    about = reading.about()
    grids = {form.file: reading.grid(form) for form in FORMS}
    files = tuple(reading.lines(form, grids[form.file]) for form in FORMS if form is not READINGS)
    ids = ids_of(files)
    reading.check(files, ids, about)
    sheets = reading.sheets(grids[READINGS.file], ids, _codes(files))
    records = reading.records(files)
    reading.complaints.refuse()
    return _folder(about, (*records, *sheets), (*reading.warnings, *_alike(files)))


def _folder(about: About | None, records: tuple[Record, ...], warnings: tuple[Problem, ...]) -> Folder:
    """A folder without problems; what it is about was then read, or there would have been one."""
    assert about is not None  # noqa: S101 - tells the type checker what refuse() made sure of
    return Folder(
        district=about.district,
        name=about.name,
        name_en=about.name_en,
        year=about.year,
        statistics=about.statistics,
        records=(about.district, *records),
        warnings=warnings,
    )


def _codes(files: Iterable[Lines]) -> Codes:
    """The official codes that the folder gives."""
    return next(codes_of(file) for file in files if file.form is ALIASES)


class _Reading:
    """One reading of a folder: its complaints and warnings, file by file."""

    def __init__(self, folder: Path) -> None:
        self.complaints = Complaints()
        self.warnings: list[Problem] = []
        self._files = {each.name: each for each in sorted(folder.iterdir())}
        self._strange()

    def _strange(self) -> None:
        """A file that nobody would read is complained about: a misspelt name must not lose a year's figures."""
        names = [form.file for form in FORMS]
        for name, path in self._files.items():
            ending = path.suffix.lower()
            if ending in {".csv", ".toml"} and name not in (*names, FILE):
                expected = nearest(name.lower(), (*names, FILE)) or ", ".join(names)
                self.complaints.add(
                    Problem("unknown-file", Where(file=name), name, expected, "Rename or move the file.")
                )
            if ending in SPREADSHEETS:
                remedy = "Save its sheets as CSV files."
                self.warnings.append(Problem("file-not-read", Where(file=name), name, "CSV files", remedy))

    def text(self, name: str, *, needed: bool) -> str | None:
        """The text of a file; None if it is not there or cannot be read."""
        where, path = Where(file=name), self._files.get(name)
        if path is None:
            if needed:
                self.complaints.add(Problem("missing-file", where, "nothing", name, "Add the file."))
            return None
        try:
            decoded = decode(path.read_bytes(), where)
        except InputProblem as error:
            self.complaints.take(error, where)
            return None
        except OSError as error:
            self.complaints.add(
                Problem(
                    "unreadable-file",
                    where,
                    str(error.strerror),
                    "a file that can be read",
                    "Check the file.",
                )
            )
            return None
        if decoded.guessed:
            remedy = "Look at the names; save the file as UTF-8 if they are right."
            self.warnings.append(Problem("read-as-gb18030", where, "GB18030", "UTF-8", remedy))
        return decoded.text

    def about(self) -> About | None:
        """What ``district.toml`` says."""
        text = self.text(FILE, needed=True)
        return None if text is None else read_about(text, self.complaints)

    def grid(self, form: Form) -> Grid | None:
        """The texts of a file; None if there are none."""
        text = self.text(form.file, needed=form is ORGANISATIONS)
        return None if text is None else read_grid(text, form.file, self.complaints)

    def lines(self, form: Form, grid: Grid | None) -> Lines:
        """The lines of a file; a file that is not there has none, one that could not be read may have any."""
        if grid is not None:
            return read_lines(grid, form, self.complaints)
        return Lines(form=form, complete=form.file not in self._files and form is not ORGANISATIONS)

    def check(self, files: tuple[Lines, ...], ids: Ids, about: About | None) -> None:
        """What the lines must be to each other, and the district to them."""
        by_form = {file.form.file: file for file in files}
        organisations, placements = by_form[ORGANISATIONS.file], by_form[PLACEMENTS.file]
        check_repetitions(files, self.complaints)
        check_references(files, ids, self.complaints)
        check_links(files, ids, self.complaints)
        if organisations.complete and placements.complete:
            district = None if about is None else about.district
            check_tree(organisations.lines, placements.lines, district, self.complaints)
        if about is not None:
            lines = {TERRITORY, *(each.text("line") for each in placements.lines)}
            self._district(about.district, ids, {each for each in lines if each})

    def sheets(self, grid: Grid | None, ids: Ids, codes: Codes) -> tuple[Sheet, ...]:
        """The readings of the folder; none if it has no such file, or one that could not be read."""
        return () if grid is None else read_sheets(grid, ids, codes, self.complaints)

    def _district(self, district: District, ids: Ids, lines: set[str]) -> None:
        if ids.missing(district.root, ("organisation",)):
            place, expected = Where(file=FILE, column="root"), ids.nearest(district.root, ("organisation",))
            remedy = "Name the organisation whose subtree a plan covers."
            self.complaints.add(Problem("unknown-reference", place, district.root, expected, remedy))
        if district.line not in lines:
            place, remedy = Where(file=FILE, column="line"), "Name a line of the tree."
            self.complaints.add(
                Problem("unknown-line", place, district.line, ", ".join(sorted(lines)), remedy)
            )

    def records(self, files: tuple[Lines, ...]) -> tuple[Record, ...]:
        """The records of all lines, in the order of the files and rows."""
        parts, doubtful = parts_of(files)
        movements = {
            str(line.id): line
            for file in files
            if file.form is MOVEMENTS
            for line in file.lines
            if line.id is not None
        }
        builder = Builder(parts=parts, doubtful=doubtful, movements=movements, complaints=self.complaints)
        made = (
            builder.record(line, file.form.noun)
            for file in files
            if file.form.noun is not None
            for line in file.lines
        )
        return tuple(each for each in made if each is not None)


def _alike(files: Iterable[Lines]) -> Iterator[Problem]:
    """Names under one parent that differ only in how they are typed."""
    seen: dict[tuple[str | None, str], Line] = {}
    for file in files:
        for line in file.lines if file.form is ORGANISATIONS else ():
            name = str(line.values["name"])
            plain = unicodedata.normalize("NFKC", name).casefold().replace(" ", "")
            other = seen.setdefault((line.text("parent"), plain), line)
            if other.id != line.id:
                remedy = "Make sure that these are two organisations."
                place, expected = line.where("name"), f"another name than in row {other.row}"
                yield Problem("names-alike", place, name, expected, remedy)
