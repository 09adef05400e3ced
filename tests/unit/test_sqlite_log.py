"""The log beside a SQLite file: another file's is refused, its own is never thrown away, wherever a checkpoint was cut off."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from partybuilding.errors import PartybuildingError, StoreCorrupt
from partybuilding.extension.store import Draft, Header, Row, Store
from partybuilding.ledger.chain import verify_chain
from partybuilding.storage import sqlite_file, sqlite_schema
from partybuilding.storage.sqlite import open_sqlite

PAGE = 4096


def opened(path: Path) -> Store:
    return open_sqlite(f"sqlite:///{path}")


def add(store: Store, count: int, word: str) -> None:
    for _ in range(count):
        number = store.head().number
        header = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason=word, rule="allow-all")
        rows = [Row(kind="post", id=f"{word}{number}-{each}", body=f'"{word * 50}"') for each in range(20)]
        store.append(Draft(header=header, rows=rows), number)


def with_log(folder: Path, name: str, before: int, after: int) -> Path:
    """A copy of a store of which so many changesets stand in the file, and so many in the log."""
    path, copy = folder / f"{name}-live.db", folder / f"{name}.db"
    with opened(path) as store:
        add(store, before, name)
    with opened(path) as store:
        add(store, after, name)
        copyfile(path, copy)
        copyfile(f"{path}-wal", f"{copy}-wal")
    return copy


def test_the_log_of_its_own_is_read(tmp_path: Path) -> None:
    with opened(with_log(tmp_path, "own", 3, 4)) as store:
        assert store.head().number == 7
        assert verify_chain(store) == ()


def test_a_store_that_stands_in_its_log_alone_is_read(tmp_path: Path) -> None:
    path, copy = tmp_path / "live.db", tmp_path / "copy.db"
    with opened(path) as store:
        add(store, 2, "new")
        copyfile(path, copy)
        copyfile(f"{path}-wal", f"{copy}-wal")
    with opened(copy) as store:
        assert store.head().number == 2


def test_the_log_of_another_file_is_refused_and_both_stay_as_they_are(tmp_path: Path) -> None:
    mine, other = with_log(tmp_path, "mine", 5, 1), with_log(tmp_path, "other", 5, 3)
    copyfile(f"{other}-wal", f"{mine}-wal")
    before = mine.read_bytes(), Path(f"{mine}-wal").read_bytes()
    with pytest.raises(StoreCorrupt) as caught:
        opened(mine)
    assert [each.code for each in caught.value.problems] == ["log-foreign"]
    assert (mine.read_bytes(), Path(f"{mine}-wal").read_bytes()) == before


def test_a_checkpoint_that_was_cut_off_anywhere_loses_nothing(tmp_path: Path) -> None:
    base = with_log(tmp_path, "cut", 6, 6)
    log, old, new = (
        Path(f"{base}-wal").read_bytes(),
        base.read_bytes(),
        (tmp_path / "cut-live.db").read_bytes(),
    )
    for pages in range(len(new) // PAGE + 1):
        path = tmp_path / f"cut-{pages}.db"
        path.write_bytes(new[: pages * PAGE] + old[pages * PAGE :])
        Path(f"{path}-wal").write_bytes(log)
        with opened(path) as store:
            assert store.head().number == 12, pages
            assert verify_chain(store) == (), pages


def test_an_old_log_beside_a_file_that_went_on_without_it_is_refused(tmp_path: Path) -> None:
    path = with_log(tmp_path, "old", 2, 2)
    log = Path(f"{path}-wal").read_bytes()
    with opened(path) as store:
        add(store, 3, "more")
    Path(f"{path}-wal").write_bytes(log)
    with pytest.raises(StoreCorrupt) as caught:
        opened(path)
    assert [each.code for each in caught.value.problems] == ["log-foreign"]


def test_no_log_is_called_foreign_beside_a_file_that_is_not_sound_itself(tmp_path: Path) -> None:
    path, other = tmp_path / "forged.db", with_log(tmp_path, "strange", 3, 2)
    with opened(path) as store:
        add(store, 3, "forged")
    with closing(sqlite3.connect(path)) as forger, forger:
        forger.execute("PRAGMA journal_mode = DELETE")
        forger.execute("UPDATE partybuilding_version SET body = 'null'")
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as alone:
        assert not sqlite_file._is_whole(alone, str(path))
    with closing(sqlite3.connect(f"file:{other}?immutable=1", uri=True)) as alone:
        assert sqlite_file._is_whole(alone, str(other))


def test_a_file_does_not_go_on_in_the_chain_of_another(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with opened(tmp_path / f"{name}.db") as store:
            add(store, 3, name)
    with (
        closing(sqlite3.connect(tmp_path / "one.db")) as one,
        closing(sqlite3.connect(tmp_path / "two.db")) as two,
    ):
        assert not sqlite_file._goes_on(one, two, "two.db")
        assert sqlite_file._goes_on(one, one, "one.db")


def test_an_error_that_says_nothing_about_the_file_is_no_reason_to_blame_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_connection: sqlite3.Connection) -> bool:
        raise sqlite3.OperationalError

    path = with_log(tmp_path, "busy", 2, 1)
    monkeypatch.setattr(sqlite_schema, "is_fresh", interrupted)
    with pytest.raises(PartybuildingError) as caught:
        opened(path)
    assert [each.code for each in caught.value.problems] == ["store-failed"]
