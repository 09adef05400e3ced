"""The reference store: a list of changesets in memory. It says what every other store must do, and is gone at the end.

Slow where slow is plain: reading walks over the rows of a kind. A lock makes it safe to hand from thread to thread.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Self

from partybuilding.domain.record import is_id
from partybuilding.errors import Problem, StoreClosed, StoreProblem, StoreReadOnly, Where
from partybuilding.extension.persons import Person, require_remembered
from partybuilding.extension.sealing import admit
from partybuilding.extension.store import (
    Changeset,
    Draft,
    Entry,
    Head,
    StorageBackend,
    Store,
    Stored,
    no_such_blob,
    number_known,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from types import TracebackType

SCHEME = "memory"
URL = "memory:"


class MemoryStore:
    """A store in memory; every one is its own.

    >>> with MemoryStore() as store:
    ...     store.head().number
    0
    """

    def __init__(self, *, read_only: bool = False) -> None:
        self._lock = RLock()
        self._read_only = read_only
        self._closed = False
        self._changes: list[Changeset] = []
        self._rows: dict[str, dict[str, list[Stored]]] = {}
        self._keys: dict[str, int] = {}
        self._blobs: dict[str, bytes] = {}
        self._persons: dict[str, Person] = {}
        self._forgotten: frozenset[str] = frozenset()

    def head(self) -> Head:
        """The number and hash of the last changeset."""
        self._require_open()
        return self._changes[-1].head if self._changes else Head()

    def append(self, draft: Draft, expected_head: int) -> Head:
        """Add a changeset, whole or not at all, if the head still is the expected one."""
        self._require_writable()
        with self._lock:
            admitted = admit(draft, head=self.head(), expected_head=expected_head, earlier=self.keyed)
            if isinstance(admitted, Changeset):
                self._add(admitted, dict(draft.blobs))
                return admitted.head
            return admitted

    def _add(self, changeset: Changeset, blobs: dict[str, bytes]) -> None:
        number = changeset.header.number
        stored = [Stored(row=row, number=number, digest=row.digest) for row in changeset.rows]
        for each in stored:
            self._rows.setdefault(each.row.kind, {}).setdefault(each.row.id, []).append(each)
        self._blobs.update(blobs)
        if changeset.header.key is not None:
            self._keys[changeset.header.key] = number
        self._changes.append(changeset)

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        """The rows of a kind, by id; with a day, the state of that day."""
        with self._lock:
            last = number_known(known, self.head().number)
            rows = self._rows.get(kind, {})
            names = sorted(rows if ids is None else rows.keys() & set(ids))
            history = [[each for each in rows[name] if each.number <= last] for name in names]
        if on is None:
            return (each for versions in history for each in versions)
        return (each for versions in history for each in _in_force(versions, on))

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        """The kinds that have rows up to ``known``, in code point order."""
        with self._lock:
            last = number_known(known, self.head().number)
            first = {
                kind: min(versions[0].number for versions in ids.values()) for kind, ids in self._rows.items()
            }
        return tuple(sorted(kind for kind, number in first.items() if number <= last))

    def changes(self, start: int = 1, stop: int | None = None) -> Iterator[Changeset]:
        """The changesets ``start <= number < stop`` by number."""
        self._require_open()
        end = len(self._changes) if stop is None else max(stop - 1, 0)
        return iter(self._changes[max(start - 1, 0) : end])

    def entries(self, start: int = 1, stop: int | None = None) -> Iterator[Entry]:
        """The same changesets without their rows."""
        return (_entry(each) for each in self.changes(start, stop))

    def keyed(self, key: str) -> Entry | None:
        """The changeset that carries an idempotency key."""
        self._require_open()
        number = self._keys.get(key)
        return None if number is None else _entry(self._changes[number - 1])

    def blob(self, digest: str) -> bytes:
        """The content with this SHA-256 digest."""
        self._require_open()
        if digest not in self._blobs:
            raise no_such_blob(digest)
        return self._blobs[digest]

    def keep_persons(self, persons: Iterable[Person]) -> None:
        """Keep names, new ones in place of earlier ones; all or none."""
        self._require_writable()
        given = tuple(persons)
        with self._lock:
            self._persons |= {each.id: each for each in require_remembered(given, self._forgotten)}

    def persons(self, ids: Iterable[str]) -> Mapping[str, Person]:
        """The persons behind some ids; an id whose name is not kept, or is forgotten, is left out."""
        self._require_open()
        with self._lock:
            return {each: self._persons[each] for each in sorted(self._persons.keys() & set(ids))}

    def forget(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Erase the names behind some ids; gives the ids whose names were kept."""
        self._require_writable()
        wanted = frozenset(filter(is_id, ids))
        with self._lock:
            self._forgotten |= wanted
            kept = sorted(self._persons.keys() & wanted)
            for each in kept:
                del self._persons[each]
        return tuple(kept)

    def forgotten(self) -> frozenset[str]:
        """The ids whose names were erased."""
        self._require_open()
        return self._forgotten

    def close(self) -> None:
        """Close; twice is fine."""
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _require_writable(self) -> None:
        self._require_open()
        if self._read_only:
            raise StoreReadOnly(
                Problem("store-read-only", Where(), URL, "a store to write", "Open it for writing.")
            )

    def _require_open(self) -> None:
        if self._closed:
            raise StoreClosed(Problem("store-closed", Where(), URL, "an open store", "Open the store again."))


def _in_force(versions: list[Stored], day: date) -> tuple[Stored, ...]:
    """The last of the versions that holds the day, unless it withdraws."""
    holding = [each for each in versions if each.row.holds(day)]
    return tuple(each for each in holding[-1:] if each.row.body is not None)


def _entry(changeset: Changeset) -> Entry:
    return Entry(
        header=changeset.header, count=len(changeset.rows), digest=changeset.digest, hash=changeset.hash
    )


def open_memory(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Open a new, empty store in memory.

    Raises:
        StoreProblem: another URL than ``memory:``, or a connection, whose transaction a memory store cannot join.
    """
    if url != URL:
        raise StoreProblem(Problem("store-url", Where(), url, URL, "Memory stores have no names."))
    if connection is not None:
        raise StoreProblem(
            Problem(
                "store-connection",
                Where(),
                type(connection).__name__,
                "no connection",
                "Open without a connection.",
            )
        )
    return MemoryStore(read_only=read_only)


MEMORY = StorageBackend(scheme=SCHEME, open=open_memory, capabilities=("erasable",))
