"""Tampering with a store is seen by walking the chain; a chain rewritten as a whole only by a head kept outside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from attrs import evolve

from partybuilding.errors import StoreCorrupt
from partybuilding.extension.store import Draft, Head, Header, Row, Store
from partybuilding.ledger.chain import verify_chain, verify_reading, verify_store
from partybuilding.storage.memory import MemoryStore
from partybuilding.storage.sqlite import open_sqlite

HEADER = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")
BLOB = (sha256(b"figures").hexdigest(), b"figures")


def fill(store: Store, count: int = 4, *, reason: str = "test") -> Head:
    for place in range(count):
        header = Header(at=HEADER.at, actor="office", reason=reason, rule="allow-all", key=f"k{place}")
        rows = [
            Row(kind="post", id=name, starts=date(2026, 1, 1), body=f'{{"x":{place}}}') for name in ("a", "b")
        ]
        store.append(Draft(header=header, rows=rows, blobs=(BLOB,)), place)
    return store.head()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with open_sqlite(f"sqlite:///{path}") as store:
        fill(store)
    return path


def codes(path: Path, outside: Head | None = None) -> set[str]:
    with open_sqlite(f"sqlite:///{path}") as store:
        return {problem.code for problem in verify_chain(store, outside=outside)}


def test_an_untouched_store_has_no_problem(path: Path) -> None:
    with open_sqlite(f"sqlite:///{path}") as store:
        head = store.head()
    assert codes(path) == set()
    assert codes(path, head) == set()
    assert codes(path, Head()) == set()
    assert verify_chain(MemoryStore()) == ()


@pytest.mark.parametrize(
    ("tampering", "seen"),
    [
        ("""UPDATE partybuilding_version SET body = '{"x":9}' WHERE number = 2 AND id = 'a'""", "chain-rows"),
        ("UPDATE partybuilding_version SET body = NULL WHERE number = 4 AND id = 'a'", "chain-rows"),
        (
            "INSERT INTO partybuilding_version (seq, kind, id, body) VALUES ((5 << 32) + 500, 'post', 'c', '1')",
            "rows-beyond-head",
        ),
        (
            "INSERT INTO partybuilding_version (seq, kind, id, body) VALUES (99 << 32, 'post', 'c', '1')",
            "rows-beyond-head",
        ),
        ("DELETE FROM partybuilding_changeset WHERE number = 4", "rows-beyond-head"),
        ("UPDATE partybuilding_version SET ends = '2027-01-01' WHERE number = 1 AND id = 'b'", "chain-rows"),
        (
            "UPDATE partybuilding_version SET starts = 'soon' WHERE number = 1 AND id = 'b'",
            "store-unreadable",
        ),
        ("DELETE FROM partybuilding_version WHERE number = 3 AND id = 'b'", "chain-rows"),
        ("DELETE FROM partybuilding_version WHERE number = 4", "chain-rows"),
        ("UPDATE partybuilding_version SET seq = (3 << 32) + 7 WHERE number = 2 AND id = 'a'", "chain-rows"),
        (
            "UPDATE partybuilding_version SET id = CASE id WHEN 'a' THEN 'b' ELSE 'a' END WHERE number = 2",
            "chain-rows",
        ),
        (
            "INSERT INTO partybuilding_version (seq, kind, id, body) VALUES ((2 << 32) + 9, 'post', 'c', '1')",
            "chain-rows",
        ),
        ("UPDATE partybuilding_changeset SET reason = 'other' WHERE number = 2", "chain-hash"),
        ("UPDATE partybuilding_changeset SET actor = 'other' WHERE number = 4", "chain-hash"),
        (
            "UPDATE partybuilding_changeset SET at = '2026-02-05T00:00:00.000000+00:00' WHERE number = 4",
            "chain-hash",
        ),
        ("UPDATE partybuilding_changeset SET reason = char(0) WHERE number = 2", "chain-hash"),
        ("UPDATE partybuilding_changeset SET hash = '00' WHERE number = 4", "chain-hash"),
        ("UPDATE partybuilding_changeset SET previous = 'zz' WHERE number = 4", "chain-previous"),
        ("UPDATE partybuilding_changeset SET number = 9 WHERE number = 4", "chain-number"),
        ("DELETE FROM partybuilding_changeset WHERE number = 2", "chain-number"),
        ("UPDATE partybuilding_changeset SET blobs = '[]' WHERE number = 2", "chain-rows"),
        ("UPDATE partybuilding_content SET bytes = x'00'", "blob-damaged"),
        ("DELETE FROM partybuilding_content", "blob-unknown"),
    ],
)
def test_every_tampering_is_seen(path: Path, tampering: str, seen: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(tampering)
    connection.commit()
    connection.close()
    assert seen in codes(path)


def test_a_withdrawal_made_an_empty_body_is_seen(path: Path) -> None:
    with open_sqlite(f"sqlite:///{path}") as store:
        withdrawn = Row(kind="post", id="a", starts=date(2026, 1, 1))
        store.append(Draft(header=HEADER, rows=[withdrawn]), 4)
    assert codes(path) == set()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE partybuilding_version SET body = '' WHERE body IS NULL")
    assert "chain-rows" in codes(path)


def test_a_row_planted_beyond_the_head_gets_into_no_changeset(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO partybuilding_version (seq, kind, id, body) VALUES ((5 << 32) + 9, 'post', 'c', '1')"
        )
    with open_sqlite(f"sqlite:///{path}") as store:
        with pytest.raises(StoreCorrupt, match="rows beyond head"):
            store.append(Draft(header=HEADER, rows=[Row(kind="post", id="a", body="9")]), 4)
        assert store.head().number == 4


def test_a_head_of_nothing_that_was_kept_outside_is_compared(path: Path) -> None:
    assert codes(path, Head(0, "a" * 64)) == {"chain-outside-head"}


def test_a_tail_that_was_cut_is_seen_by_a_head_kept_outside(path: Path) -> None:
    with open_sqlite(f"sqlite:///{path}") as store:
        head = store.head()
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM partybuilding_version WHERE number = 4")
    connection.execute("DELETE FROM partybuilding_changeset WHERE number = 4")
    connection.commit()
    connection.close()
    assert codes(path) == set()
    assert codes(path, head) == {"chain-outside-head"}


def test_a_chain_that_was_rewritten_is_seen_by_a_head_kept_outside() -> None:
    first = fill(MemoryStore(), 3)
    store = MemoryStore()
    fill(store, 4, reason="forged")
    assert verify_chain(store) == ()
    (problem,) = verify_chain(store, outside=first)
    assert (problem.code, problem.where.record) == ("chain-outside-head", "3")


class Lying(MemoryStore):
    """A store whose head is not that of its last changeset."""

    def head(self) -> Head:
        return Head(7, "ab" * 32)


def test_a_head_that_is_not_that_of_the_last_changeset_is_seen() -> None:
    assert [problem.code for problem in verify_chain(Lying())] == ["chain-head"]


def test_a_store_that_answers_what_is_written_has_no_problem() -> None:
    with MemoryStore() as store:
        head = fill(store)
        assert verify_reading(store) == ()
        assert verify_store(store, outside=head) == ()


def readings(store: Store) -> list[tuple[str, str | None, str | None]]:
    return [(problem.code, problem.where.kind, problem.where.record) for problem in verify_store(store)]


def test_a_row_that_the_index_no_longer_finds_is_seen() -> None:
    store = MemoryStore()
    fill(store)
    del store._rows["post"]["a"][1]
    assert verify_chain(store) == ()
    assert readings(store) == [("reading-rows", "post", None)]


def test_rows_that_are_read_in_another_order_are_seen() -> None:
    store = MemoryStore()
    fill(store)
    store._rows["post"]["a"].reverse()
    assert readings(store) == [("reading-rows", "post", None)]


def test_a_row_that_is_read_of_another_changeset_is_seen() -> None:
    store = MemoryStore()
    fill(store, 2)
    one, two = store._rows["post"]["a"]
    store._rows["post"]["a"] = [evolve(one, row=two.row), evolve(two, row=one.row)]
    assert readings(store) == [("reading-rows", "post", None)]


class Extra(MemoryStore):
    """A store that names a kind of which it has no row."""

    def kinds(self, known: int | None = None) -> tuple[str, ...]:
        return (*super().kinds(known), "unit")


def test_a_kind_without_rows_is_seen() -> None:
    store = Extra()
    fill(store)
    assert readings(store) == [("reading-rows", "unit", None)]


@pytest.mark.parametrize("found", [None, 1])
def test_a_key_that_finds_none_or_another_changeset_is_seen(found: int | None) -> None:
    store = MemoryStore()
    fill(store)
    if found is None:
        del store._keys["k2"]
    else:
        store._keys["k2"] = found
    assert readings(store) == [("reading-key", None, "3")]


def test_a_store_that_cannot_be_read_is_told_by_its_own_problem(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE partybuilding_version SET starts = 'soon' WHERE number = 1 AND id = 'b'")
    connection.close()
    with open_sqlite(f"sqlite:///{path}") as store:
        (problem,) = verify_reading(store)
    assert problem.code == "store-unreadable"


def test_a_number_of_more_than_64_bits_is_told_as_damage(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE partybuilding_changeset SET number = 1 << 62 WHERE number = 4")
    connection.close()
    assert "chain-number" in codes(path)
