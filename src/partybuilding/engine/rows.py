"""Records as rows of fields, so that a tally reads them like columns: whole numbers, truths, days and texts.

A record with a life cycle also has its ``state``, its ``until`` (the last day granted, else its ``due``) and one day per
step that still counts. A movement has a row for every leg, a chain unit knows whether a carrier covers it, a decision
belongs to its subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs
import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from partybuilding.domain.carriers import Carrier, ChainUnit
from partybuilding.domain.funding import Movement
from partybuilding.domain.lifecycles import Course, follow
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.column import Column
from partybuilding.errors import PlanProblem, Where
from partybuilding.extension.names import unknown

if TYPE_CHECKING:
    from partybuilding.extension.catalogue import Catalogue

Fields = Mapping[str, object]


@frozen(kw_only=True, eq=False)
class Rows:
    """The rows of a class of records; ``known`` are the names that a rule may read, ``truths`` those that are yes or no."""

    noun: str
    known: frozenset[str]
    truths: frozenset[str]
    fields: tuple[Fields, ...]
    _columns: dict[str, Column] = field(factory=dict, init=False, repr=False)
    _texts: dict[str, list[str]] = field(factory=dict, init=False, repr=False)

    def numbers(self, name: str) -> Column:
        """A field as a column over the rows: days as ordinals, truths as 0 and 1, None missing.

        Raises:
            PlanProblem: the record has no such field.
        """
        self.require(name)
        if name not in self._columns:
            given = [_number(each.get(name)) for each in self.fields]
            self._columns[name] = Column(
                values=np.array([0 if each is None else each for each in given], dtype=np.int64),
                known=np.array([each is not None for each in given], dtype=bool),
            )
        return self._columns[name]

    def texts(self, name: str) -> list[str]:
        """A field as texts over the rows; None is the empty text."""
        self.require(name)
        if name not in self._texts:
            self._texts[name] = ["" if each.get(name) is None else str(each[name]) for each in self.fields]
        return self._texts[name]

    def where(self, wanted: Mapping[str, tuple[str, ...]]) -> NDArray[np.bool_]:
        """The rows whose text fields have one of the wanted values each."""
        keep = np.ones(len(self.fields), dtype=bool)
        for name, values in wanted.items():
            keep &= np.array([text in values for text in self.texts(name)], dtype=bool)
        return keep

    def require(self, name: str) -> None:
        """Refuse a name that the records do not have."""
        if name not in self.known:
            raise PlanProblem(unknown("unknown-field", name, self.known, Where(kind=self.noun)))


def _number(value: object) -> int | None:
    if isinstance(value, date):
        return value.toordinal()
    return int(value) if isinstance(value, int) else None


def rows_of(snapshot: Snapshot, catalogue: Catalogue, noun: type[Record]) -> Rows:
    """The records of a class in a snapshot as rows."""
    special: dict[type[Record], Callable[[Snapshot], Iterator[dict[str, object]]]] = {
        Movement: _legs,
        ChainUnit: _units,
    }
    fields = [*(special[noun](snapshot) if noun in special else _plain(snapshot.of(noun)))]
    known = {each.name for each in attrs.fields(noun)} | _extra(noun)
    lifecycles = catalogue.lifecycles(noun, snapshot.on)
    if lifecycles:
        known |= {
            "state",
            "until",
            *(each.step for lifecycle in lifecycles for each in lifecycle.transitions),
        }
        for row, course in zip(fields, courses_of(snapshot, catalogue, snapshot.of(noun)), strict=True):
            row.update({} if course is None else _progress(row, course))
    truths = {each.name for each in attrs.fields(noun) if each.type in (bool, "bool")} | (
        _extra(noun) & {"covered"}
    )
    return Rows(noun=noun.noun, known=frozenset(known), truths=frozenset(truths), fields=tuple(fields))


def _progress(row: Fields, course: Course) -> dict[str, object]:
    """What the steps taken so far add to a row."""
    due = row.get("due")
    return {
        **course.reached(),
        "state": course.state,
        "until": course.until(due if isinstance(due, date) else None),
    }


def courses_of(snapshot: Snapshot, catalogue: Catalogue, records: Sequence[Record]) -> list[Course | None]:
    """How far each record has come by the snapshot's day; None for a record without a life cycle."""
    steps = snapshot.steps()
    found: list[Course | None] = []
    for record in records:
        lifecycle = catalogue.lifecycle(record, snapshot.on)
        found.append(None if lifecycle is None else follow(lifecycle, steps.get(record.reference, ())))
    return found


def _extra(noun: type[Record]) -> set[str]:
    """The names that rows have beyond the fields of the record."""
    if noun is Movement:
        return {"organisation", "purpose", "pocket", "amount"}
    return {"covered"} if noun is ChainUnit else set()


def _plain(records: Iterable[Record]) -> Iterator[dict[str, object]]:
    for record in records:
        yield {each.name: getattr(record, each.name) for each in attrs.fields(type(record))}


def _legs(snapshot: Snapshot) -> Iterator[dict[str, object]]:
    for movement, row in zip(snapshot.of(Movement), _plain(snapshot.of(Movement)), strict=True):
        for leg in movement.legs:
            yield {**row, **{each.name: getattr(leg, each.name) for each in attrs.fields(type(leg))}}


def _units(snapshot: Snapshot) -> Iterator[dict[str, object]]:
    covered = {id_ for carrier in snapshot.of(Carrier) for id_ in carrier.covers}
    for row in _plain(snapshot.of(ChainUnit)):
        yield {**row, "covered": row["id"] in covered}
