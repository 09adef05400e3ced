"""What makes a SQLite file safe for a ledger: its schema, its settings, how it is recognised, what its errors mean.

The settings were chosen by measurement (see the page on reliability): a write-ahead log synced at every commit, writers
that lock first, checkpoints of our own, because SQLite swallows the errors of its automatic ones.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from attrs import frozen

from partybuilding.errors import (
    Problem,
    StoreBusy,
    StoreCorrupt,
    StoreProblem,
    StoreReadOnly,
    Where,
)
from partybuilding.extension.sealing import verify_link
from partybuilding.extension.store import Head
from partybuilding.storage import sqlite_rows, sqlite_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from partybuilding.extension.store import Changeset

OLDEST_SQLITE = (3, 37)
"""The first SQLite with STRICT tables."""
PATIENCE = 30
"""How many seconds a writer waits for another; the longest wait measured with six writers was over four."""
PARTIAL = ".partial"
"""What the name of a backup ends with while it is being made."""
ATTEMPTS, PAUSE = 5, 0.05
"""How often to look at a file and its log that do not fit: another process may be moving pages just then."""


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
_UNLIKE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
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
    except UnicodeDecodeError as error:  # what SQLite says repeats a damaged text of the file
        meaning = _MEANINGS[sqlite3.SQLITE_CORRUPT]
        raise meaning.error(
            Problem(meaning.code, Where(file=name), str(error), "", meaning.remedy)
        ) from error


def open_file(path: Path, *, read_only: bool) -> tuple[sqlite3.Connection, int]:
    """Open a ledger file, or make a new one; gives the connection and the number of the schema that is there.

    A file of another program or of a newer library is not touched; an older schema is brought up to date, unless it is
    opened for reading.

    Raises:
        SchemaTooNew: a newer library wrote it.
        StoreCorrupt: another program's file, a schema that is not the one we wrote, or the log of another file.
        StoreProblem: it cannot be opened.
    """
    name = str(path)
    _require_sqlite(name)
    _require_whole(path)
    with translated(name):
        require_untouched(path)
        connection = connect(path, "ro" if read_only else "rwc")
        try:
            return connection, _prepare(connection, name, read_only=read_only)
        except BaseException:
            connection.close()
            raise


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection in which every transaction is begun by a statement of ours."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)


def _require_sqlite(name: str) -> None:
    if sqlite3.sqlite_version_info[:2] < OLDEST_SQLITE:
        expected = ".".join(map(str, OLDEST_SQLITE))
        remedy = "Use a Python that brings a newer SQLite."
        raise StoreProblem(
            Problem("sqlite-too-old", Where(file=name), sqlite3.sqlite_version, expected, remedy)
        )


def _require_whole(path: Path) -> None:
    """Refuse the rest of a backup that was cut off: it may look like a store, and lack half of it."""
    if path.name.endswith(PARTIAL):
        remedy = "Delete it, and make the backup again."
        raise StoreCorrupt(
            Problem("backup-partial", Where(file=str(path)), path.name, "a whole backup", remedy)
        )


def _prepare(connection: sqlite3.Connection, name: str, *, read_only: bool) -> int:
    fresh = sqlite_schema.is_fresh(connection)
    if not fresh:
        present = sqlite_schema.recognise(connection, name, own=True)
    if read_only:
        if fresh:
            remedy = "Check the name; a store opened for reading is not made."
            raise StoreProblem(
                Problem("store-cannot-open", Where(file=name), "an empty file", "a store", remedy)
            )
        connection.execute("PRAGMA query_only = ON")
        return present
    set_up(connection, name)
    if fresh or present < sqlite_schema.SCHEMA_NUMBER:
        sqlite_schema.migrate(connection, name, own=True)
    return sqlite_schema.recognise(connection, name, own=True)


def require_untouched(path: Path) -> None:
    """Refuse, before SQLite opens it for writing, a file that must stay byte for byte as it is.

    SQLite brings a log that was left behind into the file as soon as it is opened and closed for writing, and asks
    neither whether a newer library wrote it nor whether the log belongs to this file at all. So the header is read as
    plain bytes, and where there is a log, the file is looked at without it (``immutable``) and then with it.

    Raises:
        SchemaTooNew: a newer library wrote it.
        StoreCorrupt: the log is that of another file (``log-foreign``).
    """
    head = _first_bytes(path)
    if head[68:72] == sqlite_schema.APPLICATION.to_bytes(4, "big"):
        sqlite_schema.require_known(int.from_bytes(head[60:64], "big"), str(path))
    log = Path(f"{path}-wal")
    if not head or not log.exists() or not log.stat().st_size:
        return
    for attempt in range(ATTEMPTS):
        if _continues(path):
            return
        sleep(attempt * PAUSE)
    read, remedy = log.name, "Move the log away, then compare the head with the one that was kept outside."
    raise StoreCorrupt(Problem("log-foreign", Where(file=str(path)), read, "the log of this file", remedy))


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(100)
    except OSError:  # SQLite will say why
        return b""


def _continues(path: Path) -> bool:
    """Whether the log may be this file's: the file goes on with it, or is not whole by itself.

    A file that a cut-off checkpoint left half written is whole only together with its log; nobody may take it away.
    """
    with closing(connect(path, "ro&immutable=1")) as alone, closing(connect(path, "ro")) as both:
        return _goes_on(alone, both, str(path)) or not _is_whole(alone, str(path))


def _goes_on(alone: sqlite3.Connection, both: sqlite3.Connection, name: str) -> bool:
    """Whether the file with its log goes on from where the file alone ends, link by link."""
    try:
        if sqlite_schema.is_fresh(alone):
            return True
        sqlite_schema.recognise(both, name, own=True)
        found = alone.execute(sqlite_rows.HEAD).fetchone()
        last = Head(*found) if found else Head()
        for changeset in _chain(both, last.number, name):
            if changeset.head != last and verify_link(changeset, last):
                return False
            last, found = changeset.head, None
    except sqlite3.DatabaseError as error:
        if error_code(error) not in _UNLIKE:
            raise
        return False
    return found is None


def _is_whole(alone: sqlite3.Connection, name: str) -> bool:
    """Whether a file without any log is a sound store, so that a log that does not fit is another's."""
    try:
        (sound,) = alone.execute("PRAGMA integrity_check(1)").fetchone()
        sqlite_schema.recognise(alone, name, own=True)
        last = Head()
        for changeset in _chain(alone, 1, name):
            if verify_link(changeset, last):
                return False
            last = changeset.head
    except (sqlite3.DatabaseError, StoreProblem):
        return False
    return bool(sound == "ok")


