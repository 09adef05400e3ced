"""Names that can be erased, and backups that follow: in memory and in a SQLite file."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile

import pytest

from partybuilding.errors import (
    PartybuildingError,
    RecordProblem,
    StoreBusy,
    StoreCorrupt,
    StoreProblem,
    StoreReadOnly,
)
from partybuilding.extension.persons import Person
from partybuilding.extension.store import Draft, Head, Header, Row
from partybuilding.storage import sqlite_backup
from partybuilding.storage.memory import MemoryStore
from partybuilding.storage.sqlite import SqliteStore, open_sqlite

NAME, CONTACT = "示例甲某某", "example-contact-0451"
FIRST_SCHEMA = Path(__file__).parents[1] / "fixtures" / "store-schema-1.db"


def opened(folder: Path, name: str = "ledger.db") -> SqliteStore:
    store = open_sqlite(f"sqlite:///{folder / name}")
    assert isinstance(store, SqliteStore)
    return store


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | SqliteStore]:
    with MemoryStore() if request.param == "memory" else opened(tmp_path) as given:
        yield given


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store in a file, with one changeset."""
    with opened(tmp_path) as given:
        add(given)
        yield given


def add(store: SqliteStore) -> Head:
    header = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")
    number = store.head().number
    return store.append(Draft(header=header, rows=[Row(kind="post", id=f"p{number}", body="{}")]), number)


def person(id_: str = "k7q2", name: str = NAME, contact: str = CONTACT) -> Person:
    return Person(id=id_, name=name, contact=contact)


def codes(error: PartybuildingError) -> list[str]:
    return [each.code for each in error.problems]


def traces(folder: Path) -> list[str]:
    """The files in which a byte of the name or the contact is left."""
    words = (NAME.encode(), CONTACT.encode(), NAME.encode("utf-16-le"))
    return sorted(
        each.name
        for each in folder.iterdir()
        if each.is_file() and any(word in each.read_bytes() for word in words)
    )


def test_a_name_is_kept_replaced_and_told(store: MemoryStore | SqliteStore) -> None:
    store.keep_persons([person(), person("other", "示例乙", "")])
    store.keep_persons([person(name="示例丙")])
    found = store.persons(["k7q2", "nobody", "no id"])
    assert [(each.id, each.name, each.contact) for each in found.values()] == [("k7q2", "示例丙", CONTACT)]
    assert (store.head().number, store.forgotten()) == (0, frozenset())


def test_a_forgotten_name_is_gone_and_does_not_come_back(store: MemoryStore | SqliteStore) -> None:
    store.keep_persons([person(), person("other", "示例乙")])
    assert store.forget(["k7q2", "never-kept"]) == ("k7q2",)
    assert store.forget(["k7q2"]) == ()
    assert sorted(store.persons(["k7q2", "other"])) == ["other"]
    assert store.forgotten() == {"k7q2", "never-kept"}
    with pytest.raises(StoreProblem) as caught:
        store.keep_persons([person("third"), person()])
    assert codes(caught.value) == ["person-forgotten"]
    assert sorted(store.persons(["third", "k7q2", "other"])) == ["other"]


def test_a_name_is_never_shown() -> None:
    assert NAME not in repr(person())
    assert CONTACT not in str(person())


@pytest.mark.parametrize("long", [1, 20_000])
def test_no_byte_of_a_forgotten_name_is_left_in_any_file(tmp_path: Path, long: int) -> None:
    with opened(tmp_path) as store:
        add(store)
        store.keep_persons(
            [person(contact=CONTACT * long), *(person(f"o{n}", "示例", "x" * 50) for n in range(300))]
        )
        store.keep_persons([person(contact=CONTACT * long * 2)])
        assert traces(tmp_path)
        store.forget(["k7q2"])
        assert traces(tmp_path) == []
        assert len(store.persons(f"o{n}" for n in range(300))) == 300
    assert traces(tmp_path) == []


