"""What others rest on cannot be taken away: whatever withdrawal is accepted leaves a state that holds as a whole."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType

import pytest
from tests.contracts.invariants import decisions, letters, lists, money, succession, tree, venues, voices
from tests.contracts.invariants.office import commit, opened

from partybuilding.convert import NOUNS
from partybuilding.errors import InvariantBroken, PartybuildingError
from partybuilding.extension.store import Draft, Header
from partybuilding.ledger.histories import Histories, Records
from partybuilding.ledger.invariants import Change, lasting
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.versions import Withdrawal, rows_of
from partybuilding.storage.memory import MemoryStore

HEADER = Header(at=datetime(2027, 1, 5, tzinfo=UTC), actor="another program", reason="test", rule="none")
FAMILIES = (decisions, letters, lists, money, succession, tree, venues, voices)


def told(story: object) -> Ledger:
    ledger = opened()
    for changeset in story:  # type: ignore[attr-defined]  # a story is a row of changesets
        commit(ledger, changeset)
    return ledger


def state(ledger: Ledger) -> Histories:
    histories = Histories(MemoryStore(), Records(ledger._store))
    for changeset in ledger._store.changes():
        histories.lay((row, None) for row in changeset.rows)
    return histories


def withdrawals(ledger: Ledger) -> list[Withdrawal]:
    histories = state(ledger)
    return [
        Withdrawal(noun=noun, id=id_, starts=span.value.valid[0])
        for noun, each in NOUNS.items()
        for id_, spans in histories.of(each).items()
        for span in spans
    ]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__.rpartition(".")[2])
def test_a_withdrawal_that_is_taken_breaks_nothing_anywhere(family: ModuleType) -> None:
    taken = refused = 0
    for statement in family.FAMILY:
        story = statement.right[0]
        for withdrawal in withdrawals(told(story)):
            ledger = told(story)
            try:
                commit(ledger, (withdrawal,))
            except InvariantBroken:
                refused += 1
            except PartybuildingError:
                continue
            else:
                taken += 1
                lifecycle = ledger._host.catalogue().lifecycle
                assert lasting(Change(state(ledger), {}, lifecycle=lifecycle)) == (), withdrawal
    assert taken
    assert refused


def test_what_another_program_took_away_is_told_by_verify() -> None:
    story = letters.FAMILY[0].right[0]
    seen = 0
    for withdrawal in withdrawals(told(story)):
        ledger = told(story)
        try:
            commit(ledger, (withdrawal,))
        except InvariantBroken:
            head = ledger.head().number
            rows = tuple(row for row, _ in rows_of([withdrawal], store=ledger._store, known=head))
            ledger._store.append(Draft(header=HEADER, rows=rows), head)
            assert ledger.verify(), withdrawal
            seen += 1
    assert seen
