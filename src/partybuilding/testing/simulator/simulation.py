"""One history from one seed: commands in random order, mishaps on the way, and what must hold after each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from partybuilding.domain.feedback import Feedback
from partybuilding.domain.lists import Item
from partybuilding.errors import HeadMoved, PartybuildingError, Problem, StoreProblem
from partybuilding.extension.host import PluginHost
from partybuilding.extension.store import Head, Store
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.testing.simulator import (
    rules,
    with_letters,
    with_lists,
    with_money,
    with_reorganisations,
    with_units,
)
from partybuilding.testing.simulator.faulty import Faulty
from partybuilding.testing.simulator.office import Attempt, Command, Office
from partybuilding.testing.simulator.opening import opening
from partybuilding.testing.simulator.oracle import Oracle
from partybuilding.testing.simulator.watch import Watch

COMMANDS: tuple[Command, ...] = (
    *with_units.COMMANDS,
    *with_letters.COMMANDS,
    *with_lists.COMMANDS,
    *with_money.COMMANDS,
    *with_reorganisations.COMMANDS,
)
Mishap = Literal[
    "none", "disk fails before", "disk fails after", "head moved", "sent twice", "key reused", "crash"
]
MISHAPS: Mapping[Mishap, int] = MappingProxyType(
    {
        "none": 70,
        "disk fails before": 5,
        "disk fails after": 5,
        "head moved": 5,
        "sent twice": 5,
        "key reused": 5,
        "crash": 5,
    }
)
"""What befalls a commit, and how often in a hundred."""
FIRST_DAY = date(2026, 1, 5)
CLERK = Actor("simulated-clerk")
LOOK_BACK_EVERY = 100
"""Commands between two comparisons of every remembered state with the naive memory."""
MOST_ROUNDS = 2_000
"""Steps after which what is still open at the end counts as stuck."""


class SimulationFailed(AssertionError):
    """What should always hold did not; the message says with which seed and at which command."""


@frozen(kw_only=True)
class Outcome:
    """How a simulation ended: its head, what was done and refused how often, and what befell it."""

    seed: int
    head: Head
    done: Mapping[str, int]
    refused: Mapping[str, int]
    mishaps: Mapping[str, int]


def simulate(
    seed: int, reopen: Callable[[], Store], *, commands: int = 300, units: int = 50, watch_every: int = 1
) -> Outcome:
    """Run a history of so many commands over about so many organisations, and bring all open work to its end.

    ``reopen`` opens the same place again and again: empty at first, with all that was acknowledged later. After every
    ``watch_every``-th commit (0: never) every invariant is checked on the whole state, and every hundred commands and at
    the end the state of past days is compared with a naive memory.

    Raises:
        SimulationFailed: with the seed and the number of the command.

    >>> from partybuilding.storage.memory import MemoryStore
    >>> store = MemoryStore()
    >>> simulate(7, lambda: store, commands=20, units=10).head.number > 0
    True
    """
    simulation = _Simulation(seed, reopen, watch_every)
    try:
        simulation.open(units)
        for _ in range(commands):
            simulation.next_command()
        simulation.finish()
    except (PartybuildingError, AssertionError, LookupError, TypeError, ValueError) as error:
        message = f"seed {seed}, command {simulation.number} on {simulation.office.day}: {error!r}"
        raise SimulationFailed(message) from error
    return simulation.outcome()


class _Simulation:
    """The office, the store that fails now and then, and who watches both."""

    def __init__(self, seed: int, reopen: Callable[[], Store], watch_every: int) -> None:
        self.seed, self.number = seed, 0
        self.rng = Random(seed)  # noqa: S311 - dice that fall the same way again, not a secret
        self.eyes = Random(seed)  # noqa: S311 - as above; of their own, so that looking changes no history
        self.reopen = reopen
        self.host = PluginHost.of({"sim": rules})
        self.store = Faulty(reopen())
        self.office = Office(self.rng, self._ledger(), self.host.catalogue(), day=FIRST_DAY)
        self.oracle = Oracle()
        self.watch = Watch(self.host.catalogue(), every=watch_every) if watch_every else None
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.mishaps: Counter[str] = Counter()

    def open(self, units: int) -> None:
        """The district as it is at the beginning."""
        self._try(Attempt(what="open", records=tuple(opening(self.rng, units))), "none")
        assert self.done["open"], "the district cannot be opened"

    def _ledger(self) -> Ledger:
        return Ledger(self.store, host=self.host, policy=AllowAll())

    def outcome(self) -> Outcome:
        """How it ended."""
        return Outcome(
            seed=self.seed,
            head=self.office.ledger.head(),
            done=MappingProxyType(dict(sorted(self.done.items()))),
            refused=MappingProxyType(dict(sorted(self.refused.items()))),
            mishaps=MappingProxyType(dict(sorted(self.mishaps.items()))),
        )

    def next_command(self) -> None:
        """Some days pass or none; then the office tries something, and something may befall it."""
        self.number += 1
        self.office.wait(self.rng.choice((0, 0, 1, 2, 5, 9)))
        attempt = self.rng.choice(COMMANDS)(self.office)
        mishap = self.rng.choices(tuple(MISHAPS), tuple(MISHAPS.values()))[0]
        if attempt is not None:
            self._try(attempt, mishap)
        if self.number % LOOK_BACK_EVERY == 0:
            self.look_back()

    def _try(self, attempt: Attempt, mishap: Mishap) -> None:
        """Commit an attempt in spite of a mishap; a refusal must be the right one, and store nothing."""
        before, key = self.store.head(), f"{self.seed}/{self.number}/{attempt.what}"
        at = datetime(self.office.day.year, self.office.day.month, self.office.day.day, 1, tzinfo=UTC)
        at -= timedelta(days=self.rng.choice((0, 0, 0, 1, 40)))  # somebody's clock is wrong
        try:
            head = self._suffer(attempt, mishap, at, key)
        except PartybuildingError as error:
            self._require_refusal(attempt, error)
            assert self.store.head() == before, "a refused commit left something behind"
            self.refused[attempt.what] += 1
        else:
            assert attempt.refused is None, f"{attempt.what} was not refused with {attempt.refused}"
            self._remember(attempt, before, head)

    def _require_refusal(self, attempt: Attempt, error: PartybuildingError) -> None:
        codes = {problem.code for problem in error.problems}
        assert attempt.refused in {None, *codes}, f"{attempt.what}: refused with {sorted(codes)}"

    def _remember(self, attempt: Attempt, before: Head, head: Head) -> None:
        self.done[attempt.what] += 1
        assert head.number - before.number == 1, "one commit did not become one changeset"
        self.oracle.hear(head.number, attempt.records)
        if self.watch is not None:
            self.watch.see(self.store)

    def _suffer(self, attempt: Attempt, mishap: Mishap, at: datetime, key: str) -> Head:
        """Commit once in the end, whatever goes wrong before."""
        self.mishaps[mishap] += 1
        if mishap == "disk fails before":
            self._fail("before", attempt, at, key)
        elif mishap == "disk fails after":
            self._fail("after", attempt, at, key)
        elif mishap == "head moved":
            self._stale(attempt, at, key)
        head = self._commit(attempt, at, key)
        if mishap in {"sent twice", "key reused"}:
            self._again(attempt, at, key, head, other=mishap == "key reused")
        elif mishap == "crash":
            self._crash()
        return head

    def _commit(self, attempt: Attempt, at: datetime, key: str, *, expected_head: int | None = None) -> Head:
        return self.office.ledger.commit(
            attempt.records,
            actor=CLERK,
            why=attempt.what,
            at=at,
            command="simulate",
            key=key,
            expected_head=expected_head,
        )

    def _fail(self, fault: Literal["before", "after"], attempt: Attempt, at: datetime, key: str) -> None:
        """The disk fails; what was refused before it came to the disk stays refused."""
        self.store.fault = fault
        try:
            self._commit(attempt, at, key)
        except StoreProblem as error:
            assert [each.code for each in error.problems] == ["store-io"], str(error)  # noqa: PT017 - the code of an expected error
        finally:
            self.store.fault = None
        if self.rng.choice((True, False)):
            self._crash()

    def _stale(self, attempt: Attempt, at: datetime, key: str) -> None:
        """Somebody commits on a head that is no longer the head."""
        number = self.store.head().number
        try:
            self._commit(attempt, at, key, expected_head=number - 1)
        except HeadMoved:
            return
        message = "a commit on an old head was taken"
        raise AssertionError(message)

    def _again(self, attempt: Attempt, at: datetime, key: str, head: Head, *, other: bool) -> None:
        """The same request comes once more, or another one under its key."""
        if not other:
            assert self._commit(attempt, at + timedelta(hours=1), key) == head, (
                "a repeated request had an effect"
            )
        else:
            fewer = Attempt(what=f"not {attempt.what}", records=attempt.records)
            assert _codes(lambda: self._commit(fewer, at, key)) == ["key-reused"], "a key was taken twice"

    def _crash(self) -> None:
        """The program ends, and another one opens the store again."""
        self.store = Faulty(self.reopen())
        self.office.ledger = self._ledger()

    def look_back(self) -> None:
        """Some days of the past, as known at some numbers, against the naive memory; and the chain as a whole."""
        ledger, head = self.office.ledger, self.store.head().number
        self._check_plugins()
        if self.watch is None:
            return
        for _ in range(3):
            on = FIRST_DAY + timedelta(days=self.eyes.randrange((self.office.day - FIRST_DAY).days + 30))
            known = self.eyes.randrange(head + 1)
            self.watch.compare(ledger, self.oracle, on=on, known=known)
        self.watch.compare(ledger, self.oracle, on=self.office.day, known=head)
        assert ledger.verify() == (), "the ledger does not verify"

    def _check_plugins(self) -> None:
        """A plugin that breaks is a finding, and no more."""
        broken = self.office.day.toordinal() % rules.BREAKS_EVERY == 0
        assert len(self.host.check(self.office.now)) == int(broken), "a broken check was not told"

    def finish(self) -> None:
        """Nothing fails any more: all letters are signed, all items closed, all feedback answered; nothing is stuck."""
        for command in (with_letters.set_goal, with_letters.sign_next, with_lists.go_on, with_lists.answer):
            for _ in range(MOST_ROUNDS):
                attempt = command(self.office)
                if attempt is None:
                    break
                self.number += 1
                self._try(attempt, "none")
        self.look_back()
        office = self.office
        unsigned = [each.id for each in with_letters.unsigned(office)]
        assert not unsigned, f"letters that cannot be signed: {unsigned}"
        assert not office.in_state(Item, *with_lists.OPEN), "items that cannot be closed"
        assert not office.in_state(Feedback, "received"), "feedback that cannot be answered"


def _codes(attempted: Callable[[], object]) -> list[str]:
    """The codes of a refusal; none if it was taken."""
    try:
        attempted()
    except PartybuildingError as error:
        problems: tuple[Problem, ...] = error.problems
        return [each.code for each in problems]
    return []