def test_a_reader_that_still_holds_the_old_pages_is_told(
    file: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partybuilding.storage.sqlite_file.PATIENCE", 0)
    file.keep_persons([person()])
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM partybuilding_person").fetchall()
        with pytest.raises(StoreBusy) as caught:
            file.forget(["k7q2"])
        assert codes(caught.value) == ["forget-held-back"]
        assert file.persons(["k7q2"]) == {}
    assert file.forget([]) == ()
    assert traces(tmp_path) == []


def test_a_store_for_reading_keeps_and_forgets_nothing(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with open_sqlite(f"sqlite:///{tmp_path / 'ledger.db'}", read_only=True) as store:
        assert isinstance(store, SqliteStore)
        with pytest.raises(StoreReadOnly):
            store.keep_persons([person()])
        with pytest.raises(StoreReadOnly):
            store.forget(["k7q2"])
        assert store.forgotten() == frozenset()


def test_a_store_of_the_first_schema_has_no_names_until_it_is_migrated(tmp_path: Path) -> None:
    copyfile(FIRST_SCHEMA, tmp_path / "old.db")
    with open_sqlite(f"sqlite:///{tmp_path / 'old.db'}", read_only=True) as store:
        assert isinstance(store, SqliteStore)
        assert (store.persons(["k7q2"]), store.forgotten(), store.backups()) == ({}, frozenset(), ())
        head = store.head()
    with opened(tmp_path, "old.db") as store:
        store.keep_persons([person()])
        assert (store.persons(["k7q2"])["k7q2"].name, store.head()) == (NAME, head)


# --- backups -----------------------------------------------------------------------------------------------------


def test_a_backup_is_a_store_with_the_head_that_is_told(file: SqliteStore, tmp_path: Path) -> None:
    head = file.backup(tmp_path / "copy.db")
    add(file)
    with opened(tmp_path, "copy.db") as copy:
        assert copy.head() == head
        assert copy.backups() == ()
        assert [each.row.id for each in copy.read("post")] == ["p0"]
    assert [(each.path.name, each.number, each.behind) for each in file.backups()] == [("copy.db", 1, False)]


def test_a_backup_of_an_empty_store_is_an_empty_store(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert store.backup(tmp_path / "copy.db") == Head()


def test_a_backup_takes_no_name_that_is_taken(file: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreProblem) as caught:
        file.backup(tmp_path / "mine.txt")
    assert codes(caught.value) == ["backup-exists"]
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert file.backups() == ()


def test_erasure_follows_into_backups(file: SqliteStore, tmp_path: Path) -> None:
    file.keep_persons([person()])
    file.backup(tmp_path / "copy.db")
    assert "copy.db" in traces(tmp_path)
    file.forget(["k7q2"])
    assert traces(tmp_path) == []
    assert [each.behind for each in file.backups()] == [False]
    file.backup(tmp_path / "new.db")
    assert traces(tmp_path) == []


def test_a_backup_that_cannot_be_reached_stays_behind_until_it_can(file: SqliteStore, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    file.keep_persons([person()])
    file.backup(tmp_path / "copy.db")
    (tmp_path / "copy.db").rename(away / "copy.db")
    file.forget(["k7q2"])
    assert [each.behind for each in file.backups()] == [True]
    (away / "copy.db").rename(tmp_path / "copy.db")
    file.forget([])
    assert [each.behind for each in file.backups()] == [False]
    assert traces(tmp_path) == []


@pytest.mark.parametrize("what", ["another ledger", "no ledger"])
def test_what_somebody_put_in_the_place_of_a_backup_is_not_touched(
    file: SqliteStore, tmp_path: Path, what: str
) -> None:
    file.backup(tmp_path / "copy.db")
    (tmp_path / "copy.db").unlink()
    if what == "another ledger":
        with opened(tmp_path, "copy.db") as other:
            other.keep_persons([person()])
    else:
        (tmp_path / "copy.db").write_text("not a ledger", encoding="utf-8")
    file.forget(["k7q2"])
    assert [each.behind for each in file.backups()] == [True]


def test_a_destroyed_backup_is_no_longer_remembered(file: SqliteStore, tmp_path: Path) -> None:
    file.backup(tmp_path / "copy.db")
    with pytest.raises(StoreProblem) as caught:
        file.discard_backup(tmp_path / "copy.db")
    assert codes(caught.value) == ["backup-exists"]
    (tmp_path / "copy.db").unlink()
    file.discard_backup(tmp_path / "copy.db")
    assert file.backups() == ()
    with pytest.raises(StoreProblem) as unknown:
        file.discard_backup(tmp_path / "copy.db")
    assert codes(unknown.value) == ["backup-unknown"]


def test_a_backup_into_no_folder_is_told_and_not_remembered(file: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(StoreProblem) as caught:
        file.backup(tmp_path / "nowhere" / "copy.db")
    assert codes(caught.value) == ["backup-failed"]
    assert file.backups() == ()


def test_a_backup_that_breaks_leaves_nothing_behind(
    file: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(sqlite_backup, "_synced", full)
    with pytest.raises(StoreProblem) as caught:
        file.backup(tmp_path / "copy.db")
    assert "No space left" in caught.value.problems[0].read
    assert sorted(each.name for each in tmp_path.iterdir() if "copy" in each.name) == []
    assert file.backups() == ()
    monkeypatch.undo()
    monkeypatch.setattr(sqlite_backup, "erase", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        file.backup(tmp_path / "copy.db")
    assert file.backups() == ()


def _interrupted(_connection: object, _ids: object) -> None:
    raise KeyboardInterrupt


def test_the_rest_of_a_cut_off_backup_opens_as_nothing(file: SqliteStore, tmp_path: Path) -> None:
    file.backup(tmp_path / "copy.db")
    (tmp_path / "copy.db").rename(tmp_path / "copy.db.partial")
    with pytest.raises(StoreCorrupt) as caught:
        opened(tmp_path, "copy.db.partial")
    assert codes(caught.value) == ["backup-partial"]
    file.forget(["k7q2"])
    assert [each.behind for each in file.backups()] == [True]


def test_a_store_in_a_callers_database_is_backed_up_by_the_caller(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "theirs.db", isolation_level=None)) as theirs:
        theirs.execute("BEGIN IMMEDIATE")
        store = open_sqlite("sqlite:", connection=theirs)
        assert isinstance(store, SqliteStore)
        store.keep_persons([person()])
        assert store.forget(["k7q2"]) == ("k7q2",)
        with pytest.raises(StoreProblem) as caught:
            store.backup(tmp_path / "copy.db")
        assert codes(caught.value) == ["backup-joined"]
        theirs.execute("COMMIT")


@pytest.mark.parametrize("text", ["甲\0", "\ud800"])
def test_a_name_that_no_store_can_keep_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(RecordProblem) as caught:
        person(name=text)
    assert codes(caught.value) == ["person-text"]
    assert ascii(text).strip("'") not in ascii(str(caught.value))


def test_a_backup_that_has_its_name_already_stays_remembered(
    file: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folder_fails(path: Path) -> None:
        if path.is_dir():
            raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(sqlite_backup, "_synced", folder_fails)
    with pytest.raises(StoreProblem):
        file.backup(tmp_path / "copy.db")
    assert [each.path.name for each in file.backups()] == ["copy.db"]


def test_a_system_that_cannot_confirm_folders_makes_backups_too(
    file: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("os.O_DIRECTORY")
    assert file.backup(tmp_path / "copy.db") == file.head()
