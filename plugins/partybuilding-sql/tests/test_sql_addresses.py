"""What an address may say, and what is told of one that cannot be used; a password is never shown."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

import partybuilding as pb
from partybuilding.labels import describe
from partybuilding.plugin import (
    Draft,
    Header,
    HeadMoved,
    PartybuildingError,
    Row,
    StoreBusy,
    StoreCorrupt,
    StoreProblem,
    StoreReadOnly,
)
from partybuilding_sql import (
    BACKENDS,
    families,
    faults,
    form,
    open_sql,
    partybuilding_storage_backends,
    places,
)
from partybuilding_sql.tables import Tables

SECRET = "open-sesame"  # noqa: S105 - the password that no message may show
BAD = {
    f"postgresql//u:{SECRET}@h": "store-url",
    f"postgresql://u:{SECRET}@h:port/db": "store-url",
    f"postgresql://u:{SECRET}@h/db?schema=Büro": "store-url",
    f"postgresql://u:{SECRET}@h/db?schema=a&schema=b": "store-url",
    f"postgresql://u:{SECRET}@h/db?prefix={'x' * 31}": "store-url",
    f"mysql://u:{SECRET}@h/db?bogus=1": "store-url",
    f"postgresql://u:{SECRET}@127.0.0.1:1/db?bogus=1": "store-failed",
    f"postgresql://u:{SECRET}@127.0.0.1:1/db": "store-failed",
    f"postgresql://u@127.0.0.1:1/db?password={SECRET}": "store-failed",
    f"mysql://u:{SECRET}@127.0.0.1:1/db": "store-failed",
    f"dm+nosuch://u:{SECRET}@h": "store-cannot-open",
    f"nosuch://u:{SECRET}@h/db": "store-cannot-open",
    "sql:": "store-connection",
    "sql:?x=1": "store-url",
    "sql:?prefix=a%20b": "store-url",
    "sql:?schema=a;drop": "store-url",
}


@pytest.mark.parametrize("url", BAD)
def test_a_bad_address_is_one_clear_error_that_shows_no_password(url: str) -> None:
    with pytest.raises(StoreProblem) as caught:
        open_sql(url)
    assert [each.code for each in caught.value.problems] == [BAD[url]]
    told = [str(caught.value), *(describe(caught.value.problems[0], lang) for lang in ("zh", "en"))]
    told += traceback.format_exception(caught.value)
    assert not any(SECRET in each.replace(url, "") for each in told)
    assert caught.value.problems[0].remedy


def test_an_address_of_a_plugin_that_is_not_named_shows_no_password() -> None:
    host = pb.PluginHost.installed()
    with pytest.raises(StoreProblem) as caught:
        pb.Ledger.open(f"postgresql://u:{SECRET}@h/db", host=host, policy=pb.AllowAll())
    assert caught.value.code == "store-unknown-scheme"
    assert SECRET not in str(caught.value)


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(StoreProblem) as caught:
        open_sql("mysql://u@h/db")
    assert caught.value.code == "store-cannot-open"
    assert "mysql+pymysql" in caught.value.problems[0].read


def test_a_database_of_which_nobody_said_how_writers_wait_is_refused() -> None:
    with pytest.raises(StoreProblem) as caught:
        families.family_of("mssql")
    assert caught.value.code == "store-connection"


@pytest.mark.parametrize("failing", [TypeError("a keyword"), exc.OperationalError("", {}, Exception("gone"))])
def test_what_was_connected_is_let_go_when_the_store_cannot_be_opened(
    failing: Exception, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise failing

    gone: list[bool] = []
    monkeypatch.setattr(form, "located", fail)
    monkeypatch.setattr("partybuilding_sql.sessions.Own.close", lambda _: gone.append(True))
    with pytest.raises((TypeError, StoreProblem)):
        open_sql(url)
    assert gone == [True]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("sql:", (None, None, "")),
        ("sql:?schema=office&prefix=a_", (None, "office", "a_")),
        ("postgresql://u@h/d?schema=office", ("postgresql+psycopg://u@h/d", "office", "")),
        ("postgresql+psycopg2://u@h/d", ("postgresql+psycopg2://u@h/d", None, "")),
        ("mysql://u@h/d?prefix=a_", ("mysql+pymysql://u@h/d", None, "a_")),
        ("dm://u@h", ("dm+dmPython://u@h", None, "")),
    ],
)
def test_an_address_is_taken_apart(url: str, found: tuple[str | None, str | None, str]) -> None:
    place = places.place_of(url)
    given = None if place.url is None else place.url.render_as_string()
    assert (given, place.schema, place.prefix) == found


def test_the_host_admits_every_backend() -> None:
    import partybuilding_sql

    backends = pb.PluginHost.of({"sql": partybuilding_sql}).backends()
    assert set(backends) == {"sql", "postgresql", "mysql", "dm"} == {each.scheme for each in BACKENDS}
    assert partybuilding_storage_backends() == BACKENDS


@pytest.mark.parametrize(
    ("version", "settings"),
    [
        ("8.0.36", ["sql_mode", "innodb_lock_wait_timeout"]),
        ("8.0.11-TiDB-v8.5.0", ["sql_mode", "innodb_lock_wait_timeout"]),
        ("5.7.25-OceanBase seekdb-v1.4.0.0", ["sql_mode", "ob_trx_lock_timeout", "ob_query_timeout"]),
    ],
)
def test_a_new_connection_is_told_to_be_strict_and_how_long_to_wait(
    version: str, settings: list[str]
) -> None:
    told: list[str] = []
    cursor = SimpleNamespace(execute=told.append, fetchall=lambda: [(version,)], close=lambda: None)
    places._tell(SimpleNamespace(cursor=lambda: cursor), None)  # type: ignore[arg-type]  # as much of a connection as is used
    assert [line.split()[2] for line in told[1:]] == settings


# --- what the errors of the drivers mean ------------------------------------------------------------------------


class Said(Exception):
    """An error of a driver, with the attributes by which it says what happened."""

    def __init__(self, *args: object, **attributes: object) -> None:
        super().__init__(*args)
        vars(self).update(attributes)


MEANT: list[tuple[Said, type[StoreProblem], str]] = [
    (Said(sqlstate="55P03"), StoreBusy, "store-busy"),
    (Said(pgcode="40P01"), StoreBusy, "store-busy"),
    (Said(sqlstate="53100"), StoreProblem, "store-full"),
    (Said(sqlstate="XX001"), StoreCorrupt, "store-damaged"),
    (Said(sqlstate="25006"), StoreReadOnly, "store-read-only"),
    (Said(sqlstate="58030"), StoreProblem, "store-io"),
    (Said(sqlstate="99999"), StoreProblem, "store-failed"),
    (Said(sqlite_errorcode=5), StoreBusy, "store-busy"),
    (Said(sqlite_errorcode=10 | 4 << 8), StoreProblem, "store-io"),
    (Said(sqlite_errorcode=1), StoreProblem, "store-failed"),
    (Said(1205, "Lock wait timeout exceeded"), StoreBusy, "store-busy"),
    (Said(1205, "Lock wait timeout exceeded", sqlstate="HY000"), StoreBusy, "store-busy"),
    (Said(1114, "The table is full"), StoreProblem, "store-full"),
    (Said(9999, "?"), StoreProblem, "store-failed"),
    (Said("no number"), StoreProblem, "store-failed"),
    (Said(), StoreProblem, "store-failed"),
]


@pytest.mark.parametrize(("original", "kind", "code"), MEANT, ids=lambda each: str(each)[:30])
def test_an_error_of_a_driver_becomes_the_stores_own_without_what_was_written(
    original: Said, kind: type[StoreProblem], code: str
) -> None:
    error = exc.OperationalError("INSERT INTO person", {"person_name": "示例甲"}, original)
    with pytest.raises(kind) as caught, faults.translated("sql:test"):
        raise error
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert "示例甲" not in str(caught.value)


def test_a_doubled_key_is_another_writer() -> None:
    error = exc.IntegrityError("INSERT", {}, Said("duplicate"))
    assert type(faults.as_problem(error, "")) is HeadMoved


def test_an_error_of_sqlalchemy_itself_says_what_it_is() -> None:
    assert faults.said(exc.TimeoutError("no connection\nwithin 30 s")) == "TimeoutError: no connection"


# --- a commit of which the answer never came ---------------------------------------------------------------------


@pytest.mark.parametrize(("broken", "code"), [(True, "store-unconfirmed"), (False, "store-failed")])
def test_a_commit_that_the_server_did_not_confirm_is_told_apart(
    broken: bool, code: str, new_place: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from partybuilding.plugin import Draft, Header, Row

    header = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")
    draft = Draft(header=header, rows=[Row(kind="post", id="a", body="{}")])
    with open_sql(new_place()) as store:

        def fail(_: object) -> None:
            statement = "COMMIT"
            raise exc.OperationalError(statement, {}, Said("gone"), connection_invalidated=broken)

        with monkeypatch.context() as patch:
            patch.setattr(sa.engine.RootTransaction, "commit", fail)
            with pytest.raises(PartybuildingError) as caught:
                store.append(draft, 0)
        assert caught.value.code == code
        assert store.head().number == 0


@pytest.mark.parametrize("change", ["ADD COLUMN more TEXT", "DROP COLUMN body"])
def test_a_changed_table_is_seen(url: str, change: str) -> None:
    open_sql(url).close()
    spoiled(url, f"ALTER TABLE partybuilding_version {change}", "schema-changed")


@pytest.mark.parametrize("table", ["version", "content"])
def test_a_missing_table_is_seen(url: str, table: str) -> None:
    open_sql(url).close()
    spoiled(url, f"DROP TABLE partybuilding_{table}", "schema-changed")


def test_a_trigger_is_seen(url: str) -> None:
    open_sql(url).close()
    table = "partybuilding_version"
    function = "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    trigger = f"CREATE TRIGGER quiet BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION quiet()"
    spoiled(url, f"{function}; {trigger}", "schema-changed")


def test_a_content_that_was_changed_is_seen(url: str) -> None:
    header = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")
    digest = sha256(b"x").hexdigest()
    with open_sql(url) as store:
        rows = [Row(kind="post", id="a", body="{}")]
        store.append(Draft(header=header, rows=rows, blobs=((digest, b"x"),)), 0)
        changed(url, "UPDATE partybuilding_content SET bytes = 'y'")
        with pytest.raises(StoreCorrupt) as caught:
            store.blob(digest)
        assert caught.value.code == "blob-damaged"
        changed(url, "UPDATE partybuilding_changeset SET versions = 'y'")
        with pytest.raises(StoreCorrupt) as caught:
            list(store.entries())
    assert caught.value.code == "store-unreadable"


def test_a_row_planted_beyond_the_head_is_seen_and_gets_into_no_changeset(url: str) -> None:
    header = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")
    draft = Draft(header=header, rows=[Row(kind="post", id="a", body="{}")])
    with open_sql(url) as store:
        store.append(draft, 0)
        columns, row = "seq, kind, record_id, body", f"{(2 << 32) + 9}, 'post', 'b', '{{}}'"
        changed(url, f"INSERT INTO partybuilding_version ({columns}) VALUES ({row})")  # noqa: S608 - a fixed row
        for use in (lambda: list(store.changes()), lambda: store.append(draft, 1)):
            with pytest.raises(StoreCorrupt) as caught:
                use()
            assert caught.value.code == "rows-beyond-head"
        assert store.head().number == 1


def changed(url: str, statement: str) -> None:
    place = places.place_of(url)
    assert place.url is not None
    engine = sa.create_engine(place.url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {place.schema}")
        connection.exec_driver_sql(statement)
    engine.dispose()


def spoiled(url: str, statement: str, code: str) -> None:
    changed(url, statement)
    with pytest.raises(StoreCorrupt) as caught:
        open_sql(url)
    assert caught.value.code == code


def test_two_ledgers_of_one_database_do_not_wait_for_each_other() -> None:
    given = [("a", ""), ("b", ""), ("a", "x_"), ("a", "y_")]
    keys = {families.lock_key(Tables(schema=one, prefix=two)) for one, two in given}
    assert len(keys) == len(given)
    assert all(-(2**63) <= key < 2**63 for key in keys)