def _chain(connection: sqlite3.Connection, first: int, name: str) -> Iterator[Changeset]:
    """The changesets from a number on."""
    records = connection.execute(sqlite_rows.ENTRIES + "WHERE number >= ? ORDER BY number", (first,))
    for record in records:
        between = sqlite_rows.first_of(record[0]), sqlite_rows.last_of(record[0])
        with sqlite_rows.readable(name):
            rows = connection.execute(sqlite_rows.ROWS, between)
        yield sqlite_rows.changeset(record, rows, name)


def join(connection: sqlite3.Connection, name: str, *, read_only: bool) -> int:
    """Make or recognise our tables in a caller's database; its settings and its other tables are the caller's."""
    _require_sqlite(name)
    with translated(name):
        if not read_only:
            sqlite_schema.migrate(connection, name, own=False)
        return sqlite_schema.recognise(connection, name, own=False)


def checkpoint(connection: sqlite3.Connection, *, patience: int = 0) -> bool:
    """Bring the log into the file and empty it; False if a reader or a writer did not let us within the patience.

    Most checkpoints wait for nobody: the next one will do.
    """
    connection.execute(f"PRAGMA busy_timeout = {patience * 1000}")
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def set_up(connection: sqlite3.Connection, name: str) -> None:
    """Make the settings of a connection that writes.

    Raises:
        StoreProblem: the disk cannot hold a write-ahead log (``store-no-wal``).
    """
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
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {setting}")
