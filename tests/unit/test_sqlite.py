"""The SQLite store, beyond what the contract asks of every store: settings, errors, recognition, joining."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from partybuilding.errors import (
    HeadMoved,
    PartybuildingError,
    SchemaTooNew,
    StoreBusy,
    StoreCorrupt,
    StoreProblem,
    StoreReadOnly,
)
from partybuilding.extension.store import Draft, Header, Row, Store
from partybuilding.storage import sqlite, sqlite_file, sqlite_rows, sqlite_schema
from partybuilding.storage.sqlite import SqliteStore, open_sqlite

HEADER = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")
DAY = date(2026, 6, 1)
BLOB = (sha256(b"x").hexdigest(), b"x")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "账本 50%?.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with opened(path) as store:
        yield store


def opened(path: Path, *, read_only: bool = False) -> SqliteStore:
    store = open_sqlite(f"sqlite:///{path}", read_only=read_only)
    assert isinstance(store, SqliteStore)
    return store


def raw(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def add(store: Store, *names: str, body: str = "{}") -> None:
    rows = tuple(Row(kind="post", id=name, body=body) for name in names)
    store.append(Draft(header=HEADER, rows=rows, blobs=(BLOB,)), store.head().number)


def ids(store: Store) -> list[str]:
    return [each.row.id for each in store.read("post", on=DAY)]


class Failing:
    """A connection that fails where told, and else does what the real one does."""

    def __init__(
        self, real: sqlite3.Connection, when: str, error: BaseException, *, back: str | None = None
    ) -> None:
        self.real, self.when, self.error, self.back = real, when, error, back

    def execute(self, statement: str, *given: tuple[str | int, ...]) -> sqlite3.Cursor:
        if statement.startswith(self.when):
            if self.back is not None:
                self.real.execute(self.back)
            raise self.error
        return self.real.execute(statement, *given)

    def __getattr__(self, name: str) -> object:
        return getattr(self.real, name)


def failure(code: int, text: str = "told to fail") -> sqlite3.Error:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_TOLD"
    return error


def test_the_settings_are_those_that_lost_nothing_when_measured(store: SqliteStore) -> None:
    asked = (
        "journal_mode",
        "synchronous",
        "wal_autocheckpoint",
        "busy_timeout",
        "application_id",
        "user_version",
    )
    found = [store._connection.execute(f"PRAGMA {each}").fetchone()[0] for each in asked]
    assert found == ["wal", 2, 0, 30_000, int.from_bytes(b"PBld", "big"), 2]
    assert store._connection.isolation_level is None
    tables = store._connection.execute(
        "SELECT strict FROM pragma_table_list WHERE name LIKE 'partybuilding_%'"
    ).fetchall()
    assert [strict for (strict,) in tables] == [1] * 7


def test_what_was_stored_is_there_after_opening_again(path: Path) -> None:
    with opened(path) as store:
        add(store, "a", "b")
        head = store.head()
    with opened(path) as store:
        assert (store.head(), ids(store), store.blob(BLOB[0])) == (head, ["a", "b"], b"x")


def test_closing_brings_the_log_into_the_file(path: Path) -> None:
    with opened(path) as store:
        add(store, "a")
        assert Path(f"{path}-wal").stat().st_size > 0
    assert not Path(f"{path}-wal").exists()


def test_two_connections_see_each_other_and_the_slower_loses(path: Path) -> None:
    with opened(path) as one, opened(path) as two:
        add(one, "a")
        assert ids(two) == ["a"]
        draft = Draft(header=HEADER, rows=(Row(kind="post", id="b", body="{}"),))
        two.append(draft, 1)
        with pytest.raises(HeadMoved):
            one.append(draft, 1)
        assert one.head() == two.head()


def test_a_reader_sees_the_old_state_while_a_writer_works_and_another_writer_is_told_busy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "PATIENCE", 0)
    with opened(path) as store:
        add(store, "a")
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute(
            "INSERT INTO partybuilding_version (seq, kind, id, body) VALUES (2 << 32, 'post', 'b', '{}')"
        )
        assert ids(store) == ["a"]
        with pytest.raises(StoreBusy) as caught:
            add(store, "c")
        assert caught.value.code == "store-busy"
        assert isinstance(caught.value.__cause__, sqlite3.Error)
        other.execute("ROLLBACK")
        other.close()
        add(store, "c")
        assert ids(store) == ["a", "c"]


def test_a_page_ends_anywhere_without_losing_a_row(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in ("1", "2", "3"):
        add(store, *(f"r{place}" for place in range(7)), body=body)
    history, state = list(store.read("post")), list(store.read("post", on=DAY))
    assert len(history) == 21
    for size in range(1, 9):
        monkeypatch.setattr(sqlite, "PAGE", size)
        monkeypatch.setattr(sqlite_rows, "MOST_PARAMETERS", size)
        assert list(store.read("post")) == history
        assert list(store.read("post", on=DAY, ids=[f"r{place}" for place in range(7)])) == state


@pytest.mark.parametrize("place", [1, 2, 50, 100])
def test_a_failure_at_the_nth_row_stores_nothing_and_names_its_cause(store: SqliteStore, place: int) -> None:
    store._connection.execute(
        f"CREATE TEMP TRIGGER fail BEFORE INSERT ON main.partybuilding_version WHEN NEW.id = 'r{place:03}' "
        "BEGIN SELECT RAISE(ABORT, 'the nth row'); END"
    )
    names = [f"r{each:03}" for each in range(1, 101)]
    with pytest.raises(StoreProblem, match="the nth row") as caught:
        add(store, *names)
    assert caught.value.code == "store-failed"
    assert (store.head().number, ids(store)) == (0, [])
    with pytest.raises(StoreProblem, match="a stored digest"):
        store.blob(BLOB[0])
    store._connection.execute("DROP TRIGGER fail")
    add(store, *names)
    assert ids(store) == names


@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt()])
def test_what_is_no_fault_of_the_store_passes_through_and_stores_nothing(
    store: SqliteStore, error: BaseException
) -> None:
    real = store._connection
    store._connection = Failing(real, "COMMIT", error)  # type: ignore[assignment]  # a stand-in
    with pytest.raises(type(error)):
        add(store, "a")
    assert (store.head().number, real.in_transaction) == (0, False)
    store._connection = real
    add(store, "a")
    assert ids(store) == ["a"]


@pytest.mark.parametrize("spare", range(0, 40, 2))
def test_a_full_disk_is_told_as_such_and_works_again_when_there_is_room(
    store: SqliteStore, spare: int
) -> None:
    add(store, "a")
    count = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {count + spare}")
    names = [f"r{each}" for each in range(1500)]
    with pytest.raises(StoreProblem) as caught:
        add(store, *names, body='"' + "长" * 50 + '"')
    assert caught.value.code == "store-full"
    assert (store.head().number, ids(store)) == (1, ["a"])
    store._connection.execute("PRAGMA max_page_count = 100000")
    add(store, *names)
    assert len(ids(store)) == 1501


def test_after_sqlite_rolled_back_by_itself_the_real_cause_is_told(store: SqliteStore) -> None:
    real = store._connection
    store._connection = Failing(real, "COMMIT", failure(sqlite3.SQLITE_FULL), back="ROLLBACK")  # type: ignore[assignment]  # a stand-in for the real one
    with pytest.raises(StoreProblem) as caught:
        add(store, "a")
    assert caught.value.code == "store-full"


def test_an_error_of_the_rollback_does_not_hide_the_first_one(store: SqliteStore) -> None:
    real = store._connection
    broken = Failing(real, "ROLLBACK", failure(sqlite3.SQLITE_IOERR))
    store._connection = Failing(broken, "COMMIT", failure(sqlite3.SQLITE_FULL))  # type: ignore[assignment, arg-type]  # a stand-in for the real one
    with pytest.raises(StoreProblem) as caught:
        add(store, "a")
    assert caught.value.code == "store-full"
    real.execute("ROLLBACK")


def test_a_write_that_the_disk_did_not_confirm_ends_the_handle(path: Path) -> None:
    store = opened(path)
    add(store, "a")
    real = store._connection
    store._connection = Failing(real, "COMMIT", failure(sqlite3.SQLITE_IOERR_FSYNC))  # type: ignore[assignment]  # a stand-in for the real one
    with pytest.raises(StoreProblem) as caught:
        add(store, "b")
    assert caught.value.code == "store-io"
    store._connection = real
    for action in (store.head, lambda: add(store, "b"), lambda: list(store.read("post"))):
        with pytest.raises(StoreProblem) as caught:
            action()
        assert caught.value.code == "store-sync"
    store.close()
    with opened(path) as again:
        assert ids(again) == ["a"]


def test_a_long_log_is_checkpointed_after_the_commit(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Path(f"{path}-wal")
    add(store, "a")
    assert log.stat().st_size > 0
    monkeypatch.setattr(sqlite, "LONGEST_LOG", 0)
    add(store, "b")
    assert log.stat().st_size == 0
    assert store._connection.execute("PRAGMA busy_timeout").fetchone()[0] == 30_000


def test_a_reader_only_postpones_the_checkpoint(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "LONGEST_LOG", 0)
    add(store, "a")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM partybuilding_changeset").fetchall()
    add(store, "b")
    assert Path(f"{path}-wal").stat().st_size > 0
    reader.close()
    add(store, "c")
    assert Path(f"{path}-wal").stat().st_size == 0


def test_a_full_disk_postpones_the_checkpoint_and_keeps_the_changeset(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_connection: sqlite3.Connection) -> None:
        raise failure(sqlite3.SQLITE_FULL)

    monkeypatch.setattr(sqlite, "LONGEST_LOG", 0)
    monkeypatch.setattr(sqlite_file, "checkpoint", full)
    add(store, "a")
    add(store, "b")
    assert ids(store) == ["a", "b"]


@pytest.mark.parametrize("at_close", [False, True])
def test_a_failed_checkpoint_ends_the_handle_and_says_what_is_stored(
    path: Path, monkeypatch: pytest.MonkeyPatch, *, at_close: bool
) -> None:
    def broken(_connection: sqlite3.Connection) -> None:
        raise failure(sqlite3.SQLITE_IOERR)

    store = opened(path)
    add(store, "a")
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_file, "checkpoint", broken)
        patch.setattr(sqlite, "LONGEST_LOG", 0)
        with pytest.raises(StoreProblem) as caught:
            store.close() if at_close else add(store, "b")
        assert caught.value.code == "store-checkpoint"
        assert caught.value.problems[0].expected == (
            "all changesets are stored" if at_close else "changeset 2 is stored"
        )
        with pytest.raises(StoreProblem):
            store.head()
        store.close()
    with opened(path) as again:
        assert ids(again) == (["a"] if at_close else ["a", "b"])


def test_a_newer_schema_is_refused_with_both_numbers_and_the_file_stays_as_it_was(path: Path) -> None:
    with opened(path) as store:
        add(store, "a")
    raw(path, "PRAGMA user_version = 7", "PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(SchemaTooNew) as caught:
            opened(path, read_only=read_only)
        problem = caught.value.problems[0]
        assert (problem.code, problem.read, problem.expected) == (
            "schema-too-new",
            "schema 7",
            "schema 2 or older",
        )
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA user_version = 0",
        "CREATE TABLE other (x)",
        "CREATE VIEW other AS SELECT 1",
        "CREATE TRIGGER other AFTER INSERT ON partybuilding_version BEGIN SELECT 1; END",
        "DROP INDEX partybuilding_version_of",
        "ALTER TABLE partybuilding_version ADD COLUMN extra TEXT",
    ],
)
def test_changed_tables_are_refused(path: Path, change: str) -> None:
    opened(path).close()
    raw(path, change)
    with pytest.raises(StoreCorrupt) as caught:
        opened(path)
    assert caught.value.code == "schema-changed"


def test_one_flipped_bit_in_the_schema_text_is_seen(path: Path) -> None:
    opened(path).close()
    before = path.read_bytes()
    assert before.count(b"number INTEGER PRIMARY KEY,") == 1
    path.write_bytes(before.replace(b"number INTEGER PRIMARY KEY,", b"number INtEGER PRIMARY KEY,"))
    with pytest.raises(StoreCorrupt) as caught:
        opened(path)
    assert caught.value.code == "schema-changed"


def test_statistics_of_the_database_do_no_harm(path: Path) -> None:
    with opened(path) as store:
        add(store, "a")
    raw(path, "ANALYZE")
    with opened(path) as store:
        assert ids(store) == ["a"]


@pytest.mark.parametrize("content", [b"\0" * 4096, "这不是账本。".encode() * 200])
def test_a_file_that_is_no_database_is_refused_and_not_touched(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(StoreCorrupt) as caught:
            opened(path, read_only=read_only)
        assert caught.value.code == "store-foreign"
    assert path.read_bytes() == content


@pytest.mark.parametrize("statement", ["CREATE TABLE other (x)", "PRAGMA application_id = 5"])
def test_the_database_of_another_program_is_refused_and_not_touched(path: Path, statement: str) -> None:
    raw(path, statement)
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt) as caught:
        opened(path)
    assert caught.value.code == "store-foreign"
    assert path.read_bytes() == before


def test_a_damaged_page_is_told_as_damage(path: Path) -> None:
    with opened(path) as store:
        add(store, *(f"r{place}" for place in range(500)))
    content = bytearray(path.read_bytes())
    for start in range(8 * 4096, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt) as caught, opened(path) as store:
        list(store.read("post"))
    assert caught.value.code == "store-damaged"


def test_a_store_opened_for_reading_reads_and_makes_nothing(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreProblem) as caught:
        opened(path, read_only=True)
    assert caught.value.code == "store-cannot-open"
    assert list(tmp_path.iterdir()) == []
    path.touch()
    with pytest.raises(StoreProblem) as caught:
        opened(path, read_only=True)
    assert caught.value.code == "store-cannot-open"
    with opened(path) as store:
        add(store, "a")
    with opened(path, read_only=True) as store:
        assert ids(store) == ["a"]
        with pytest.raises(StoreReadOnly):
            add(store, "b")
        with pytest.raises(sqlite3.OperationalError):
            store._connection.execute("DELETE FROM partybuilding_version")


def test_a_missing_folder_and_a_folder_as_file_are_told(tmp_path: Path) -> None:
    for wrong in (tmp_path / "no" / "ledger.db", tmp_path):
        with pytest.raises(StoreProblem) as caught:
            opened(wrong)
        assert caught.value.code == "store-cannot-open"


@pytest.mark.parametrize("url", ["sqlite:", "sqlite:///", "memory:", "/x.db", ""])
def test_a_url_names_a_file_after_three_slashes(url: str) -> None:
    with pytest.raises(StoreProblem) as caught:
        open_sqlite(url)
    assert caught.value.code == "store-url"


def test_a_relative_path_is_one_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_sqlite("sqlite:///ledger.db").close()
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.db"]


def test_two_that_make_the_same_file_at_once_make_it_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(path) as store:
        add(store, "a")
        monkeypatch.setattr(sqlite_schema, "is_fresh", lambda _: True)
        with opened(path) as slower:
            assert ids(slower) == ["a"]


def test_many_threads_make_one_file(path: Path) -> None:
    def make(_: int) -> int:
        with opened(path) as store:
            return store.head().number

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(make, range(12))) == [0] * 12


def test_a_store_handed_to_another_thread_or_process_is_refused(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ThreadPoolExecutor(1) as threads:
        for action in (store.head, store.close):
            with pytest.raises(StoreProblem) as caught:
                threads.submit(action).result()
            assert caught.value.code == "store-handed-over"
    with monkeypatch.context() as patch:
        patch.setattr("os.getpid", lambda: -1)
        with pytest.raises(StoreProblem) as caught:
            store.head()
        assert caught.value.code == "store-handed-over"
    assert store.head().number == 0


def test_an_older_sqlite_and_a_disk_without_a_log_are_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "sqlite_version_info", (3, 36, 9))
        with pytest.raises(StoreProblem) as caught:
            opened(path)
        assert caught.value.code == "sqlite-too-old"
        patch.setattr(sqlite3, "sqlite_version_info", (3, 37, 0))
        opened(path).close()
    memory = sqlite3.connect(":memory:", isolation_level=None)
    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: memory)
    with pytest.raises(StoreProblem) as caught:
        opened(path)
    assert caught.value.code == "store-no-wal"


def test_a_stored_text_that_is_not_what_was_written_is_told_as_damage(path: Path) -> None:
    with opened(path) as store:
        add(store, "a")
    raw(path, "UPDATE partybuilding_version SET starts = '2024-02-30'")
    with opened(path) as store:
        for action in (lambda: list(store.read("post")), lambda: list(store.changes())):
            with pytest.raises(StoreCorrupt) as caught:
                action()
            assert caught.value.code == "store-unreadable"
    for change in ("at = 'soon'", "versions = '{'", "manifest = '7'", "at = '2026-01-01'"):
        raw(path, f"UPDATE partybuilding_changeset SET {change}")  # noqa: S608 - a fixed list of tamperings
        with opened(path) as store, pytest.raises(PartybuildingError):
            list(store.entries())


def test_a_changed_content_is_told(path: Path) -> None:
    with opened(path) as store:
        add(store, "a")
    raw(path, "UPDATE partybuilding_content SET bytes = x'00'")
    with opened(path) as store, pytest.raises(StoreCorrupt) as caught:
        store.blob(BLOB[0])
    assert caught.value.code == "blob-damaged"


@pytest.fixture
def caller(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "caller.db")
    connection.row_factory = sqlite3.Row
    connection.execute("CREATE TABLE orders (id TEXT)")
    yield connection
    connection.close()


def test_a_joined_store_commits_and_rolls_back_with_its_caller(caller: sqlite3.Connection) -> None:
    for end, left in ((caller.rollback, 0), (caller.commit, 1)):
        with open_sqlite("sqlite:", connection=caller) as store:
            caller.execute("INSERT INTO orders VALUES ('one')")
            add(store, "a")
            end()
            assert store.head().number == left
        assert len(caller.execute("SELECT * FROM orders").fetchall()) == left
    with open_sqlite("sqlite:", connection=caller, read_only=True) as store:
        assert ids(store) == ["a"]


def test_a_refused_changeset_leaves_the_rest_of_the_callers_transaction(caller: sqlite3.Connection) -> None:
    with open_sqlite("sqlite:", connection=caller) as store:
        caller.execute("INSERT INTO orders VALUES ('one')")
        with pytest.raises(StoreProblem):
            add(store, "a", body="1.5")
        caller.commit()
        assert store.head().number == 0
        assert len(caller.execute("SELECT * FROM orders").fetchall()) == 1


def test_a_joined_store_needs_the_callers_transaction(caller: sqlite3.Connection) -> None:
    with open_sqlite("sqlite:", connection=caller) as store, pytest.raises(StoreProblem) as caught:
        add(store, "a")
    assert caught.value.code == "no-transaction"


def test_only_a_sqlite_connection_alone_can_be_joined(caller: sqlite3.Connection) -> None:
    for url, connection in (("sqlite:///x.db", caller), ("sqlite:", object())):
        with pytest.raises(StoreProblem) as caught:
            open_sqlite(url, connection=connection)
        assert caught.value.code == "store-connection"


def test_a_joined_store_leaves_the_callers_marks_on_the_file(caller: sqlite3.Connection) -> None:
    caller.execute("PRAGMA application_id = 5")
    caller.execute("PRAGMA user_version = 9")
    open_sqlite("sqlite:", connection=caller).close()
    marks = [caller.execute(f"PRAGMA {each}").fetchone()[0] for each in ("application_id", "user_version")]
    assert marks == [5, 9]


def test_a_joined_store_knows_its_tables_again(caller: sqlite3.Connection) -> None:
    with pytest.raises(StoreCorrupt) as caught:
        open_sqlite("sqlite:", connection=caller, read_only=True)
    assert caught.value.code == "schema-changed"
    open_sqlite("sqlite:", connection=caller).close()
    caller.execute("ALTER TABLE partybuilding_content ADD COLUMN extra TEXT")
    with pytest.raises(StoreCorrupt):
        open_sqlite("sqlite:", connection=caller)


def test_a_damage_that_even_the_message_of_sqlite_repeats_is_told_as_damage(path: Path) -> None:
    with opened(path) as store:
        add(store, "a")
    whole = path.read_bytes()
    path.write_bytes(
        whole.replace(b"CREATE TABLE partybuilding_content", b"CREATE TABLE\xc3partybuilding_content")
    )
    assert path.read_bytes() != whole
    with pytest.raises(StoreCorrupt) as caught:
        opened(path)
    assert caught.value.code == "store-damaged"


@pytest.mark.parametrize(("place", "name"), [(1, "kind"), (2, "id"), (5, "body")])
def test_a_text_that_one_flipped_bit_has_made_bytes_is_told_as_damage(
    path: Path, place: int, name: str
) -> None:
    with opened(path) as store:
        add(store, "a")
    types = bytearray(b"\x00\x15\x0f\x00\x00\x11")  # how SQLite says: nothing, three texts, and two days open
    before = bytes(types) + b"posta{}"
    types[place] -= 1
    whole = path.read_bytes()
    assert whole.count(before) == 1, name
    path.write_bytes(whole.replace(before, bytes(types) + b"posta{}"))
    with opened(path) as store, pytest.raises(StoreCorrupt) as caught:
        list(store.changes())
    assert caught.value.code == "store-unreadable"
