"""What somebody who may write the file of a ledger can do to it: the damages of the kit, as statements of SQLite."""

# ruff: noqa: S608 - the statements are constants of this module
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

from attrs import evolve

from partybuilding.extension.sealing import seal
from partybuilding.extension.store import Draft, Head
from partybuilding.storage import sqlite_rows
from partybuilding.storage.sqlite import open_sqlite
from partybuilding.testing.store_checks.check import Damage

Spoil = Callable[[sqlite3.Connection, str], None]
MIDDLE = "(SELECT seq FROM partybuilding_version ORDER BY seq LIMIT 1 OFFSET (SELECT count(*) / 2 FROM partybuilding_version))"
LAST = "(SELECT max(number) FROM partybuilding_changeset)"


def spoil(url: str, damage: Damage) -> None:
    """Change a closed store behind the library's back."""
    with closing(sqlite3.connect(Path(url.removeprefix("sqlite:///")))) as connection:
        DAMAGES[damage](connection, url)
        connection.commit()


def saying(*statements: str) -> Spoil:
    """A damage that is a few statements."""

    def run(connection: sqlite3.Connection, _url: str) -> None:
        for statement in statements:
            assert connection.execute(statement).rowcount, statement

    return run


def swap_rows(connection: sqlite3.Connection, _url: str) -> None:
    """Exchange the first two rows of the chain."""
    one, two = connection.execute(
        "SELECT seq, kind, id, starts, ends, body FROM partybuilding_version ORDER BY seq LIMIT 2"
    )
    for seq, content in ((one[0], two), (two[0], one)):
        statement = (
            "UPDATE partybuilding_version SET kind = ?, id = ?, starts = ?, ends = ?, body = ? WHERE seq = ?"
        )
        connection.execute(statement, (*content[1:], seq))


def rewrite_chain(connection: sqlite3.Connection, url: str) -> None:
    """Change the first row and everything that hangs on it, as the library itself would have written it."""
    with open_sqlite(url, read_only=True) as store:
        changes = list(store.changes())
    head = Head()
    connection.execute("DELETE FROM partybuilding_version")
    connection.execute("DELETE FROM partybuilding_changeset")
    for each in changes:
        rows = each.rows if head.number else (evolve(each.rows[0], body='{"forged":true}'), *each.rows[1:])
        contents = [(digest, content(connection, digest)) for digest in each.blobs]
        sealed = seal(Draft(header=each.header, rows=rows, blobs=tuple(contents)), head)
        connection.execute(sqlite_rows.INSERT, sqlite_rows.changeset_row(sealed))
        connection.executemany(sqlite_rows.INSERT_ROW, sqlite_rows.version_rows(sealed))
        head = sealed.head


def content(connection: sqlite3.Connection, digest: str) -> bytes:
    return bytes(connection.execute(sqlite_rows.CONTENT, (digest,)).fetchone()[0])


CUT_TAIL = f"DELETE FROM partybuilding_version WHERE seq >= {LAST} << 32"
DAMAGES: Mapping[Damage, Spoil] = {
    "edit-body": saying(
        f"""UPDATE partybuilding_version SET body = '{{"forged":true}}' WHERE seq = {MIDDLE}"""
    ),
    "delete-row": saying(f"DELETE FROM partybuilding_version WHERE seq = {MIDDLE}"),
    "swap-rows": swap_rows,
    "edit-header": saying("UPDATE partybuilding_changeset SET actor = 'forger' WHERE number = 1"),
    "edit-hash": saying(f"UPDATE partybuilding_changeset SET hash = '{'ab' * 32}' WHERE number = {LAST}"),
    "cut-tail": saying(CUT_TAIL),
    "roll-back": saying(CUT_TAIL, f"DELETE FROM partybuilding_changeset WHERE number = {LAST}"),
    "rewrite-chain": rewrite_chain,
    "edit-schema": saying("ALTER TABLE partybuilding_content ADD COLUMN note TEXT"),
}
