"""Stores of every schema: each has a fixture that opens, verifies and becomes the present one.

Whoever raises the number writes the next fixture first: ``python tests/fixtures/write_store.py``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest
from tests.fixtures.write_store import BACKUP, FORGOTTEN, KEPT, fixture, write_store

from partybuilding.errors import SchemaTooNew
from partybuilding.extension.host import PluginHost
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import AllowAll
from partybuilding.storage.sqlite import SqliteStore, open_sqlite
from partybuilding.storage.sqlite_schema import DIGESTS, MIGRATIONS, PERSONS_SINCE, SCHEMA_NUMBER

NUMBERS = range(1, SCHEMA_NUMBER + 1)
HEADS = {
    1: "0ebda281ecbd79adb1f7d6704d1457823ab75c407b856421684fd15c5e35c478",
    2: "09a594190799a6e7aefc1136d05f8dde62e1b47da669edeece879b60db48b1f2",
}


def schema(path: Path) -> tuple[int, list[tuple[str, ...]]]:
    """The number and the statements of a file's schema."""
    with closing(sqlite3.connect(path)) as connection:
        number = connection.execute("PRAGMA user_version").fetchone()[0]
        return number, sorted(
            connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        )


def rows(path: Path) -> list[tuple[str, str, str | None]]:
    """The records of a file, whoever wrote it and with which plugins."""
    with open_sqlite(f"sqlite:///{path}", read_only=True) as store:
        kinds = ("organisation", "sheet", "forgotten", "lab_visit")
        return [(each.row.kind, each.row.id, each.row.body) for kind in kinds for each in store.read(kind)]


@pytest.fixture(params=NUMBERS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """A store as the library of that schema wrote it."""
    path = tmp_path / "old.db"
    copyfile(fixture(request.param), path)
    return request.param, path


def test_a_store_of_every_schema_up_to_the_present_one_is_kept_here() -> None:
    assert sorted(MIGRATIONS) == sorted(DIGESTS) == sorted(HEADS) == list(NUMBERS)
    assert [number for number in NUMBERS if not fixture(number).is_file()] == []


def test_the_fixture_of_the_present_schema_is_what_the_library_writes(tmp_path: Path) -> None:
    write_store(tmp_path / "new.db")
    assert schema(tmp_path / "new.db") == schema(fixture(SCHEMA_NUMBER))
    assert rows(tmp_path / "new.db") == rows(fixture(SCHEMA_NUMBER))


def test_no_table_of_the_present_fixture_is_empty(tmp_path: Path) -> None:
    copyfile(fixture(SCHEMA_NUMBER), tmp_path / "kept.db")
    with closing(sqlite3.connect(tmp_path / "kept.db")) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608  # a name of the file
            for (name,) in tables
        }
    assert [name for name, count in counts.items() if not count] == []


def test_an_old_store_is_read_as_it_is(old: tuple[int, Path]) -> None:
    number, path = old
    before = path.read_bytes()
    with open_sqlite(f"sqlite:///{path}", read_only=True) as store:
        assert store.head().hash == HEADS[number]
        assert [each.row.body for each in store.read("lab_visit")] == ['{"of":"shili-01","score":7}']
    assert path.read_bytes() == before


def test_an_old_store_becomes_a_present_one_with_its_chain_as_it_was(
    old: tuple[int, Path], tmp_path: Path
) -> None:
    number, path = old
    with Ledger.open(f"sqlite:///{path}", host=PluginHost.installed([]), policy=AllowAll()) as ledger:
        assert ledger.head().hash == HEADS[number]
        assert ledger.verify() == ()
    open_sqlite(f"sqlite:///{tmp_path / 'new.db'}").close()
    assert schema(path) == schema(tmp_path / "new.db")
    assert schema(path)[0] == SCHEMA_NUMBER


def test_a_store_with_names_keeps_them_and_what_was_forgotten(old: tuple[int, Path]) -> None:
    number, path = old
    with open_sqlite(f"sqlite:///{path}") as store:
        assert isinstance(store, SqliteStore)
        since = number >= PERSONS_SINCE
        assert store.persons([KEPT, FORGOTTEN]).keys() == ({KEPT} if since else set())
        assert store.forgotten() == ({FORGOTTEN} if since else set())
        assert [each.path for each in store.backups()] == ([Path(BACKUP.decode())] if since else [])


def test_a_newer_schema_is_refused_with_both_numbers_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    open_sqlite(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_NUMBER + 1}")
    before = path.read_bytes()
    with pytest.raises(SchemaTooNew) as caught:
        open_sqlite(f"sqlite:///{path}")
    (problem,) = caught.value.problems
    assert (str(SCHEMA_NUMBER + 1) in problem.read, str(SCHEMA_NUMBER) in problem.expected) == (True, True)
    assert path.read_bytes() == before
