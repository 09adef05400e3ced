"""What each database would be asked, without a server: the tables, and every statement that the store executes."""

from __future__ import annotations

import ast
import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, oracle, postgresql

from partybuilding.plugin import InputProblem, StoreProblem
from partybuilding_sql import catalogue, families, form, statements
from partybuilding_sql.ddl import DIALECTS, ddl, dialect_of
from partybuilding_sql.tables import LIKE_MYSQL, LIKE_POSTGRESQL, SCHEMA_NUMBER, Tables

TABLES = Tables(schema="office", prefix="acheng_")


def said(statement: Any, name: str) -> str:
    """A statement as a database is told it, on one line, without the casts that some drivers add."""
    return re.sub("::[A-Z]+", "", " ".join(str(statement.compile(dialect=dialect_of(name))).split()))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", statements.every(TABLES))
def test_every_statement_can_be_said_to_every_database(dialect: str, name: str) -> None:
    text = said(statements.every(TABLES)[name], dialect)
    assert "office." in text
    assert "acheng_partybuilding_" in text
    assert " LIKE " not in text.upper()


PINNED = {
    ("head", "postgresql"): (
        "SELECT office.acheng_partybuilding_changeset.number, office.acheng_partybuilding_changeset.hash"
        " FROM office.acheng_partybuilding_changeset ORDER BY office.acheng_partybuilding_changeset.number DESC"
        " LIMIT %(param_1)s"
    ),
    ("head", "tidb"): (
        "SELECT office.acheng_partybuilding_changeset.number, office.acheng_partybuilding_changeset.hash"
        " FROM office.acheng_partybuilding_changeset ORDER BY office.acheng_partybuilding_changeset.number DESC"
        " LIMIT %s"
    ),
    ("lock row", "oceanbase"): (
        "SELECT office.acheng_partybuilding_schema.schema_number FROM office.acheng_partybuilding_schema FOR UPDATE"
    ),
    ("lock row", "dm"): (
        "SELECT office.acheng_partybuilding_schema.schema_number FROM office.acheng_partybuilding_schema FOR UPDATE"
    ),
    ("insert into acheng_partybuilding_forgotten", "kingbase"): (
        "INSERT INTO office.acheng_partybuilding_forgotten (person_id) VALUES (%(person_id)s)"
    ),
    ("insert into acheng_partybuilding_forgotten", "dm"): (
        "INSERT INTO office.acheng_partybuilding_forgotten (person_id) VALUES (:person_id)"
    ),
    ("touch row", "sqlite"): (
        "UPDATE office.acheng_partybuilding_schema"
        " SET schema_number=office.acheng_partybuilding_schema.schema_number"
    ),
}


@pytest.mark.parametrize(("name", "dialect"), PINNED)
def test_what_the_databases_are_asked_is_known_word_by_word(name: str, dialect: str) -> None:
    assert said(statements.every(TABLES)[name], dialect) == PINNED[name, dialect]


def test_the_writers_of_each_family_wait_in_the_way_of_its_database() -> None:
    waits = {
        name: said(families.family_of(name).lock(TABLES), name) for name in ("postgresql", "mysql", "sqlite")
    }
    assert (
        waits["postgresql"]
        == "SELECT pg_advisory_xact_lock(%(pg_advisory_xact_lock_2)s) AS pg_advisory_xact_lock_1"
    )
    assert waits["mysql"].endswith("FOR UPDATE")
    assert waits["sqlite"].startswith("UPDATE")
    for alike in ("opengauss", "kingbase"):
        assert families.family_of(alike) == families.family_of("postgresql")
    assert families.family_of("dm").lock is statements.lock_row
    assert families.family_of("mariadb") == families.family_of("mysql")


