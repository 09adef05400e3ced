"""What makes a SQLite file safe for a ledger: its schema, its settings, how it is recognised, what its errors mean.

The settings were chosen by measurement (see the page on reliability): a write-ahead log synced at every commit, writers
that lock first, checkpoints of our own, because SQLite swallows the errors of its automatic ones.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import frozen

from partybuilding.errors import (
    Problem,
    SchemaTooNew,
    StoreBusy,
    StoreCorrupt,
    StoreProblem,
    StoreReadOnly,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

APPLICATION = int.from_bytes(b"PBld", "big")
"""Written into the file's header, so that the file of another program is refused by name."""
SCHEMA_NUMBER = 1
OLDEST_SQLITE = (3, 37)
"""The first SQLite with STRICT tables."""
PATIENCE = 30
"""How many seconds a writer waits for another; the longest wait measured with six writers was over four."""

SCHEMA = (
    """CREATE TABLE partybuilding_changeset (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  on_behalf_of TEXT,
  reason TEXT NOT NULL,
  command TEXT NOT NULL,
  key TEXT UNIQUE,
  versions TEXT NOT NULL,
  manifest TEXT NOT NULL,
  rule TEXT NOT NULL,
  blobs TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT""",
    # seq is number * 2^32 + place: a row cannot name a changeset in which it does not stand.
    """CREATE TABLE partybuilding_version (
  seq INTEGER PRIMARY KEY,
  number INTEGER GENERATED ALWAYS AS (seq >> 32) VIRTUAL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  starts TEXT,
  ends TEXT,
  body TEXT
) STRICT""",
    "CREATE INDEX partybuilding_version_of ON partybuilding_version (kind, id, seq)",
    """CREATE TABLE partybuilding_content (
  digest TEXT PRIMARY KEY NOT NULL,
  bytes BLOB NOT NULL
) STRICT""",
)
TABLES = frozenset({"partybuilding_changeset", "partybuilding_version", "partybuilding_content"})
SCHEMA_DIGEST = "e63a396a347d4de5f1c771614e4ec0d0d33f87d7b6464ced0df92464a539bb19"
"""Pinned, not computed: one flipped bit in the stored schema text changes what a table holds, and no check sees it."""


@frozen
class _Meaning:
    error: type[StoreProblem]
    code: str
    remedy: str


_MEANINGS = {
    sqlite3.SQLITE_BUSY: _Meaning(StoreBusy, "store-busy", "Wait for the other writer, then try again."),
    sqlite3.SQLITE_LOCKED: _Meaning(StoreBusy, "store-busy", "Wait for the other writer, then try again."),
    sqlite3.SQLITE_FULL: _Meaning(StoreProblem, "store-full", "Free space on the disk, then try again."),
    sqlite3.SQLITE_IOERR: _Meaning(StoreProblem, "store-io", "Check the disk, then open the store again."),
    sqlite3.SQLITE_READONLY: _Meaning(StoreReadOnly, "store-read-only", "Open a store that may be written."),
    sqlite3.SQLITE_CANTOPEN: _Meaning(
        StoreProblem, "store-cannot-open", "Check that the folder exists and is yours."
    ),
    sqlite3.SQLITE_PERM: _Meaning(
        StoreProblem, "store-cannot-open", "Check that the folder exists and is yours."
    ),
    sqlite3.SQLITE_CORRUPT: _Meaning(StoreCorrupt, "store-damaged", "Restore the last good backup."),
    sqlite3.SQLITE_NOTADB: _Meaning(StoreCorrupt, "store-foreign", "Name a file that this library wrote."),
}
_OTHER = _Meaning(StoreProblem, "store-failed", "Look at what SQLite said.")
_SYNC = frozenset({sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC})


def error_code(error: sqlite3.Error) -> int:
    """The primary result code of SQLite; 0 where the error did not come from it."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def sync_failed(error: sqlite3.Error) -> bool:
    """Whether the disk did not confirm a write: afterwards nobody knows what it holds."""
    return getattr(error, "sqlite_errorcode", 0) in _SYNC


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Let no error of the driver through: each becomes a store error with its real cause."""
    try:
        yield
    except sqlite3.Error as error:
        meaning = _MEANINGS.get(error_code(error), _OTHER)
        read = f"{getattr(error, 'sqlite_errorname', type(error).__name__)}: {error}"
        raise meaning.error(Problem(meaning.code, Where(file=name), read, "", meaning.remedy)) from error


