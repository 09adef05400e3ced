"""The default store: one SQLite file that survives a crash, a full disk and a power cut at any moment.

Rows are only inserted. A changeset is one transaction that locks before it reads; the log is synced at every commit and
checkpointed by the store itself, so that no error of the disk stays unheard. Reading never waits for a writer.
"""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partybuilding.domain.record import is_id
from partybuilding.errors import Problem, StoreCorrupt, StoreProblem, Where
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
    planted_beyond,
)
from partybuilding.storage import sqlite_file, sqlite_rows
from partybuilding.storage.sqlite_handle import JOINED
from partybuilding.storage.sqlite_persons import SqlitePersons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

SCHEME = "sqlite"
PREFIX = "sqlite:///"
PAGE = 4096
"""Rows fetched at a time, so that a reader neither fills the memory nor holds a checkpoint back."""
LONGEST_LOG = 4 * 1024 * 1024
"""Bytes of the write-ahead log after which a commit ends with a checkpoint."""


class SqliteStore(SqlitePersons):
    """A store in a SQLite file, or in the tables and the transaction of a caller's connection (``path`` is None)."""

    def head(self) -> Head:
        """The number and hash of the last changeset."""
        rows = self._ask(sqlite_rows.HEAD)
        return Head(*rows[0]) if rows else Head()

    def append(self, draft: Draft, expected_head: int) -> Head:
        """Add a changeset, whole or not at all, if the head still is the expected one."""
        self._require_writable()
        with self._writing():
            admitted = admit(draft, head=self.head(), expected_head=expected_head, earlier=self.keyed)
            if not isinstance(admitted, Changeset):
                return admitted
            tuple(self._beyond())
            self._connection.execute(sqlite_rows.INSERT, sqlite_rows.changeset_row(admitted))
            self._connection.executemany(sqlite_rows.INSERT_CONTENT, draft.blobs)
            self._connection.executemany(sqlite_rows.INSERT_ROW, sqlite_rows.version_rows(admitted))
        if self._path is not None and _size(Path(f"{self._path}-wal")) > LONGEST_LOG:
            self._checkpoint(admitted.head)
        return admitted.head

    def read(
        self, kind: str, *, ids: Iterable[str] | None = None, on: date | None = None, known: int | None = None
    ) -> Iterator[Stored]:
        """The rows of a kind, by id; with a day, the state of that day."""
        last = sqlite_rows.last_of(number_known(known, self.head().number))
        parts = [None] if ids is None else sqlite_rows.batches(filter(is_id, set(ids)))
        versions = (version for part in parts for version in self._versions(kind, part, on, last))
        return sqlite_rows.stored(kind, versions, self._name)

    def _versions(
        self, kind: str, ids: tuple[str, ...] | None, on: date | None, last: int
    ) -> Iterator[sqlite_rows.Version]:
        """The rows of a kind in the order id, seq, page by page."""
        statement, given = sqlite_rows.reading(on=on, ids=ids, page=PAGE)
        after: tuple[str, int] = ("", 0)
        while True:
            page: list[sqlite_rows.Version] = self._ask(statement, kind, *after, last, *given)
            yield from page
            if len(page) < PAGE:
                return
            seq, last_id, *_ = page[-1]
            after = last_id, seq if on is None else sqlite_rows.NO_MORE

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        """The kinds that have rows up to ``known``, in code point order."""
        last = sqlite_rows.last_of(number_known(known, self.head().number))
        return tuple(sorted(kind for (kind,) in self._ask(sqlite_rows.KINDS, last)))

    def changes(self, start: int = 1, stop: int | None = None) -> Iterator[Changeset]:
        """The changesets ``start <= number < stop`` by number, their rows by kind, id and start."""
        found = (self._changeset(record) for record in self._records(start, stop))
        return found if stop is not None else chain(found, self._beyond())

    def _beyond(self) -> Iterator[Changeset]:
        """No changeset; refuses rows that stand beyond the last one, for the next one would take them for its own."""
        if planted := self._ask(sqlite_rows.BEYOND):
            raise planted_beyond(self._name, str(planted[0][0]))
        yield from ()

    def entries(self, start: int = 1, stop: int | None = None) -> Iterator[Entry]:
        """The same changesets without their rows, for a log."""
        return (sqlite_rows.entry(record, self._name) for record in self._records(start, stop))

    def keyed(self, key: str) -> Entry | None:
        """The changeset that carries an idempotency key."""
        records = self._ask(sqlite_rows.ENTRIES + "WHERE key = ?", key)
        return sqlite_rows.entry(records[0], self._name) if records else None

    def _records(self, start: int, stop: int | None) -> Iterator[tuple[Any, ...]]:
        end = self.head().number + 1 if stop is None else stop
        numbers = self._ask(
            "SELECT number FROM partybuilding_changeset WHERE number >= ? AND number < ?", start, end
        )
        return (
            record
            for (number,) in sorted(numbers)
            for record in self._ask(sqlite_rows.ENTRIES + "WHERE number = ?", number)
        )

    def _changeset(self, record: tuple[Any, ...]) -> Changeset:
        first, last = sqlite_rows.first_of(record[0]), sqlite_rows.last_of(record[0])
        return sqlite_rows.changeset(record, self._ask(sqlite_rows.ROWS, first, last), self._name)

    def blob(self, digest: str) -> bytes:
        """The content with this SHA-256 digest."""
        found = self._ask(sqlite_rows.CONTENT, digest)
        if not found:
            raise no_such_blob(digest)
        content = bytes(found[0][0])
        if sha256(content).hexdigest() != digest:
            where, remedy = Where(file=self._name, path="blob"), "Restore the last good backup."
            raise StoreCorrupt(Problem("blob-damaged", where, sha256(content).hexdigest(), digest, remedy))
        return content


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def open_sqlite(url: str, /, *, connection: object | None = None, read_only: bool = False) -> Store:
    """Open the ledger file of ``sqlite:///relative.db`` or ``sqlite:////absolute.db``; a new file is made.

    With ``connection=`` (a ``sqlite3.Connection``) and the URL ``sqlite:``, the store keeps its tables in the caller's
    database, and a commit is a part of the caller's transaction: both succeed or neither. The settings of that
    connection, and so its safety, are the caller's.

    Raises:
        StoreProblem: another URL, or a file that cannot be opened.
        StoreCorrupt: a file of another program, or changed tables.
        SchemaTooNew: a newer library wrote it.
    """
    if connection is not None:
        return _join(url, connection, read_only=read_only)
    if not url.startswith(PREFIX) or url == PREFIX:
        raise StoreProblem(
            Problem("store-url", Where(), url, f"{PREFIX}path", "Name the file after three slashes.")
        )
    path = Path(url.removeprefix(PREFIX))
    opened, schema = sqlite_file.open_file(path, read_only=read_only)
    return SqliteStore(opened, path=path.absolute(), schema=schema, read_only=read_only)


def _join(url: str, connection: object, *, read_only: bool) -> Store:
    if url != JOINED or not isinstance(connection, sqlite3.Connection):
        read, expected = f"{url} {type(connection).__name__}", f"{JOINED} with a sqlite3.Connection"
        raise StoreProblem(
            Problem("store-connection", Where(), read, expected, "Hand over the connection alone.")
        )
    schema = sqlite_file.join(connection, JOINED, read_only=read_only)
    return SqliteStore(connection, path=None, schema=schema, read_only=read_only)


SQLITE = StorageBackend(
    scheme=SCHEME,
    open=open_sqlite,
    capabilities=("backup", "durable", "erasable", "file_based", "joins", "multi_process"),
)
