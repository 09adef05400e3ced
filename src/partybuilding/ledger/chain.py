"""The check of the chain: whether a store holds what was written, from the first changeset to the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partybuilding.errors import Problem, StoreProblem, Where
from partybuilding.extension.sealing import verify_link
from partybuilding.extension.store import Changeset, Head

if TYPE_CHECKING:
    from partybuilding.extension.store import Store

REMEDY = "Do not use this store; restore the last good backup."


def verify_chain(store: Store, *, outside: Head | None = None) -> tuple[Problem, ...]:
    """Walk the whole chain and tell everything that is not as it was written; nothing, if all is well.

    ``outside`` is a head that was kept elsewhere (on the signed yearly report): only it shows a chain that somebody has
    rewritten or cut as a whole.
    """
    problems: list[Problem] = []
    last = Head()
    try:
        for changeset in store.changes():
            problems += verify_link(changeset, last)
            problems += _missing_blobs(store, changeset)
            last = Head(last.number + 1, changeset.hash)
            if outside is not None and outside.number == last.number:
                problems += _differs("chain-outside-head", last, outside)
        problems += _differs("chain-head", last, store.head())
    except StoreProblem as error:
        problems += error.problems
        return tuple(problems)
    if outside is not None and outside.number > last.number:
        problems += _differs("chain-outside-head", last, outside)
    return tuple(problems)


def _differs(code: str, found: Head, expected: Head) -> tuple[Problem, ...]:
    if found == expected:
        return ()
    read, wanted = (f"{head.number} {head.hash}" for head in (found, expected))
    return (Problem(code, Where(record=str(expected.number)), read, wanted, REMEDY),)


def _missing_blobs(store: Store, changeset: Changeset) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for digest in changeset.blobs:
        try:
            store.blob(digest)
        except StoreProblem as error:
            found += error.problems
    return tuple(found)
