"""What must hold in every state of the ledger, whoever commits and whatever a policy allows.

An invariant is checked on the final state of every changeset that touches what it reads, before anything is stored; all
violations are told at once. ``verify`` checks the same invariants on everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from partybuilding.errors import InvariantBroken
from partybuilding.ledger.invariants.change import Change, Invariant
from partybuilding.ledger.invariants.decisions import DECISIONS
from partybuilding.ledger.invariants.letters import LETTERS
from partybuilding.ledger.invariants.lists import LISTS
from partybuilding.ledger.invariants.money import MONEY
from partybuilding.ledger.invariants.succession import SUCCESSION
from partybuilding.ledger.invariants.tree import TREE
from partybuilding.ledger.invariants.venues import VENUES
from partybuilding.ledger.invariants.voices import VOICES

if TYPE_CHECKING:
    from partybuilding.errors import Problem

INVARIANTS: tuple[Invariant, ...] = (
    *TREE,
    *LETTERS,
    *MONEY,
    *VENUES,
    *LISTS,
    *VOICES,
    *DECISIONS,
    *SUCCESSION,
)
"""All invariants, always on. There is no way to leave one out."""

__all__ = ["INVARIANTS", "Change", "Invariant", "require", "violations"]


def violations(change: Change) -> tuple[Problem, ...]:
    """Everything that a change breaks, in the order of the invariants."""
    return tuple(
        problem
        for invariant in INVARIANTS
        if any(change.touches(noun) for noun in invariant.reads)
        for problem in invariant.touched(change)
    )


def require(change: Change) -> None:
    """Refuse a change that breaks anything.

    Raises:
        InvariantBroken: with every violation.
    """
    found = violations(change)
    if found:
        raise InvariantBroken(*found)
