"""The tables of a SQLite store, number by number: how they are made, brought up to date and recognised.

A schema number once released never changes. What a newer library needs is a migration to the next number: a few
statements in one transaction, so that a crash leaves the old tables or the new ones.
"""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import Final

from partybuilding.errors import Problem, SchemaTooNew, StoreCorrupt, Where

APPLICATION = int.from_bytes(b"PBld", "big")
"""Written into the file's header, so that the file of another program is refused by name."""
PREFIX = "partybuilding_"

MIGRATIONS: Final = {
    1: (
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
    ),
    # What no digest covers: names that can be erased, and the backups that an erasure must follow.
    2: (
        """CREATE TABLE partybuilding_person (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  contact TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
        "CREATE TABLE partybuilding_forgotten (id TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID",
        """CREATE TABLE partybuilding_backup (
  path BLOB PRIMARY KEY NOT NULL,
  number INTEGER NOT NULL,
  behind INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
        # In a caller's database the header of the file is the caller's: the number must stand in a table, too.
        "CREATE TABLE partybuilding_schema (number INTEGER PRIMARY KEY) STRICT",
        "INSERT INTO partybuilding_schema VALUES (2)",
    ),
}
"""The statements that lead from the schema before to each number."""
SCHEMA_NUMBER = max(MIGRATIONS)
PERSONS_SINCE = 2
"""The first schema with names, forgotten ids and remembered backups."""
DIGESTS: Final = {
    1: "e63a396a347d4de5f1c771614e4ec0d0d33f87d7b6464ced0df92464a539bb19",
    2: "41998f122fc08453e2238ab3d67ec64341ec959ee3bc1568cbf4831569e57f51",
}
"""Pinned, not computed: one flipped bit in the stored schema text changes what a table holds, and no check sees it."""


def is_fresh(connection: sqlite3.Connection) -> bool:
    """Whether nobody has written into the file yet."""
    count = number_of(connection, "SELECT count(*) FROM sqlite_schema")
    return count == 0 and number_of(connection, "PRAGMA application_id") == 0


def recognise(connection: sqlite3.Connection, name: str, *, own: bool) -> int:
    """The number of the schema that is there; in a caller's database (not ``own``) look at our tables only.

    Raises:
        SchemaTooNew: a newer library wrote it.
        StoreCorrupt: another program's file, or tables that are not exactly the ones we made.
    """
    if own and (application := number_of(connection, "PRAGMA application_id")) != APPLICATION:
        read, remedy = f"application {application}", "Name a file that this library wrote."
        expected = f"application {APPLICATION}"
        raise StoreCorrupt(Problem("store-foreign", Where(file=name), read, expected, remedy))
    told = _told(connection)
    number = number_of(connection, "PRAGMA user_version") if own else told
    require_known(number, name)
    if number not in DIGESTS or told != number:
        raise _changed(name, f"schema {number}", f"schema {told}")
    digest = schema_digest(connection, own=own)
    if digest != DIGESTS[number]:
        raise _changed(name, digest, DIGESTS[number])
    return number


def require_known(number: int, name: str) -> None:
    """Refuse the schema of a newer library, by both numbers."""
    if number > SCHEMA_NUMBER:
        read, expected = f"schema {number}", f"schema {SCHEMA_NUMBER} or older"
        remedy = "Install a newer library."
        raise SchemaTooNew(Problem("schema-too-new", Where(file=name), read, expected, remedy))


def _told(connection: sqlite3.Connection) -> int:
    """The schema number that our tables tell of themselves: the first schema had no table for it."""
    if not _has(connection, "partybuilding_schema"):
        return int(_has(connection, "partybuilding_changeset"))
    return number_of(connection, "SELECT coalesce(max(number), 0) FROM partybuilding_schema")


def _changed(name: str, read: str, expected: str) -> StoreCorrupt:
    remedy = "Somebody changed the tables; restore the last good backup."
    return StoreCorrupt(Problem("schema-changed", Where(file=name), read, expected, remedy))


def schema_digest(connection: sqlite3.Connection, *, own: bool) -> str:
    """The digest over the stored text of the schema; statistics that ANALYZE leaves are no part of it."""
    cursor = connection.cursor()
    cursor.row_factory = None  # a caller's connection may have one
    rows = cursor.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    ours = sorted(
        repr(row)
        for row in rows
        if (own and not row[1].startswith("sqlite_stat")) or row[2].startswith(PREFIX)
    )
    return sha256("\n".join(ours).encode()).hexdigest()


def migrate(connection: sqlite3.Connection, name: str, *, own: bool) -> None:
    """Make the tables, or bring older ones up to date, all or none; another process may have been faster.

    Raises:
        SchemaTooNew: a newer library was faster.
        StoreCorrupt: what is there is not exactly an older schema.
    """
    begin, commit = (
        ("BEGIN IMMEDIATE", "COMMIT") if own else ("SAVEPOINT partybuilding", "RELEASE partybuilding")
    )
    connection.execute(begin)
    try:
        present = recognise(connection, name, own=own) if _told(connection) else 0
        for number in range(present + 1, SCHEMA_NUMBER + 1):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
        if own:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_NUMBER}")
    except BaseException:
        for statement in ("ROLLBACK",) if own else ("ROLLBACK TO partybuilding", commit):
            connection.execute(statement)
        raise
    connection.execute(commit)


def number_of(connection: sqlite3.Connection, statement: str) -> int:
    """The one number that a statement gives; a caller's connection may have a row factory of its own."""
    cursor = connection.cursor()
    cursor.row_factory = None
    return int(cursor.execute(statement).fetchone()[0])


def _has(connection: sqlite3.Connection, table: str) -> bool:
    # The names are constants of this module.
    return bool(number_of(connection, f"SELECT count(*) FROM sqlite_schema WHERE name = '{table}'"))  # noqa: S608  # a constant
