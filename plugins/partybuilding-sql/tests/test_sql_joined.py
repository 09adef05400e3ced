"""A commit inside another program's own transaction: both succeed, or neither."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import evolve

import partybuilding as pb
from partybuilding.plugin import (
    District,
    Draft,
    Header,
    HeadMoved,
    Organisation,
    Person,
    PersonStore,
    Row,
    StoreProblem,
    StoreReadOnly,
)
from partybuilding_sql import BACKENDS, families, form, lock_first, open_sql, sessions
from partybuilding_sql.places import place_of
from partybuilding_sql.tables import Tables

MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOST = sa.MetaData()
USERS = sa.Table("office_user", HOST, sa.Column("name", sa.String(20), primary_key=True))


def draft(*names: str) -> Draft:
    header = Header(at=MOMENT, actor="office", reason="test", rule="allow-all")
    return Draft(header=header, rows=[Row(kind="post", id=name, body="{}") for name in names])


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """The database of a program that has a table of its own."""
    if request.param == "sqlite":
        made = lock_first(sa.create_engine(f"sqlite:///{tmp_path / 'office.db'}"))
    else:
        url = place_of(request.getfixturevalue("url"))
        assert url.url is not None
        made = sa.create_engine(url.url, execution_options={"schema_translate_map": {None: url.schema}})
        with made.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {url.schema}")
        sa.event.listen(made, "begin", lambda connection: search_in(connection, url.schema))
    HOST.create_all(made)
    yield made
    made.dispose()


def search_in(connection: sa.Connection, schema: str | None) -> None:
    connection.exec_driver_sql(f"SET LOCAL search_path TO {schema}")


def names(engine: sa.Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.scalars(sa.select(USERS.c.name)))


def number(engine: sa.Engine, url: str = "sql:") -> int:
    with engine.begin() as connection, open_sql(url, connection=connection) as store:
        return store.head().number


def work(connection: sa.Connection, name: str = "a", *, expected: int = 0, url: str = "sql:") -> None:
    """What the program does: its own change and a changeset of the ledger."""
    connection.execute(sa.insert(USERS), {"name": name})
    with open_sql(url, connection=connection) as store:
        store.append(draft(name), expected)


def test_a_commit_keeps_the_programs_work_and_the_changeset(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        work(connection)
    assert (names(engine), number(engine)) == (["a"], 1)


def test_a_rollback_keeps_neither(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        work(connection)
    with engine.connect() as connection:
        work(connection, "b", expected=1)
        connection.rollback()
    assert (names(engine), number(engine)) == (["a"], 1)


def test_a_savepoint_that_the_program_rolls_back_takes_the_changeset_along(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        work(connection)
        inner = connection.begin_nested()
        work(connection, "b", expected=1)
        inner.rollback()
    assert (names(engine), number(engine)) == (["a"], 1)


def test_a_changeset_that_is_refused_leaves_the_program_its_transaction(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        with pytest.raises(HeadMoved):
            work(connection, expected=7)
        work(connection, "b")
    assert (names(engine), number(engine)) == (["a", "b"], 1)


def test_names_that_are_kept_and_forgotten_share_the_transaction(engine: sa.Engine) -> None:
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        store.keep_persons([Person(id="p1", name="示例甲"), Person(id="p2", name="示例乙")])  # type: ignore[attr-defined]  # erasable
    with engine.connect() as connection:
        connection.begin()
        store = open_sql("sql:", connection=connection)
        assert store.forget(["p1"]) == ("p1",)  # type: ignore[attr-defined]  # as above
        connection.rollback()
        connection.begin()
        assert sorted(store.persons(["p1", "p2"])) == ["p1", "p2"]  # type: ignore[attr-defined]  # as above
        assert store.forget(["p1", "p9"]) == ("p1",)  # type: ignore[attr-defined]  # as above
        connection.commit()
        assert store.forgotten() == {"p1", "p9"}  # type: ignore[attr-defined]  # as above


def test_no_byte_of_a_forgotten_name_is_left_in_a_file_of_sqlite(tmp_path: Path) -> None:
    file = tmp_path / "office.db"
    engine = lock_first(sa.create_engine(f"sqlite:///{file}"))
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        assert isinstance(store, PersonStore)
        store.keep_persons([Person(id="p1", name="示例甲某", contact="earlier-9931")])
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        assert isinstance(store, PersonStore)
        store.keep_persons([Person(id="p1", name="示例甲某", contact="later-9932")])
    assert "示例甲某".encode() in file.read_bytes()
    assert b"earlier-9931" not in file.read_bytes()
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        assert isinstance(store, PersonStore)
        assert store.forget(["p1"]) == ("p1",)
    engine.dispose()
    assert "示例甲某".encode() not in file.read_bytes()
    assert b"later-9932" not in file.read_bytes()


def test_where_a_deleted_name_stays_for_a_while_no_name_is_kept(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not families.family_of("mysql").erases
    assert not families.family_of("dm").erases
    name = engine.dialect.name
    monkeypatch.setitem(families.FAMILIES, name, evolve(families.FAMILIES[name], erases=False))
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        assert not isinstance(store, PersonStore)
        assert store.append(draft("a"), 0).number == 1


def test_names_are_deleted_row_by_row_where_the_table_gets_no_new_file(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = engine.dialect.name
    monkeypatch.setitem(families.FAMILIES, name, evolve(families.FAMILIES[name], rewrites=False))
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        assert isinstance(store, PersonStore)
        store.keep_persons([Person(id=each, name="示例甲") for each in ("p1", "p2", "p3")])
        assert store.forget(["p3", "p1"]) == ("p1", "p3")
        assert list(store.persons(["p1", "p2", "p3"])) == ["p2"]


def test_tables_that_were_rolled_back_are_made_anew(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.begin()
        store = open_sql("sql:", connection=connection)
        store.append(draft("a"), 0)
        connection.rollback()
        connection.begin()
        assert store.append(draft("a"), 0).number == 1
        connection.commit()
        assert store.head().number == 1
        assert not connection.in_transaction()


def test_without_a_transaction_nothing_is_written_and_reading_leaves_none_open(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        work(connection)
    with engine.connect() as connection, open_sql("sql:", connection=connection) as store:
        assert store.head().number == 1
        assert not connection.in_transaction()
        with pytest.raises(StoreProblem) as caught:
            store.append(draft("b"), 1)
    assert caught.value.code == "no-transaction"
    assert number(engine) == 1


def test_a_connection_that_commits_every_statement_by_itself_is_refused(engine: sa.Engine) -> None:
    number(engine)
    by_itself = sa.create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with by_itself.begin() as connection:
        if engine.dialect.name == "postgresql":
            with engine.begin() as other:
                schema = other.exec_driver_sql("SELECT current_schema()").scalar()
            connection.exec_driver_sql(f"SET search_path TO {schema}")
        with open_sql("sql:", connection=connection) as store, pytest.raises(StoreProblem) as caught:
            store.append(draft("a"), 0)
    by_itself.dispose()
    assert caught.value.code == "no-transaction"


def test_a_driver_that_begins_too_late_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    number(lock_first(sa.create_engine(url)))
    late = sa.create_engine(url)
    with late.begin() as connection:
        store = open_sql("sql:", connection=connection)
        with pytest.raises(StoreProblem) as caught:
            store.append(draft("a"), 0)
    late.dispose()
    assert caught.value.code == "no-transaction"


def test_where_the_driver_cannot_tell_the_programs_word_counts(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_tell(_: object) -> bool:
        raise NotImplementedError

    monkeypatch.setattr(engine.dialect, "detect_autocommit_setting", cannot_tell)
    with engine.begin() as connection:
        assert sessions.in_transaction(connection)


def test_a_snapshot_that_is_older_than_the_head_is_told_and_nothing_is_lost(url: str) -> None:
    place = place_of(url)
    assert place.url is not None
    with open_sql(url) as store:
        old = sa.create_engine(place.url, isolation_level="REPEATABLE READ")
        with old.connect() as connection, open_sql(url, connection=connection) as joined:
            connection.begin()
            assert joined.head().number == 0
            store.append(draft("a"), 0)
            with pytest.raises(HeadMoved):
                joined.append(draft("b"), 0)
            assert connection.in_transaction()
        old.dispose()
        assert [each.row.id for each in store.read("post")] == ["a"]


@pytest.mark.parametrize("given", [("prefix=north_", "prefix=south_"), ("prefix=north_", "")])
def test_two_ledgers_stand_side_by_side(engine: sa.Engine, given: tuple[str, str]) -> None:
    north, south = (f"sql:?{each}" for each in given)
    with engine.begin() as connection:
        work(connection, "a", url=north)
        work(connection, "b", expected=1, url=north)
        work(connection, "c", url=south)
    assert (number(engine, north), number(engine, south)) == (2, 1)


def test_two_schemas_of_one_database_hold_two_ledgers(new_place: Callable[[], str]) -> None:
    one, two = new_place(), new_place()
    with open_sql(one) as first, open_sql(two) as second:
        first.append(draft("a"), 0)
        assert (first.head().number, second.head().number) == (1, 0)
    keys = {families.lock_key(Tables(schema=place_of(each).schema)) for each in (one, two)}
    assert len(keys) == 2


def test_a_search_path_that_moves_on_changes_nothing(engine: sa.Engine) -> None:
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        store.append(draft("a"), 0)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL search_path TO pg_catalog")
        assert store.head().number == 1


@pytest.mark.parametrize("schema", [None, "no_such_schema"])
def test_a_connection_without_a_schema_is_told(url: str, schema: str | None) -> None:
    address = place_of(url).url
    assert address is not None
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL search_path TO no_such_schema")
        given = "sql:" if schema is None else f"sql:?schema={schema}"
        if schema is None:
            with pytest.raises(StoreProblem) as caught:
                open_sql(given, connection=connection)
            assert caught.value.problems[0].where.path == "schema"
        else:
            open_sql(given, connection=connection).append(draft("a"), 0)
        connection.rollback()
    engine.dispose()


def test_where_a_table_cannot_be_rolled_back_the_program_makes_the_tables(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = engine.dialect.name
    monkeypatch.setitem(families.FAMILIES, name, evolve(families.FAMILIES[name], whole=False))
    with engine.begin() as connection, pytest.raises(StoreProblem) as caught:
        open_sql("sql:", connection=connection)
    assert caught.value.code == "store-cannot-open"
    assert "ddl" in caught.value.problems[0].remedy


def test_who_only_reads_makes_no_tables_and_writes_nothing(engine: sa.Engine) -> None:
    with engine.begin() as connection, pytest.raises(StoreProblem) as caught:
        open_sql("sql:", connection=connection, read_only=True)
    assert caught.value.code == "store-cannot-open"
    number(engine)
    with engine.begin() as connection:
        store = open_sql("sql:", connection=connection, read_only=True)
        with pytest.raises(StoreReadOnly):
            store.append(draft("a"), 0)


@pytest.mark.parametrize(
    ("url", "connection"),
    [("sql:", "no connection"), ("postgresql://office@/acheng", sa.create_engine("sqlite://").connect())],
)
def test_what_is_no_connection_to_the_database_is_refused(url: str, connection: object) -> None:
    with pytest.raises(StoreProblem) as caught:
        open_sql(url, connection=connection)
    assert caught.value.code == "store-connection"


def test_a_ledger_joins_the_transaction_of_its_caller(engine: sa.Engine) -> None:
    import partybuilding_sql

    host = pb.PluginHost.of({"sql": partybuilding_sql})
    records = [
        District(id="acheng", root="acheng", starts=None),
        Organisation(id="acheng", name="阿城区", kind="district"),
    ]
    for turn in itertools.count():
        with engine.connect() as connection:
            connection.begin()
            ledger = pb.Ledger.open("sql:", host=host, policy=pb.AllowAll(), connection=connection)
            head = ledger.commit(records, actor=pb.Actor("office"), why="opening", at=MOMENT)
            connection.execute(sa.insert(USERS), {"name": "a"})
            assert head.number == 1
            if turn:
                connection.commit()
                break
            connection.rollback()
    assert (names(engine), number(engine)) == (["a"], 1)


def test_every_backend_says_that_it_joins() -> None:
    assert all("joins" in each.capabilities for each in BACKENDS)


def test_who_comes_second_to_a_new_place_finds_the_tables_of_the_first(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number(engine)
    seen = [False]  # what the second one saw before it waited

    def made(connection: sa.Connection, tables: Tables) -> bool:
        return seen.pop() if seen else MADE(connection, tables)

    monkeypatch.setattr(form, "made", made)
    with engine.begin() as connection:
        work(connection)
    assert number(engine) == 1


MADE = form.made


def test_a_family_may_need_no_word_at_the_beginning_of_a_transaction(url: str) -> None:
    with open_sql(url) as store:
        store._session.family = evolve(store._session.family, begins=None)  # type: ignore[attr-defined]  # inside, as its author
        assert store.append(draft("a"), 0).number == 1


def test_a_store_is_not_used_in_another_process_and_not_closed_there(url: str) -> None:
    store = open_sql(url)
    store._owner += 1  # type: ignore[attr-defined]  # as if this were another process
    for ask in (store.head, lambda: store.blob("no digest")):
        with pytest.raises(StoreProblem) as caught:
            ask()
        assert caught.value.code == "store-handed-over"
    store.close()
    store._owner -= 1  # type: ignore[attr-defined]  # as above
    assert store.head().number == 0
    with pytest.raises(StoreProblem) as caught:
        store.blob("no digest")
    assert caught.value.code == "blob-unknown"
    store.close()
    store.close()


def test_to_keep_nobody_and_to_forget_twice_changes_nothing(engine: sa.Engine) -> None:
    with engine.begin() as connection, open_sql("sql:", connection=connection) as store:
        assert isinstance(store, PersonStore)
        store.keep_persons([])
        store.keep_persons([Person(id="p1", name="示例甲")])
        assert [store.forget(["p1", "p2"]) for _ in range(2)] == [("p1",), ()]
        assert store.forgotten() == {"p1", "p2"}
        with pytest.raises(StoreProblem) as caught:
            store.keep_persons([Person(id="p2", name="示例乙")])
    assert caught.value.code == "person-forgotten"
