"""What a database's own catalogue says of the tables, where SQLAlchemy does not read it, or not for every database."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa

from partybuilding_sql.tables import Tables

_OF_SCHEMA = """SELECT DISTINCT event_object_table, trigger_name FROM information_schema.triggers
WHERE event_object_schema = :schema"""
_TRIGGERS = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'trigger'",
    "dm": "SELECT table_name, trigger_name FROM user_triggers",
}


def triggers(connection: sa.Connection, tables: Tables) -> list[tuple[str, str]]:
    """The triggers of the schema by table and name."""
    dialect = connection.dialect.name
    own = _TRIGGERS.get(dialect)
    asked = sa.text(_OF_SCHEMA).bindparams(schema=tables.schema) if own is None else sa.text(own)
    return sorted((str(table), str(name)) for table, name in connection.execute(asked))


# SQLAlchemy reads the CREATE statement that MySQL shows; OceanBase writes it in words of its own.
_COLUMNS = """SELECT table_name, column_name, data_type, character_maximum_length, collation_name, is_nullable
FROM information_schema.columns WHERE table_schema = :schema ORDER BY table_name, ordinal_position"""
_KEYS = """SELECT table_name, index_name, non_unique, column_name
FROM information_schema.statistics WHERE table_schema = :schema ORDER BY table_name, index_name, seq_in_index"""
_WORDS = {"bigint": "eight bytes", "longblob": "bytes"}


def of_mysql(connection: sa.Connection, tables: Tables) -> tuple[tuple[str, ...], ...]:
    """The form of the tables in a database that speaks like MySQL."""
    columns = _grouped(connection, tables, _COLUMNS)
    keys = _grouped(connection, tables, _KEYS)
    fired = triggers(connection, tables)
    found: list[tuple[str, ...]] = []
    for table in tables.all:
        name = table.name
        if name not in columns:
            found.append((name, "missing"))
            continue
        found += [_column(name, row) for row in columns[name]]
        found += _keys(name, keys.get(name, []))
        found += [(name, "trigger", trigger) for where, trigger in fired if where == name]
    return tuple(found)


def _grouped(connection: sa.Connection, tables: Tables, asked: str) -> dict[str, list[tuple[object, ...]]]:
    rows = connection.execute(sa.text(asked), {"schema": tables.schema}).all()
    return {
        name: [tuple(row[1:]) for row in group] for name, group in groupby(rows, key=lambda row: str(row[0]))
    }


def _column(table: str, row: tuple[object, ...]) -> tuple[str, ...]:
    column, kind, length, collation, nullable = row
    word = _WORDS.get(str(kind), str(kind))
    if word == "varchar":
        word = f"text {length} {collation}"
    elif word == "longtext":
        word = f"text {collation}"
    return table, str(column), word, "may be empty" if nullable == "YES" else "never empty"


def _keys(table: str, rows: list[tuple[object, ...]]) -> list[tuple[str, ...]]:
    """The primary key, the unique keys and the indexes, in this order."""
    ranked: list[tuple[int, tuple[str, ...]]] = []
    for (name, several), group in groupby(rows, key=lambda row: row[:2]):
        rank = 0 if name == "PRIMARY" else 1 + int(bool(several))
        word = ("primary key", "unique", "index")[rank]
        ranked.append((rank, (table, word, *(str(row[2]) for row in group))))
    return [line for _, line in sorted(ranked)]
