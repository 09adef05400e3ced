"""The simulated office: its ledger, its day and its dice; what it tries next, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from attrs import frozen

from partybuilding.cycle.steps import course
from partybuilding.domain.letters import Letter
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.extension.catalogue import Catalogue
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.versions import Withdrawal

T = TypeVar("T")
R = TypeVar("R", bound=Record)


@frozen(kw_only=True)
class Attempt:
    """What the office tries to commit; ``refused`` is the code that the refusal must name if it is a mistake."""

    what: str
    records: tuple[Record | Withdrawal, ...]
    refused: str | None = None


class Office:
    """What a command may look at: the state of the day, dice, and the letters that were proposed."""

    def __init__(self, rng: Random, ledger: Ledger, catalogue: Catalogue, *, day: date) -> None:
        self.rng = rng
        self.ledger = ledger
        self.catalogue = catalogue
        self.day = day
        self.proposed: dict[int, tuple[Letter, ...]] = {}
        self.corrected: list[Withdrawal] = []
        self._serial = 0
        self._seen: tuple[int, date, Snapshot] | None = None

    @property
    def now(self) -> Snapshot:
        """What is in force today, as far as is known."""
        number = self.ledger.head().number
        if self._seen is None or self._seen[:2] != (number, self.day):
            self._seen = number, self.day, self.ledger.snapshot(on=self.day)
        return self._seen[2]

    def wait(self, days: int) -> None:
        """Let days pass."""
        self.day += timedelta(days=days)

    def new(self, stem: str) -> str:
        """An id that was never used."""
        self._serial += 1
        return f"{stem}{self._serial}"

    def pick(self, things: Iterable[T]) -> T | None:
        """One of some things; none of nothing."""
        ordered: Sequence[T] = tuple(things)
        return self.rng.choice(ordered) if ordered else None

    def earlier(self, most: int) -> date:
        """Today, or a day before it."""
        return self.day - timedelta(days=self.rng.randrange(most))

    def units(self, kind: str) -> tuple[Organisation, ...]:
        """The organisations of a kind that are there today."""
        return tuple(each for each in self.now.of(Organisation) if each.kind == kind)

    def in_state(self, noun: type[R], *states: str) -> tuple[R, ...]:
        """The records of a class that stand in one of some states."""
        return tuple(each for each in self.now.of(noun) if self.state(each) in states)

    def state(self, record: Record) -> str:
        """How far a record has come."""
        return course(self.now, self.catalogue, record).state


Command = Callable[[Office], Attempt | None]
"""Something that the office may try now; None where there is nothing to try it with."""
