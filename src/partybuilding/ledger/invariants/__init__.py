"""What must hold in every state of the ledger, whoever commits and whatever a policy allows.

An invariant is checked on the final state of every changeset that touches what it reads, before anything is stored; all
violations are told at once. ``verify`` checks the same invariants on every changeset as known then, and at the end on the
whole state.
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

AS_KNOWN_THEN = frozenset(
    {
        "signer-without-post",
        "signer-is-issuer",
        "subject-without-post",
        "verifier-is-owner",
        "verifier-without-authority",
    }
)
"""Who held which post is judged as it was known when a step was committed: a tenure that is corrected later makes no
signature invalid."""

__all__ = ["AS_KNOWN_THEN", "INVARIANTS", "Change", "Invariant", "lasting", "require", "violations"]


def violations(change: Change) -> tuple[Problem, ...]:
    """Everything that a change breaks, in the order of the invariants."""
    return tuple(
        problem
        for invariant in INVARIANTS
        if any(change.touches(noun) for noun in invariant.reads)
        for problem in invariant.touched(change)
    )


def lasting(change: Change) -> tuple[Problem, ...]:
    """Everything that is broken anywhere in the state after a change, but for what is judged as it was known then."""
    return tuple(each for each in violations(change.whole()) if each.code not in AS_KNOWN_THEN)


def require(change: Change) -> None:
    """Refuse a change that breaks anything.

    What takes something away may break what others say, wherever they are; so then everything is looked at.

    Raises:
        InvariantBroken: with every violation.
    """
    found = violations(change) or (lasting(change) if change.takes_away() else ())
    if found:
        raise InvariantBroken(*found)
