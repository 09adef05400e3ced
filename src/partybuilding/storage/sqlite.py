"""The default store: one SQLite file that survives a crash, a full disk and a power cut at any moment.

Rows are only inserted. A changeset is one transaction that locks before it reads; the log is synced at every commit and
checkpointed by the store itself, so that no error of the disk stays unheard. Reading never waits for a writer.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, Self

from partybuilding.domain.record import is_id
from partybuilding.errors import Problem, StoreClosed, StoreCorrupt, StoreProblem, StoreReadOnly, Where
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
from partybuilding.storage import sqlite_file, sqlite_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from types import TracebackType

SCHEME = "sqlite"
PREFIX = "sqlite:///"
JOINED = "sqlite:"
PAGE = 4096
"""Rows fetched at a time, so that a reader neither fills the memory nor holds a checkpoint back."""
LONGEST_LOG = 4 * 1024 * 1024
"""Bytes of the write-ahead log after which a commit ends with a checkpoint."""

_WHOLE = "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"
_PART = (
    "SAVEPOINT partybuilding",
    "RELEASE partybuilding",
    "ROLLBACK TO partybuilding",
    "RELEASE partybuilding",
)
_POSTPONED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})


class SqliteStore:
    """A store in a SQLite file, or in the tables and the transaction of a caller's connection (``path`` is None)."""

    def __init__(self, connection: sqlite3.Connection, *, path: Path | None, read_only: bool = False) -> None:
        self._connection = connection
        self._path = path
        self._name = JOINED if path is None else str(path)
        self._read_only = read_only
        self._closed = False
        self._owner = os.getpid(), get_ident()
        self._fatal: Problem | None = None

    def head(self) -> Head:
        """The number and hash of the last changeset."""
        rows = self._ask(sqlite_rows.HEAD)
        return Head(*rows[0]) if rows else Head()

    def append(self, draft: Draft, expected_head: int) -> Head:
        """Add a changeset, whole or not at all, if the head still is the expected one."""
        self._require_usable()
        if self._read_only:
            where = Where(file=self._name)
            raise StoreReadOnly(
                Problem("store-read-only", where, self._name, "a store to write", "Open it for writing.")
            )
        with self._writing():
            admitted = admit(draft, head=self.head(), expected_head=expected_head, earlier=self.keyed)
            if not isinstance(admitted, Changeset):
                return admitted
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
        chosen = versions if on is None else sqlite_rows.in_force(versions)
        return sqlite_rows.stored(kind, chosen, self._name)

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
            after = page[-1][1], page[-1][0]

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        """The kinds that have rows up to ``known``, in code point order."""
        last = sqlite_rows.last_of(number_known(known, self.head().number))
        return tuple(sorted(kind for (kind,) in self._ask(sqlite_rows.KINDS, last)))

    def changes(self, start: int = 1, stop: int | None = None) -> Iterator[Changeset]:
        """The changesets ``start <= number < stop`` by number, their rows by kind, id and start."""
        return (self._changeset(record) for record in self._records(start, stop))

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

    def close(self) -> None:
        """Close; twice is fine. What is in the log goes into the file, unless a reader holds it back."""
        if self._closed:
            return
        self._require_owner()
        self._closed = True
        if self._path is None:
            return
        try:
            if not self._read_only and self._fatal is None:
                self._checkpoint(None)
        finally:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()

    def _ask(self, statement: str, *given: str | int) -> list[Any]:
        self._require_usable()
        with sqlite_file.translated(self._name):
            cursor = self._connection.cursor()
            cursor.row_factory = None  # a caller's connection may have one
            try:
                return cursor.execute(statement, given).fetchall()
            except UnicodeEncodeError:  # a lone surrogate: nothing that is stored has such a name
                return []

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction that locks before it reads, or a part of the caller's."""
        if self._path is None:
            self._require_transaction()
            begin, commit, *back = _PART
        else:
            begin, commit, *back = _WHOLE
        with self._watched():
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute(commit)
            except BaseException:
                # After a full disk SQLite has rolled back by itself: a second ROLLBACK would hide the real error.
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        for statement in back:
                            self._connection.execute(statement)
                raise

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Translate errors; after a write that the disk did not confirm, nothing more may be done through this handle."""
        with sqlite_file.translated(self._name):
            try:
                yield
            except sqlite3.Error as error:
                if sqlite_file.sync_failed(error):
                    self._fail("store-sync", str(error), "a confirmed write")
                raise

    def _checkpoint(self, head: Head | None) -> None:
        """Bring the log into the file; a reader in between or a full disk postpones it, any other error is fatal."""
        try:
            sqlite_file.checkpoint(self._connection)
        except sqlite3.Error as error:
            if sqlite_file.error_code(error) not in _POSTPONED:
                kept = "all changesets are stored" if head is None else f"changeset {head.number} is stored"
                raise StoreProblem(self._fail("store-checkpoint", str(error), kept)) from error

    def _fail(self, code: str, read: str, expected: str) -> Problem:
        remedy = "Close, check the disk, open again and compare the head before you go on."
        self._fatal = Problem(code, Where(file=self._name), read, expected, remedy)
        return self._fatal

    def _require_usable(self) -> None:
        if self._closed:
            raise StoreClosed(
                Problem("store-closed", Where(file=self._name), "", "an open store", "Open the store again.")
            )
        if self._fatal is not None:
            raise StoreProblem(self._fatal)
        self._require_owner()

    def _require_owner(self) -> None:
        if self._owner != (os.getpid(), get_ident()):
            where, remedy = Where(file=self._name), "Open a store of its own in every thread and process."
            raise StoreProblem(
                Problem(
                    "store-handed-over", where, "another thread or process", "the one that opened it", remedy
                )
            )

    def _require_transaction(self) -> None:
        if not self._connection.in_transaction:
            where, remedy = Where(file=self._name), "Execute BEGIN IMMEDIATE first, and commit afterwards."
            raise StoreProblem(
                Problem("no-transaction", where, "no transaction", "the caller's transaction", remedy)
            )


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
    return SqliteStore(
        sqlite_file.open_file(path, read_only=read_only), path=path.absolute(), read_only=read_only
    )


def _join(url: str, connection: object, *, read_only: bool) -> Store:
    if url != JOINED or not isinstance(connection, sqlite3.Connection):
        read, expected = f"{url} {type(connection).__name__}", f"{JOINED} with a sqlite3.Connection"
        raise StoreProblem(
            Problem("store-connection", Where(), read, expected, "Hand over the connection alone.")
        )
    sqlite_file.join(connection, JOINED, read_only=read_only)
    return SqliteStore(connection, path=None, read_only=read_only)


SQLITE = StorageBackend(
    scheme=SCHEME,
    open=open_sqlite,
    capabilities=("durable", "file_based", "joins", "multi_process"),
)
