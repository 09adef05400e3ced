"""How the databases differ: the writers' lock, the isolation of reads, what a new connection is told.

PostgreSQL and those that stem from it (openGauss, Kingbase) have a lock of the application's own; MySQL and those that
speak like it (OceanBase, TiDB), and DM, lock the row of the table ``partybuilding_schema``; SQLite locks when it writes.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import sqlalchemy as sa
from attrs import frozen

from partybuilding.plugin import Problem, StoreProblem, Where
from partybuilding_sql import statements
from partybuilding_sql.tables import LIKE_MYSQL, LIKE_POSTGRESQL, Tables

PATIENCE = 30
"""How many seconds a writer waits for another."""

_WAIT = (
    f"SELECT set_config('lock_timeout', '{PATIENCE}s', true), set_config('synchronous_commit', 'on', true)"
)


def lock_key(tables: Tables) -> int:
    """The number of the application's own lock: one for each ledger of a database.

    >>> lock_key(Tables(prefix="a_")) == lock_key(Tables(prefix="b_"))
    False
    """
    name = f"partybuilding\n{tables.schema or ''}\n{tables.prefix}"
    return int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)


def advisory_lock(tables: Tables) -> sa.Select[object]:
    """Wait for the application's own lock, which the end of the transaction gives back."""
    return sa.select(sa.func.pg_advisory_xact_lock(lock_key(tables)))


@frozen(kw_only=True)
class Family:
    """What one family of databases needs.

    ``begins`` is executed in a transaction of our own before the lock; ``snapshot`` is the isolation of reads;
    ``where`` asks for the schema in which unqualified names are; ``whole`` says whether CREATE can be rolled back.
    ``erases`` says that a deleted name is gone: by a new file for the table (``rewrites``), or after a word to the
    connection (``wipes``). Where the database keeps old versions of its own for a while, names are not kept at all.
    """

    lock: Callable[[Tables], sa.Executable]
    begins: str | None = None
    snapshot: str
    where: str | None = None
    whole: bool = False
    erases: bool = False
    rewrites: bool = False
    wipes: str | None = None


_POSTGRESQL = Family(
    lock=advisory_lock,
    begins=_WAIT,
    snapshot="REPEATABLE READ",
    where="SELECT current_schema()",
    whole=True,
    erases=True,
    rewrites=True,
)
_MYSQL = Family(lock=statements.lock_row, snapshot="REPEATABLE READ", where="SELECT DATABASE()")
_DM = Family(lock=statements.lock_row, snapshot="SERIALIZABLE")
_SQLITE = Family(
    lock=statements.touch_row,
    snapshot="SERIALIZABLE",
    whole=True,
    erases=True,
    wipes="PRAGMA secure_delete = ON",
)
FAMILIES = {
    **dict.fromkeys(LIKE_POSTGRESQL, _POSTGRESQL),
    **dict.fromkeys(LIKE_MYSQL, _MYSQL),
    "dm": _DM,
    "sqlite": _SQLITE,
}


def family_of(dialect: str) -> Family:
    """The family of a SQLAlchemy dialect, by its name.

    Raises:
        StoreProblem: a database of which nobody has said how its writers wait (``store-connection``).
    """
    if dialect not in FAMILIES:
        remedy = "Use one of the databases that are named."
        raise StoreProblem(Problem("store-connection", Where(), dialect, ", ".join(FAMILIES), remedy))
    return FAMILIES[dialect]


def session_settings(version: str) -> tuple[str, ...]:
    """What a new connection of the MySQL family is told: refuse what does not fit, and wait as long as the others.

    >>> session_settings("8.0.36")
    ("SET SESSION sql_mode = 'STRICT_ALL_TABLES'", 'SET SESSION innodb_lock_wait_timeout = 30')
    """
    strict = "SET SESSION sql_mode = 'STRICT_ALL_TABLES'"
    if "OceanBase" not in version:
        return strict, f"SET SESSION innodb_lock_wait_timeout = {PATIENCE}"
    lock, query = (
        PATIENCE * 1_000_000,
        10 * PATIENCE * 1_000_000,
    )  # microseconds; a query may wait for the lock
    return strict, f"SET SESSION ob_trx_lock_timeout = {lock}", f"SET SESSION ob_query_timeout = {query}"
