"""How the tables are made, and how they are recognised: nothing is read from tables that are not the ones we made."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from partybuilding.plugin import Problem, SchemaTooNew, StoreCorrupt, StoreProblem, Where
from partybuilding_sql import catalogue, statements
from partybuilding_sql.families import Family, advisory_lock
from partybuilding_sql.tables import LIKE_MYSQL, SCHEMA_NUMBER, Tables

Form = tuple[tuple[str, ...], ...]
T = TypeVar("T")


def located(connection: sa.Connection, family: Family, schema: str | None, prefix: str) -> Tables:
    """The tables by their full names, so that a search path that moves on changes nothing.

    Raises:
        StoreProblem: no schema is named and the connection has none.
    """
    if schema is None and family.where is not None:
        schema = connection.exec_driver_sql(family.where).scalar()
        if schema is None:
            remedy = "Name a database or a schema in the address, or after ?schema=."
            raise StoreProblem(
                Problem("store-cannot-open", Where(path="schema"), "no schema", "a schema", remedy)
            )
    return Tables(schema=schema, prefix=prefix)


def made(connection: sa.Connection, tables: Tables) -> bool:
    """Whether the tables are there: the table with the number of the form is made last, and holds its row."""
    form = tables.form
    if not sa.inspect(connection).has_table(form.name, schema=form.schema):
        return False
    return connection.execute(statements.schema_number(tables)).first() is not None


def make(connection: sa.Connection, family: Family, tables: Tables) -> None:
    """Make the tables, where the database can do that in the transaction at hand or by itself."""
    if family.lock is advisory_lock:
        connection.execute(family.lock(tables))  # two programs may open a new database at the same moment
        if made(connection, tables):
            return
        if tables.schema is not None and not sa.inspect(connection).has_schema(tables.schema):
            connection.execute(sa.schema.CreateSchema(tables.schema))
    tables.metadata.create_all(connection, tables=list(tables.all))
    if not made(connection, tables):
        connection.execute(sa.insert(tables.form), {"schema_number": SCHEMA_NUMBER})


def recognise(connection: sa.Connection, tables: Tables, name: str) -> None:
    """Refuse tables that a newer library made, or that are not exactly as we made them.

    Raises:
        SchemaTooNew: a newer library made them; both numbers are named.
        StoreCorrupt: somebody changed them.
    """
    numbers = connection.execute(statements.schema_number(tables)).scalars().all()
    number = max(numbers, default=0)
    if number > SCHEMA_NUMBER:
        read, expected = f"schema {number}", f"schema {SCHEMA_NUMBER} or older"
        raise SchemaTooNew(
            Problem("schema-too-new", Where(file=name), read, expected, "Install a newer library.")
        )
    wanted, found = declared(tables, connection.dialect), reflected(connection, tables)
    if list(numbers) != [SCHEMA_NUMBER] or found != wanted:
        first = next(
            (f"{read} for {line}" for read, line in zip(found, wanted, strict=False) if read != line), ""
        )
        read = f"{digest(found)} {first}".strip()
        remedy = "Somebody changed the tables; restore the last good backup."
        raise StoreCorrupt(Problem("schema-changed", Where(file=name), read, digest(wanted), remedy))


def digest(form: Form) -> str:
    """The digest of a form."""
    return sha256("\n".join(map(repr, form)).encode()).hexdigest()


def declared(tables: Tables, dialect: sa.Dialect) -> Form:
    """What the tables should be: every column with its type, whether it may be empty, keys, indexes."""
    found: list[tuple[str, ...]] = []
    for table in tables.all:
        found += [
            (table.name, column.name, _kind(column.type.dialect_impl(dialect)), _null(bool(column.nullable)))
            for column in table.columns
        ]
        found.append((table.name, "primary key", *(column.name for column in table.primary_key)))
        found += sorted(
            (table.name, "unique", *(column.name for column in constraint.columns))
            for constraint in table.constraints
            if isinstance(constraint, sa.UniqueConstraint)
        )
        found += sorted(
            (table.name, "index", *map(str, (each.name for each in index.columns))) for index in table.indexes
        )
    return tuple(found)


def reflected(connection: sa.Connection, tables: Tables) -> Form:
    """What the tables are, in the same words; triggers on them are named, because there should be none."""
    if connection.dialect.name in LIKE_MYSQL:
        return catalogue.of_mysql(connection, tables)
    inspector = sa.inspect(connection)
    schema, names = tables.schema, [table.name for table in tables.all]
    columns = _by_table(inspector.get_multi_columns(schema, names))
    keys = _by_table(inspector.get_multi_pk_constraint(schema, names))
    unique = _by_table(inspector.get_multi_unique_constraints(schema, names))
    indexes = _by_table(inspector.get_multi_indexes(schema, names))
    triggers = catalogue.triggers(connection, tables)
    found: list[tuple[str, ...]] = []
    for name in names:
        if name not in columns:
            found.append((name, "missing"))
            continue
        found += [
            (name, each["name"], _kind(each["type"]), _null(each["nullable"])) for each in columns[name]
        ]
        found.append((name, "primary key", *keys[name]["constrained_columns"]))
        found += sorted((name, "unique", *each["column_names"]) for each in unique.get(name, ()))
        plain = (each for each in indexes.get(name, ()) if not each["unique"])
        found += sorted((name, "index", *map(str, each["column_names"])) for each in plain)
        found += [(name, "trigger", trigger) for table, trigger in triggers if table == name]
    return tuple(found)


def _by_table(found: Mapping[tuple[str | None, str], T]) -> dict[str, T]:
    return {name: each for (_, name), each in found.items()}


def _kind(kind: TypeEngine[object]) -> str:
    """A type in words that are the same whether it was declared or read back from the database."""
    if isinstance(kind, sa.String):
        length = "" if kind.length is None else str(kind.length)
        return " ".join(filter(None, ("text", length, kind.collation)))
    if isinstance(kind, sa.LargeBinary | sa.types._Binary):  # noqa: SLF001 - the common class of LONGBLOB and BYTEA
        return "bytes"
    whole = (sa.BigInteger, "eight bytes"), (sa.SmallInteger, "two bytes"), (sa.Integer, "whole number")
    return next((word for known, word in whole if isinstance(kind, known)), str(kind))


def _null(nullable: bool) -> str:  # noqa: FBT001 - one answer in words
    return "may be empty" if nullable else "never empty"
