"""Going through a chain once more: every changeset against every invariant as the ledger stood then, and the whole at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.convert import NOUNS
from partybuilding.errors import PartybuildingError, Problem
from partybuilding.ledger.histories import Histories, Records
from partybuilding.ledger.invariants import Change, lasting, violations

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from partybuilding.domain.lifecycles import Lifecycle
    from partybuilding.domain.record import Record
    from partybuilding.extension.store import Store


def replayed(
    store: Store, records: Records, lifecycle: Callable[[Record, date], Lifecycle | None]
) -> Iterator[Problem]:
    """Every problem of every changeset, with its number, and if there is none, of the state that they leave together.

    What no longer reads as a record is a problem, too.
    """
    histories = Histories(store, records)
    told = False
    for changeset in store.changes():
        rows = ((row, None) for row in changeset.rows if row.kind in NOUNS)
        number = changeset.header.number
        try:
            before = histories.lay(rows)
        except PartybuildingError as error:
            found = error.problems
        else:
            found = violations(Change(histories, before, lifecycle=lifecycle))
        yield from (_of_changeset(each, number) for each in found)
        told = told or bool(found)
    if not told:
        yield from lasting(Change(histories, {}, lifecycle=lifecycle))


def _of_changeset(problem: Problem, number: int) -> Problem:
    """A problem with the number of the changeset that brought it."""
    return evolve(problem, where=evolve(problem.where, changeset=number))
