"""Stores of earlier schemas: each released one has a fixture here that opens, verifies and becomes the present one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from partybuilding.errors import SchemaTooNew
from partybuilding.extension.host import PluginHost
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import AllowAll
from partybuilding.storage.sqlite import open_sqlite
from partybuilding.storage.sqlite_schema import SCHEMA_NUMBER

FIXTURES = Path(__file__).parents[1] / "fixtures"
RELEASED = range(1, SCHEMA_NUMBER)
HEADS = {1: "0ebda281ecbd79adb1f7d6704d1457823ab75c407b856421684fd15c5e35c478"}


def schema(path: Path) -> tuple[int, list[tuple[str, ...]]]:
    """The number and the statements of a file's schema."""
    with closing(sqlite3.connect(path)) as connection:
        number = connection.execute("PRAGMA user_version").fetchone()[0]
        return number, sorted(
            connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        )


@pytest.fixture(params=RELEASED)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """A store as an earlier library wrote it."""
    path = tmp_path / "old.db"
    copyfile(FIXTURES / f"store-schema-{request.param}.db", path)
    return request.param, path


def test_a_store_of_every_earlier_schema_is_kept_here() -> None:
    assert sorted(HEADS) == list(RELEASED)
    assert all((FIXTURES / f"store-schema-{number}.db").is_file() for number in RELEASED)


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
