"""A snapshot: what was in force on a day, as far as was known at a changeset number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import TypeVar

from attrs import evolve, field, frozen

from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import TERRITORY, Organisation
from partybuilding.domain.record import Record, valid_day

R = TypeVar("R", bound=Record)


@frozen
class Stamp:
    """Where a record comes from: the changeset that brought it, and the digest of its content.

    >>> Stamp(7, "9f86d0").changeset
    7
    """

    changeset: int
    digest: str


@frozen(kw_only=True, eq=False)
class Snapshot:
    """Every record in force on ``on``, as known at changeset ``known``; never changed.

    ``records`` are by noun, each ordered by id; ``stamps`` by reference (``noun:id``). ``head`` is the hash of the
    changeset ``known``, so that a result can say what it was computed from. ``root`` is the organisation that a plan
    covers with its subtree, and ``line`` the line it runs on.

    For a reader who may not see everything, ``records`` are those in the reader's scope, ``seen`` the ids of the
    organisations in it, and ``whole`` is the snapshot behind, which runs compute on and nobody shows.

    Raises:
        RecordProblem: ``not-a-day`` for a moment.

    >>> village = Organisation(id="shili-01", name="示例村01", kind="village")
    >>> january = Snapshot(on=date(2026, 1, 31), known=1, head="", records={"organisation": (village,)})
    >>> january.find(Organisation, "shili-01") is village, january.find(Organisation, "shili-02")
    (True, None)
    """

    on: date = field(validator=valid_day)
    known: int
    head: str
    records: Mapping[str, tuple[Record, ...]] = field(repr=False)
    stamps: Mapping[str, Stamp] = field(factory=dict, repr=False)
    root: str | None = None
    line: str = TERRITORY
    seen: frozenset[str] | None = None
    whole: Snapshot | None = field(default=None, repr=False)

    def of(self, noun: type[R]) -> tuple[R, ...]:
        """All records of a class, ordered by id."""
        return tuple(each for each in self.records.get(noun.noun, ()) if isinstance(each, noun))

    def find(self, noun: type[R], id_: str) -> R | None:
        """The record of a class with an id, or None."""
        found = self._by_id.get((noun.noun, id_))
        return found if isinstance(found, noun) else None

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], Record]:
        """Every record by noun and id, laid out once: steps and decisions are looked up one by one."""
        return {(noun, each.id): each for noun, held in self.records.items() for each in held}

    def steps(self) -> dict[str, list[Step]]:
        """All steps, by the reference of the record they belong to, ordered by id."""
        grouped: dict[str, list[Step]] = {}
        for step in self.of(Step):
            grouped.setdefault(step.of, []).append(step)
        return grouped

    def organisations(self) -> dict[str, Organisation]:
        """The organisations by id."""
        return {each.id: each for each in self.of(Organisation)}

    def adding(self, records: Iterable[Record]) -> Snapshot:
        """The snapshot as it would be with some more records, newer versions in place of older ones.

        What is only proposed has no stamp, also where the version that it replaces had one.

        >>> empty = Snapshot(on=date(2026, 1, 31), known=0, head="", records={})
        >>> grown = empty.adding([Organisation(id="shili-01", name="示例村01", kind="village")])
        >>> len(grown.of(Organisation)), len(empty.of(Organisation))
        (1, 0)
        """
        records = tuple(records)
        fresh = {each.reference for each in records}
        grown = {noun: {each.id: each for each in held} for noun, held in self.records.items()}
        for record in records:
            grown.setdefault(record.noun, {})[record.id] = record
        ordered = {noun: tuple(held[id_] for id_ in sorted(held)) for noun, held in grown.items()}
        stamps = {reference: stamp for reference, stamp in self.stamps.items() if reference not in fresh}
        whole = None if self.whole is None else self.whole.adding(records)
        return evolve(self, records=ordered, stamps=stamps, whole=whole)
