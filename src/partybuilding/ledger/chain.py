"""The check of the chain: whether a store holds what was written, from the first changeset to the head.

The chain covers what stands in the changesets. What a store answers comes by other ways, too (an index, a table of
keys), so these are compared with the chain as well.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from partybuilding.errors import Problem, StoreProblem, Where
from partybuilding.extension.sealing import verify_link
from partybuilding.extension.store import Changeset, Head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from partybuilding.extension.store import Row, Store

REMEDY = "Do not use this store; restore the last good backup."


def verify_chain(store: Store, *, outside: Head | None = None) -> tuple[Problem, ...]:
    """Walk the whole chain and tell everything that is not as it was written; nothing, if all is well.

    ``outside`` is a head that was kept elsewhere (on the signed yearly report): only it shows a chain that somebody has
    rewritten or cut as a whole.
    """
    problems: list[Problem] = []
    last = Head()
    if outside is not None and outside.number == last.number:
        problems += _differs("chain-outside-head", last, outside)
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


def verify_store(store: Store, *, outside: Head | None = None) -> tuple[Problem, ...]:
    """The chain first, and if it is whole, whether what is read is what stands in it; nothing, if all is well."""
    return verify_chain(store, outside=outside) or verify_reading(store)


def verify_reading(store: Store) -> tuple[Problem, ...]:
    """Compare what the store answers, by kind and by idempotency key, with what stands in its changesets.

    Where the chain is whole but an index or a second table is not, only this shows it: a record would be missing from
    every report while its changeset is there. The rows of a kind are compared as a sum over their digests and numbers,
    so that a million of them need no more memory than one.
    """
    try:
        return tuple(_misread(store))
    except StoreProblem as error:
        return error.problems


def _misread(store: Store) -> Iterator[Problem]:
    written, unknown = Counter[str](), list[str]()
    for changeset in store.changes():
        number, key = changeset.header.number, changeset.header.key
        for row in changeset.rows:
            written[row.kind] += _weight(row, number)
        earlier = None if key is None else store.keyed(key)
        if key is not None and (earlier is None or earlier.head != changeset.head):
            unknown.append(str(number))
    for each in unknown:
        read, expected = "another changeset or none", f"changeset {each}"
        yield Problem("reading-key", Where(record=each), read, expected, REMEDY)
    kinds = set(store.kinds())
    for kind in sorted(kinds | set(written)):
        if _read(store, kind) != written[kind] or (kind in kinds) != (kind in written):
            read, expected = "other rows", "the rows of its changesets"
            yield Problem("reading-rows", Where(kind=kind), read, expected, REMEDY)


def _read(store: Store, kind: str) -> int:
    """The weight of what is read of a kind; below zero if it does not come in its order."""
    total, last = 0, ("", 0, "")
    for each in store.read(kind):
        place = each.row.id, each.number, _first_day(each.row.starts)
        if place <= last:
            return -1
        total, last = total + _weight(each.row, each.number), place
    return total


def _weight(row: Row, number: int) -> int:
    return int.from_bytes(row.leaf()) * (number + 1)


def _first_day(starts: date | None) -> str:
    return "" if starts is None else starts.isoformat()
