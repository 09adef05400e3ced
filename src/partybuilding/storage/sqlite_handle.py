"""The connection of a SQLite store: its transactions, what its failures mean for it, and who may use it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, Self

from partybuilding.errors import Problem, StoreClosed, StoreProblem, StoreReadOnly, Where
from partybuilding.extension.store import Head
from partybuilding.storage import sqlite_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

JOINED = "sqlite:"
_WHOLE = "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"
_PART = (
    "SAVEPOINT partybuilding",
    "RELEASE partybuilding",
    "ROLLBACK TO partybuilding",
    "RELEASE partybuilding",
)
_POSTPONED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})


class SqliteHandle:
    """A connection to a SQLite file, or the caller's connection, whose transaction is joined (``path`` is None)."""

    def __init__(
        self, connection: sqlite3.Connection, *, path: Path | None, schema: int, read_only: bool = False
    ) -> None:
        self._connection = connection
        self._path = path
        self._schema = schema
        self._name = JOINED if path is None else str(path)
        self._read_only = read_only
        self._closed = False
        self._owner = os.getpid(), get_ident()
        self._fatal: Problem | None = None

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
            except (UnicodeEncodeError, OverflowError):
                return []  # a lone surrogate, or more than 64 bits: nothing that is stored has such a name or number

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

    def _require_writable(self) -> None:
        self._require_usable()
        if self._read_only:
            where = Where(file=self._name)
            raise StoreReadOnly(
                Problem("store-read-only", where, self._name, "a store to write", "Open it for writing.")
            )