def open_file(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """Open a ledger file, or make a new one; a file of another program or of a newer library is not touched.

    Raises:
        SchemaTooNew: a newer library wrote it.
        StoreCorrupt: another program's file, or a schema that is not the one we wrote.
        StoreProblem: it cannot be opened.
    """
    name = str(path)
    _require_sqlite(name)
    mode = "ro" if read_only else "rwc"
    with translated(name):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE, isolation_level=None
        )
    try:
        with translated(name):
            _prepare(connection, name, read_only=read_only)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_sqlite(name: str) -> None:
    if sqlite3.sqlite_version_info[:2] < OLDEST_SQLITE:
        expected = ".".join(map(str, OLDEST_SQLITE))
        remedy = "Use a Python that brings a newer SQLite."
        raise StoreProblem(
            Problem("sqlite-too-old", Where(file=name), sqlite3.sqlite_version, expected, remedy)
        )


def _prepare(connection: sqlite3.Connection, name: str, *, read_only: bool) -> None:
    fresh = _fresh(connection)
    if not fresh:
        _recognise(connection, name)
    if read_only:
        if fresh:
            remedy = "Check the name; a store opened for reading is not made."
            raise StoreProblem(
                Problem("store-cannot-open", Where(file=name), "an empty file", "a store", remedy)
            )
        connection.execute("PRAGMA query_only = ON")
        return
    _set_up(connection, name)
    if fresh:
        _create(connection, "BEGIN IMMEDIATE", "COMMIT", own=True)
    _recognise(connection, name)


def _fresh(connection: sqlite3.Connection) -> bool:
    count = _number(connection, "SELECT count(*) FROM sqlite_schema")
    return count == 0 and _number(connection, "PRAGMA application_id") == 0


def _recognise(connection: sqlite3.Connection, name: str) -> None:
    """Refuse a file that is not ours, is newer than we are, or whose schema is not the one we wrote."""
    application = _number(connection, "PRAGMA application_id")
    if application != APPLICATION:
        read, remedy = f"application {application}", "Name a file that this library wrote."
        raise StoreCorrupt(
            Problem("store-foreign", Where(file=name), read, f"application {APPLICATION}", remedy)
        )
    number = _number(connection, "PRAGMA user_version")
    if number > SCHEMA_NUMBER:
        read, expected = f"schema {number}", f"schema {SCHEMA_NUMBER} or older"
        raise SchemaTooNew(
            Problem("schema-too-new", Where(file=name), read, expected, "Install a newer library.")
        )
    if number != SCHEMA_NUMBER:
        raise _schema_changed(name, f"schema {number}")
    _require_schema(connection, name, own=True)


def _require_schema(connection: sqlite3.Connection, name: str, *, own: bool) -> None:
    """Refuse tables that are not exactly the ones we made; in a caller's database look at our tables only."""
    digest = schema_digest(connection, own=own)
    if digest != SCHEMA_DIGEST:
        raise _schema_changed(name, digest)


def _schema_changed(name: str, read: str) -> StoreCorrupt:
    remedy = "Somebody changed the tables; restore the last good backup."
    return StoreCorrupt(Problem("schema-changed", Where(file=name), read, SCHEMA_DIGEST, remedy))


def schema_digest(connection: sqlite3.Connection, *, own: bool) -> str:
    """The digest over the stored text of the schema; statistics that ANALYZE leaves are no part of it."""
    cursor = connection.cursor()
    cursor.row_factory = None  # a caller's connection may have one
    rows = cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    ours = sorted(
        repr(row) for row in rows if (own and not row[1].startswith("sqlite_stat")) or row[2] in TABLES
    )
    return sha256("\n".join(ours).encode()).hexdigest()


def _create(connection: sqlite3.Connection, begin: str, commit: str, *, own: bool) -> None:
    """Make the tables, all or none; another process may have been faster."""
    connection.execute(begin)
    if not _number(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'partybuilding_changeset'"):
        for statement in SCHEMA:
            connection.execute(statement)
        if own:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_NUMBER}")
    connection.execute(commit)


def join(connection: sqlite3.Connection, name: str, *, read_only: bool) -> None:
    """Make or recognise our tables in a caller's database; its settings and its other tables are the caller's."""
    _require_sqlite(name)
    with translated(name):
        if not read_only:
            _create(connection, "SAVEPOINT partybuilding", "RELEASE partybuilding", own=False)
        _require_schema(connection, name, own=False)


def checkpoint(connection: sqlite3.Connection) -> None:
    """Bring the log into the file, without waiting for a reader: the next checkpoint will do."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _set_up(connection: sqlite3.Connection, name: str) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        remedy = "Put the store on a local disk; network folders cannot hold it."
        raise StoreProblem(Problem("store-no-wal", Where(file=name), str(mode), "wal", remedy))
    for setting in (
        "synchronous = FULL",
        "wal_autocheckpoint = 0",
        "fullfsync = ON",
        "checkpoint_fullfsync = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {setting}")


def _number(connection: sqlite3.Connection, statement: str) -> int:
    cursor = connection.cursor()
    cursor.row_factory = None
    return int(cursor.execute(statement).fetchone()[0])
