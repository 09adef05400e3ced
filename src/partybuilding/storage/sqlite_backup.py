"""Backups of a SQLite store while it is in use, and how an erasure follows them.

A backup is made beside its name (``.partial``) from one state of the store, whatever is written meanwhile, and gets its
name when it is whole and on the disk. The store remembers where it lies: whoever erases a name must erase it there, too.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from partybuilding.errors import PartybuildingError, Problem, StoreProblem, Where
from partybuilding.extension.store import Backup, Head
from partybuilding.storage import sqlite_file, sqlite_rows
from partybuilding.storage.sqlite_handle import SqliteHandle
from partybuilding.storage.sqlite_schema import PERSONS_SINCE

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGES = 2048
"""Pages copied in one step, so that a copy in the making can be interrupted."""

_REMEMBER = """INSERT INTO partybuilding_backup (path, number, behind) VALUES (?, ?, 0)
ON CONFLICT (path) DO UPDATE SET number = excluded.number, behind = 0"""
_DISCARD = "DELETE FROM partybuilding_backup WHERE path = ?"
_FORGOTTEN = "SELECT id FROM partybuilding_forgotten"
_CAUGHT_UP = """UPDATE partybuilding_backup SET behind = 0
WHERE path = ? AND (SELECT count(*) FROM partybuilding_forgotten) = ?"""
_HASH = "SELECT hash FROM partybuilding_changeset WHERE number = ?"


def erase(connection: sqlite3.Connection, ids: Iterable[str]) -> tuple[str, ...]:
    """Erase the names behind some ids within a transaction; gives the ids whose names were kept.

    SQLite overwrites what it deletes (``secure_delete``), but a row that once moved to another page may have left a copy
    in the gap of the old one. So all names are taken out, which blanks every page of the table, and the others are put
    back.
    """
    wanted = sorted(set(ids))
    (secure,) = connection.execute("PRAGMA secure_delete").fetchone()
    connection.execute("PRAGMA secure_delete = ON").fetchall()
    try:
        everybody = list(map(tuple, connection.execute("SELECT id, name, contact FROM partybuilding_person")))
        others = [each for each in everybody if each[0] not in set(wanted)]
        if len(others) < len(everybody):
            connection.execute("DELETE FROM partybuilding_person")
            connection.executemany("INSERT INTO partybuilding_person VALUES (?, ?, ?)", others)
        before = len(connection.execute(_FORGOTTEN).fetchall())
        new = "INSERT INTO partybuilding_forgotten (id) VALUES (?) ON CONFLICT (id) DO NOTHING"
        connection.executemany(new, ((each,) for each in wanted))
        if len(connection.execute(_FORGOTTEN).fetchall()) > before:
            connection.execute("UPDATE partybuilding_backup SET behind = 1")
    finally:
        connection.execute(f"PRAGMA secure_delete = {int(secure)}").fetchall()
    kept = {each[0] for each in everybody}
    return tuple(each for each in wanted if each in kept)


class SqliteBacking(SqliteHandle):
    """The backups of a store."""

    def backup(self, target: Path) -> Head:
        """Copy the store into a new file while it is in use; the copy opens as a store and has the head that is given."""
        self._require_writable()
        path = self._require_file()
        target = target.absolute()
        rest = target.with_name(target.name + sqlite_file.PARTIAL)
        _require_free(target, rest)
        with self._writing():
            self._connection.execute(_REMEMBER, (os.fsencode(target), 0))
        try:
            with sqlite_file.translated(str(target)):
                head = self._copied(path, rest)
                self._named(head, rest, target)
        except BaseException as error:
            self._given_up(rest, target)
            if isinstance(error, OSError):
                raise _failed(target, error) from error
            raise
        return head

    def _copied(self, path: Path, rest: Path) -> Head:
        """Copy one state of the store; a transaction keeps it in view while others write."""
        rest.touch(exist_ok=False)
        shutil.copymode(path, rest)
        with closing(sqlite_file.connect(rest, "rw")) as copy:
            for setting in ("journal_mode = OFF", "synchronous = OFF"):  # it is no backup until it is whole
                copy.execute(f"PRAGMA {setting}")
            self._connection.execute("BEGIN")
            try:
                found = self._connection.execute(sqlite_rows.HEAD).fetchone()
                self._connection.backup(copy, pages=PAGES)
            finally:
                self._connection.execute("ROLLBACK")
        return Head(*found) if found else Head()

    def _named(self, head: Head, rest: Path, target: Path) -> None:
        """Erase in the copy what was forgotten meanwhile, bring it onto the disk, and give it its name.

        The store is locked for it, so that no erasure comes in between.
        """
        with self._writing():
            forgotten = self._forgotten_ids()
            with closing(sqlite_file.connect(rest, "rw")) as copy:
                sqlite_file.set_up(copy, str(rest))
                copy.execute("BEGIN IMMEDIATE")
                erase(copy, forgotten)
                copy.execute(_DISCARD, (os.fsencode(target),))  # a backup is none of its own
                copy.execute("COMMIT")
                sqlite_file.checkpoint(copy)
            _synced(rest)
            _require_free(target)
            rest.rename(target)
            _synced(target.parent)
            self._connection.execute(_REMEMBER, (os.fsencode(target), head.number))

    def _given_up(self, rest: Path, target: Path) -> None:
        """Leave nothing behind of a backup that failed."""
        with suppress(OSError):
            for each in (rest, Path(f"{rest}-wal"), Path(f"{rest}-shm")):
                each.unlink(missing_ok=True)
            if not rest.exists() and not target.exists():
                with suppress(PartybuildingError), self._writing():
                    self._connection.execute(_DISCARD, (os.fsencode(target),))

    def backups(self) -> tuple[Backup, ...]:
        """The backups that the store remembers, by path."""
        self._require_usable()
        if self._schema < PERSONS_SINCE:
            return ()
        rows = self._ask("SELECT path, number, behind FROM partybuilding_backup ORDER BY path")
        return tuple(
            Backup(path=Path(os.fsdecode(path)), number=number, behind=bool(behind))
            for path, number, behind in rows
        )

    def discard_backup(self, target: Path) -> None:
        """No longer remember a backup that was destroyed."""
        self._require_writable()
        target = target.absolute()
        if target not in {each.path for each in self.backups()}:
            where, remedy = Where(file=str(target)), "Look at the list of the backups."
            raise StoreProblem(Problem("backup-unknown", where, target.name, "a remembered backup", remedy))
        _require_free(target, target.with_name(target.name + sqlite_file.PARTIAL))
        with self._writing():
            self._connection.execute(_DISCARD, (os.fsencode(target),))

    def _forgotten_ids(self) -> frozenset[str]:
        if self._schema < PERSONS_SINCE:
            return frozenset()
        return frozenset(each for (each,) in self._ask(_FORGOTTEN))

    def _follow(self) -> None:
        """Erase every forgotten name in the backups that lag behind and can be reached."""
        forgotten = self._forgotten_ids()
        for each in self.backups():
            if each.behind and self._followed(each, forgotten):
                with self._writing():
                    self._connection.execute(_CAUGHT_UP, (os.fsencode(each.path), len(forgotten)))

    def _followed(self, backup: Backup, forgotten: frozenset[str]) -> bool:
        rest = backup.path.with_name(backup.path.name + sqlite_file.PARTIAL)
        if rest.exists() or not backup.path.exists():
            return False
        try:
            connection, _ = sqlite_file.open_file(backup.path, read_only=False)
            with closing(connection), sqlite_file.translated(str(backup.path)):
                connection.execute("BEGIN IMMEDIATE")
                found = connection.execute(_HASH, (backup.number,)).fetchone()
                if found != (self._ask(_HASH, backup.number) or [None])[0]:
                    return False  # somebody put another ledger there
                erase(connection, forgotten)
                connection.execute("COMMIT")
                return sqlite_file.checkpoint(connection, patience=sqlite_file.PATIENCE)
        except (StoreProblem, OSError):
            return False

    def _require_file(self) -> Path:
        if self._path is None:
            expected, remedy = "a store in a file of its own", "Back up the database that it lies in."
            raise StoreProblem(Problem("backup-joined", Where(), self._name, expected, remedy))
        return self._path


def _require_free(*paths: Path) -> None:
    taken = [each for each in paths if each.exists()]
    if taken:
        remedy = "Name another file, or delete this one first."
        raise StoreProblem(
            *(
                Problem("backup-exists", Where(file=str(each)), each.name, "no such file yet", remedy)
                for each in taken
            )
        )


def _failed(target: Path, error: OSError) -> StoreProblem:
    read, remedy = f"{type(error).__name__}: {error.strerror}", "Check the folder and the space on its disk."
    return StoreProblem(Problem("backup-failed", Where(file=str(target)), read, "a written backup", remedy))


def _synced(path: Path) -> None:
    """Have the disk confirm a file, or the names in a folder (which not every system can)."""
    if path.is_dir() and not hasattr(os, "O_DIRECTORY"):
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
