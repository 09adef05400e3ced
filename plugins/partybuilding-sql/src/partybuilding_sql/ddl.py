"""The CREATE statements of a ledger for a database administrator, and the command that prints them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, oracle, postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from partybuilding.plugin import InputProblem, Problem, Where
from partybuilding_sql.places import place_of
from partybuilding_sql.tables import SCHEMA_NUMBER, Tables

DIALECTS = ("dm", "kingbase", "mysql", "oceanbase", "opengauss", "postgresql", "sqlite", "tidb")


def dialect_of(name: str) -> sa.Dialect:
    """The SQLAlchemy dialect that writes the statements of a database.

    Kingbase and openGauss are written to as PostgreSQL, OceanBase and TiDB as MySQL. DM has a dialect of its own in the
    package dmSQLAlchemy; where that is not installed, Oracle's, which DM understands, stands in for it.

    Raises:
        InputProblem: a database of which we know nothing.
    """
    if name in ("postgresql", "kingbase", "opengauss"):
        return postgresql.dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it
    if name in ("mysql", "oceanbase", "tidb"):
        return mysql.dialect()
    if name == "sqlite":
        return sqlite.dialect()
    if name == "dm":
        return _dm()
    where, remedy = Where(path="--dialect"), "Name one of the databases."
    raise InputProblem(Problem("unknown-dialect", where, name, ", ".join(DIALECTS), remedy))


def _dm() -> sa.Dialect:
    try:
        return sa.make_url("dm+dmPython://").get_dialect()()
    except (ImportError, sa.exc.NoSuchModuleError):
        return oracle.dialect()  # type: ignore[no-untyped-call]  # as SQLAlchemy has it


def ddl(dialect: str, schema: str | None = None, prefix: str = "") -> str:
    """The tables of a ledger as statements for a database, ready to be run by its administrator.

    Raises:
        InputProblem: an unknown database (``unknown-dialect``).
        StoreProblem: a schema or prefix that is no plain name (``store-url``).

    >>> print(ddl("postgresql", schema="office").splitlines()[0])
    CREATE TABLE office.partybuilding_changeset (
    """
    chosen = dialect_of(dialect)
    asked = "&".join(f"{name}={given}" for name, given in (("schema", schema), ("prefix", prefix)) if given)
    place = place_of(f"sql:?{asked}")
    tables = Tables(schema=place.schema, prefix=place.prefix)
    parts: list[str] = []
    for table in tables.all:
        parts.append(str(CreateTable(table).compile(dialect=chosen)))
        parts += [str(CreateIndex(index).compile(dialect=chosen)) for index in table.indexes]
    row = sa.insert(tables.form).values(schema_number=SCHEMA_NUMBER)
    parts.append(str(row.compile(dialect=chosen, compile_kwargs={"literal_binds": True})))
    lines = "\n".join(line.rstrip() for part in parts for line in (part.strip() + ";\n").split("\n"))
    return lines.rstrip() + "\n"
