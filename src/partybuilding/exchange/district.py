"""The file ``district.toml``: what a folder is about, for which year, and whether it is made up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from attrs import frozen

from partybuilding.convert import from_plain
from partybuilding.domain.organisations import TERRITORY, District
from partybuilding.errors import PartybuildingError, Problem, Where
from partybuilding.exchange.grids import invisible, named
from partybuilding.extension.names import nearest

if TYPE_CHECKING:
    from partybuilding.exchange.complaints import Complaints

FILE = "district.toml"
_LINE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")
_SHOWN = 80
YEARS = range(1000, 9999)


@frozen
class Key:
    """A key of the file: the type of its value, how it is written, whether it must be there, and what it means."""

    name: str
    type: type
    looks: str
    needed: bool
    meaning: str


KEYS: tuple[Key, ...] = (
    Key("id", str, '`"acheng"`', True, "the id of the district record"),
    Key("name", str, '`"阿城区"`', True, "its Chinese name"),
    Key("name_en", str, '`"Acheng District"`', False, "its English name"),
    Key("root", str, '`"acheng"`', True, "the organisation whose subtree a plan covers"),
    Key("line", str, f'`"{TERRITORY}"`', False, "the line that a plan runs on; `territory` if not given"),
    Key("year", int, "`2026`", True, "the year of work that the folder holds"),
    Key("statistics", date, "`2025-12-31`", False, "the day of the statistics that members are counted by"),
    Key("made_up", bool, "`true`", False, "whether the data are made up; every output then says so"),
    Key("plugins", list, '`["acheng"]`', False, "the plugins whose rules the district runs under"),
)


@frozen(kw_only=True)
class About:
    """What the file says."""

    district: District
    name: str
    name_en: str
    year: int
    statistics: date | None


def read_about(text: str, complaints: Complaints) -> About | None:
    """What the file says; None if anything about it was complained about."""
    table = _parsed(text, complaints)
    problems = [] if table is None else [*_unknown(table), *_missing(table), *_mistyped(table)]
    for problem in problems:
        complaints.add(problem)
    if table is None or problems:
        return None
    plain = {name: table[name] for name in ("id", "root", "line", "made_up", "plugins") if name in table}
    try:
        district = cast("District", from_plain(District.noun, plain))
    except PartybuildingError as error:
        complaints.take(error, Where(file=FILE), {key.name: key.name for key in KEYS})
        return None
    return About(
        district=district,
        name=cast("str", table["name"]),
        name_en=cast("str", table.get("name_en", table["name"])),
        year=cast("int", table["year"]),
        statistics=cast("date | None", table.get("statistics")),
    )


def _parsed(text: str, complaints: Complaints) -> Mapping[str, object] | None:
    if marks := invisible(text) - frozenset("\t\r\n"):
        remedy = "Delete the characters."
        complaints.add(Problem("bad-character", Where(file=FILE), named(marks), "visible characters", remedy))
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        place = Where(file=FILE, line=int(found[1]) if found else None)
        remedy = "Write one key = value a line, texts in quotation marks."
        complaints.add(Problem("bad-toml", place, str(error), "TOML", remedy))
        return None


def _unknown(table: Mapping[str, object]) -> Iterator[Problem]:
    names = [key.name for key in KEYS]
    for name in table:
        if name not in names:
            expected = nearest(name, names) or ", ".join(names)
            yield Problem(
                "unknown-key", Where(file=FILE, column=name), name, expected, "Rename or remove it."
            )


def _missing(table: Mapping[str, object]) -> Iterator[Problem]:
    guessed = {nearest(name, [key.name for key in KEYS]).partition(", ")[0] for name in table}
    for key in KEYS:
        if key.needed and key.name not in table and key.name not in guessed:
            yield Problem(
                "missing-key", Where(file=FILE, column=key.name), "nothing", key.looks, "Give the value."
            )


def _mistyped(table: Mapping[str, object]) -> Iterator[Problem]:
    """Every value of another type; a list must hold texts, a year must be one."""
    for key in KEYS:
        value = table.get(key.name)
        if value is None:
            continue
        fits = type(value) is key.type and value != ""
        if isinstance(value, list):
            fits = fits and all(type(each) is str for each in value)
        if key.name == "year" and type(value) is int:
            fits = value in YEARS
        if not fits:
            place, read = Where(file=FILE, column=key.name), repr(value)[:_SHOWN]
            yield Problem("bad-value", place, read, f"such as {key.looks}", "Correct the value.")
