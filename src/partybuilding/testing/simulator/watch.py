"""Who watches a simulation: every invariant on the whole state after each commit, and the past against a naive memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partybuilding.domain.record import Record
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.store import Store
from partybuilding.ledger.histories import Histories, Records
from partybuilding.ledger.invariants import Change, violations
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.versions import content
from partybuilding.storage.memory import MemoryStore
from partybuilding.testing.simulator.oracle import Oracle


class Watch:
    """The whole state, kept beside the ledger's own and looked at as a whole."""

    def __init__(self, catalogue: Catalogue, *, every: int = 1) -> None:
        self._every = every
        self._commits = 0
        self._catalogue = catalogue
        self._number = 0
        self._state: Histories | None = None

    def see(self, store: Store) -> None:
        """After every so many commits, lay the newest changesets over the state, and check every invariant on all of it."""
        self._commits += 1
        if self._commits % self._every:
            return
        if self._state is None:
            self._state = Histories(MemoryStore(), Records(store))
        for changeset in store.changes(self._number + 1):
            self._state.lay((row, None) for row in changeset.rows)
            self._number = changeset.header.number
        found = violations(Change(self._state, {}, lifecycle=self._catalogue.lifecycle).whole())
        assert found == (), f"broken after changeset {self._number}: {[str(each) for each in found]}"

    def compare(self, ledger: Ledger, oracle: Oracle, *, on: date, known: int) -> None:
        """What was in force on a day as known at a number, in the ledger and in the naive memory."""
        expected = oracle.state(on, known)
        snapshot = ledger.snapshot(on=on, known=known)
        found = {(each.noun, each.id): content(each) for each in _records(snapshot.records.values())}
        wrong = sorted(key for key in expected.keys() | found.keys() if expected.get(key) != found.get(key))
        assert not wrong, f"on {on} as known at {known}: {wrong[:5]}"


def _records(kinds: object) -> Iterator[Record]:
    for held in kinds:  # type: ignore[attr-defined]  # the values of a mapping
        yield from held
