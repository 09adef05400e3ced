"""What lines say of each other: no id twice for the same days, none that nobody has, no link that its chain lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from partybuilding.errors import Problem
from partybuilding.exchange.forms import CHAIN_UNITS, LINKS
from partybuilding.exchange.kinds import REFERENCE
from partybuilding.extension.names import nearest
from partybuilding.timeline import Interval

if TYPE_CHECKING:
    from partybuilding.exchange.columns import Column
    from partybuilding.exchange.complaints import Complaints
    from partybuilding.exchange.lines import Line, Lines


@frozen(kw_only=True)
class Ids:
    """The ids that the folder has, by noun, and the nouns of which some could not be read.

    Nobody is told that an id is unknown when the row that has it may be one that could not be read.
    """

    known: Mapping[str, frozenset[str]] = field(repr=False)
    doubtful: frozenset[str]

    def missing(self, id_: str, nouns: Iterable[str]) -> bool:
        """Whether certainly none of the nouns has the id."""
        return not any(noun in self.doubtful or id_ in self.known.get(noun, ()) for noun in nouns)

    def nearest(self, id_: str, nouns: Iterable[str]) -> str:
        """The ids that look most like one that nobody has; else what kind of id it should be."""
        nouns = tuple(nouns)
        known = {each for noun in nouns for each in self.known.get(noun, ())}
        return nearest(id_, known) or f"the id of a record: {', '.join(nouns)}"


def ids_of(files: Iterable[Lines]) -> Ids:
    """Every id that the lines have."""
    known: dict[str, set[str]] = {}
    doubtful: set[str] = set()
    for file in files:
        noun = file.form.noun
        if noun is not None:
            given = [line.id for line in file.lines]
            known.setdefault(noun, set()).update(each for each in given if each is not None)
            if not file.complete or None in given:
                doubtful.add(noun)
    return Ids(known={noun: frozenset(ids) for noun, ids in known.items()}, doubtful=frozenset(doubtful))


def check_references(files: Iterable[Lines], ids: Ids, complaints: Complaints) -> None:
    """Every id that a cell names must be somebody's."""
    for file in files:
        columns = [each for each in file.form.columns if each.refers or each.kind is REFERENCE]
        for line in file.lines:
            for column in columns:
                for noun, id_ in _named(line, column):
                    if ids.missing(id_, noun):
                        remedy = "Correct the id, or add the row that it names."
                        expected = ids.nearest(id_, noun)
                        complaints.add(
                            Problem("unknown-reference", line.where(column.name), id_, expected, remedy)
                        )


def _named(line: Line, column: Column) -> Iterator[tuple[tuple[str, ...], str]]:
    """The ids that a cell names, each with the nouns it may belong to. Letters live in the ledger, not in folders."""
    value = line.values.get(column.name)
    if column.kind is REFERENCE and value is not None:
        noun, _, id_ = str(value).partition(":")
        if noun != "letter":
            yield (noun,), id_
    elif isinstance(value, tuple):
        yield from ((column.refers, str(each)) for each in value)
    elif value is not None:
        yield column.refers, str(value)


def days_of(line: Line) -> Interval | None:
    """The days for which a line holds; an event holds from its day on. None if they cannot be told."""
    if line.broken.intersection(("starts", "ends", "day")):
        return None
    starts = cast("date | None", line.values.get("starts", line.values.get("day")))
    ends = cast("date | None", line.values.get("ends"))
    if starts is not None and ends is not None and starts >= ends:
        return None
    return Interval(starts, ends)


def check_repetitions(files: Iterable[Lines], complaints: Complaints) -> None:
    """The same id twice is an error, unless the rows are versions that follow each other."""
    for file in files:
        seen: dict[str, list[tuple[Line, Interval]]] = {}
        for line in file.lines if file.form.noun else ():
            days = days_of(line)
            if line.id is None or days is None:
                continue
            versions = seen.setdefault(line.id, [])
            other = next((each for each, held in versions if held.overlaps(days)), None)
            if other is not None:
                place, expected = line.where("id"), f"another id than in row {other.row}, or other days"
                remedy = "Give it an id of its own, or end the first where the second starts."
                complaints.add(Problem("duplicate-id", place, line.id, expected, remedy))
            versions.append((line, days))


def check_links(files: Iterable[Lines], ids: Ids, complaints: Complaints) -> None:
    """A unit stands on a link that its chain has."""
    by_form = {file.form.file: file for file in files}
    links = by_form[LINKS.file]
    known = {(line.text("chain"), line.text("link")) for line in links.lines}
    unclear = not links.complete or any(
        line.broken or ids.missing(str(line.text("chain")), ("chain",)) for line in links.lines
    )
    for line in () if unclear else by_form[CHAIN_UNITS.file].lines:
        chain, link = line.text("chain"), line.text("link")
        if chain and link and not ids.missing(chain, ("chain",)) and (chain, link) not in known:
            expected = ", ".join(str(name) for owner, name in sorted(known, key=str) if owner == chain)
            place, remedy = line.where("link"), f"Name a link of the chain, or add it to {LINKS.file}."
            complaints.add(Problem("unknown-link", place, link, expected, remedy))
