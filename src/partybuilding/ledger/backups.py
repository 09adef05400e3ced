"""Copies of a ledger: made while it is in use, remembered so that an erasure can follow them, and let go when destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partybuilding.errors import Problem, StoreProblem, Where
from partybuilding.extension.store import Backing

if TYPE_CHECKING:
    from partybuilding.extension.store import Store


def backing(store: Store) -> Backing:
    """The store as one that can be copied.

    Raises:
        StoreProblem: ``store-no-backup``.
    """
    if not isinstance(store, Backing):
        read, remedy = type(store).__name__, "Use the database's own means."
        raise StoreProblem(Problem("store-no-backup", Where(), read, "a store in a file", remedy))
    return store