EXACT = {"postgresql": 'COLLATE "C"', "mysql": "COLLATE utf8mb4_bin"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_tables_are_made_in_the_callers_schema_with_the_callers_prefix(dialect: str) -> None:
    text = ddl(dialect, schema="office", prefix="acheng_")
    assert text.count("CREATE TABLE office.acheng_partybuilding_") == len(TABLES.all)
    assert "CREATE INDEX" in text
    last = text.rstrip().splitlines()[-1]
    assert last.startswith("INSERT INTO office.acheng_partybuilding_schema (schema_number)")
    assert last.endswith(f"VALUES ({SCHEMA_NUMBER});")
    assert "CREATE TABLE partybuilding_changeset" in ddl(dialect)


@pytest.mark.parametrize(
    ("alike", "first"),
    [("opengauss", "postgresql"), ("kingbase", "postgresql"), ("oceanbase", "mysql"), ("tidb", "mysql")],
)
def test_databases_that_speak_alike_get_the_same_tables(alike: str, first: str) -> None:
    assert ddl(alike) == ddl(first)


@pytest.mark.parametrize("dialect", ["postgresql", "mysql"])
def test_every_text_compares_byte_by_byte_whatever_the_database_was_set_up_with(dialect: str) -> None:
    texts = [line for line in ddl(dialect).splitlines() if "CHAR(" in line or "TEXT" in line]
    assert len(texts) == 24
    assert [line for line in texts if EXACT[dialect] not in line] == []


def test_sqlite_refuses_a_text_in_the_place_of_a_number() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(ddl("sqlite", prefix="a_"))
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("UPDATE a_partybuilding_schema SET schema_number = 'one'")
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
    assert tables == {each.name for each in Tables(prefix="a_").all}


def test_dm_is_written_to_by_its_own_dialect_where_that_is_installed() -> None:
    assert isinstance(dialect_of("dm"), oracle.dialect)
    from sqlalchemy.dialects import registry

    registry.register("dm.dmPython", __name__, "OwnDialect")
    try:
        assert isinstance(dialect_of("dm"), OwnDialect)
    finally:
        registry.impls.pop("dm.dmPython")


class OwnDialect(postgresql.base.PGDialect):
    """A dialect that somebody installed."""

    name = "dm"

    @classmethod
    def get_dialect_cls(cls, _url: sa.URL) -> type[sa.Dialect]:
        return cls


def test_dm_keeps_texts_of_any_length_as_large_objects() -> None:
    text = ddl("dm")
    assert "VARCHAR2(64 CHAR)" in text
    assert "CLOB" in text
    assert "BLOB" in text
    assert "COLLATE" not in text


def test_an_unknown_database_is_told_with_those_that_are_known() -> None:
    with pytest.raises(InputProblem) as caught:
        ddl("dbase")
    (problem,) = caught.value.problems
    assert (problem.code, problem.read) == ("unknown-dialect", "dbase")
    assert problem.expected == ", ".join(DIALECTS)


@pytest.mark.parametrize("given", [{"schema": "a b"}, {"prefix": "a;"}, {"prefix": "a&x=1"}])
def test_a_schema_or_prefix_that_is_no_plain_name_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(StoreProblem) as caught:
        ddl("postgresql", **given)
    assert caught.value.code == "store-url"


def test_more_ids_than_a_statement_takes_are_asked_for_in_several() -> None:
    words = [f"k{number}" for number in range(1201)]
    batches = list(statements.batches([*words, *words]))
    assert [len(each) for each in batches] == [500, 500, 201]
    assert [word for batch in batches for word in batch] == sorted(words)


def test_a_state_of_a_day_asks_only_for_what_holds_on_it() -> None:
    asked = statements.versions(TABLES, "post", after=("", 0), last=7, on=date(2026, 6, 1))
    given = asked.compile(dialect=dialect_of("postgresql")).params
    assert list(given.values()).count("2026-06-01") == 2
    assert "starts" not in str(
        statements.versions(TABLES, "post", after=("", 0), last=7, on=None).whereclause
    )


# --- how tables are recognised in databases that speak like MySQL -------------------------------------------------


class Catalogue:
    """A connection to a database that speaks like MySQL, as far as its own catalogue is asked."""

    dialect = mysql.dialect()

    def __init__(self, changed: dict[str, list[tuple[object, ...]] | None]) -> None:
        self.changed = changed

    def execute(self, statement: Any, _given: object = None) -> Any:
        text = str(statement)
        if "information_schema.columns" in text:
            rows = self.columns()
        elif "information_schema.statistics" in text:
            rows = self.keys()
        else:
            rows = self.changed.get("triggers") or []
        return Rows(rows)

    def columns(self) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for table in sorted(Tables().all, key=lambda each: each.name):
            for column in table.columns:
                kind = column.type.dialect_impl(self.dialect)
                name = type(kind).__name__.lower()
                length, collation = getattr(kind, "length", None), getattr(kind, "collation", None)
                nullable = "YES" if column.nullable else "NO"
                found.append((table.name, column.name, KINDS.get(name, name), length, collation, nullable))
        return [row for row in found if self.changed.get(str(row[0]), row) is not None]

    def keys(self) -> list[tuple[object, ...]]:
        found: list[tuple[object, ...]] = []
        for table in sorted(Tables().all, key=lambda each: each.name):
            found += [(table.name, "PRIMARY", 0, column.name) for column in table.primary_key]
            found += [
                (table.name, each.name, 1, column.name) for each in table.indexes for column in each.columns
            ]
            if table.name == "partybuilding_changeset":
                found.append((table.name, "request_digest", 0, "request_digest"))
        return found


KINDS = {"biginteger": "bigint", "_binary": "longblob"}


class Rows(list[tuple[object, ...]]):
    """Rows as a result gives them."""

    def all(self) -> list[tuple[object, ...]]:
        return self


def test_the_tables_are_recognised_in_the_words_of_mysqls_own_catalogue() -> None:
    found = form.reflected(Catalogue({}), Tables())  # type: ignore[arg-type]  # as much of a connection as is used
    assert found == form.declared(Tables(), mysql.dialect())


def test_a_missing_table_and_a_trigger_are_seen_there_too() -> None:
    given = {"partybuilding_content": None, "triggers": [("partybuilding_version", "quiet")]}
    found = catalogue.of_mysql(Catalogue(given), Tables())  # type: ignore[arg-type]  # as above
    assert ("partybuilding_content", "missing") in found
    assert ("partybuilding_version", "trigger", "quiet") in found


def test_the_names_of_the_families_are_those_of_the_tables() -> None:
    assert {*LIKE_POSTGRESQL, *LIKE_MYSQL, "dm", "sqlite"} == set(families.FAMILIES)


def test_the_plugin_takes_nothing_from_the_library_but_what_a_plugin_may_know() -> None:
    import partybuilding_sql

    modules = {
        node.module or ""
        for path in Path(partybuilding_sql.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert {each for each in modules if each.partition(".")[0] == "partybuilding"} == {"partybuilding.plugin"}
