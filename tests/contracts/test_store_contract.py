"""What every store promises, checked on memory and SQLite alike; the memory store is the reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding.errors import HeadMoved, PartybuildingError, StoreClosed, StoreProblem, StoreReadOnly
from partybuilding.extension.sealing import verify_link
from partybuilding.extension.store import Draft, Head, Header, Row, Store, Stored
from partybuilding.storage.memory import open_memory
from partybuilding.storage.sqlite import open_sqlite

MOMENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
OPENERS: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: open_memory("memory:"),
    "sqlite": lambda folder: open_sqlite(f"sqlite:///{folder}/ledger.db"),
}


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with OPENERS[request.param](tmp_path) as opened:
        yield opened


def draft(
    *rows: Row, key: str | None = None, blobs: tuple[tuple[str, bytes], ...] = (), reason: str = "test"
) -> Draft:
    header = Header(at=MOMENT, actor="office", reason=reason, rule="allow-all", key=key)
    return Draft(header=header, rows=rows, blobs=blobs)


def row(
    name: str = "a",
    body: str | None = "{}",
    *,
    kind: str = "post",
    starts: date | None = None,
    ends: date | None = None,
) -> Row:
    return Row(kind=kind, id=name, starts=starts, ends=ends, body=body)


def add(store: Store, *rows: Row, **more: object) -> Head:
    return store.append(draft(*rows, **more), store.head().number)  # type: ignore[arg-type]  # the words of the header


def state(store: Store, on: date, known: int | None = None, kind: str = "post") -> dict[str, str | None]:
    return {each.row.id: each.row.body for each in store.read(kind, on=on, known=known)}


DAY = date(2026, 6, 1)
NEXT = date(2026, 6, 2)


def test_an_empty_store_has_head_zero_and_reads_empty(store: Store) -> None:
    assert store.head() == Head()
    assert store.kinds() == ()
    assert list(store.read("post")) == []
    assert list(store.changes()) == []
    assert list(store.entries()) == []


def test_an_append_moves_the_head_by_one_and_is_read_back_at_once(store: Store) -> None:
    head = add(store, row(body='{"x":1}'))
    assert head == store.head()
    assert head.number == 1
    (stored,) = store.read("post", on=DAY)
    assert stored == Stored(row=row(body='{"x":1}'), number=1, digest=row(body='{"x":1}').digest)


def test_an_append_on_an_old_head_stores_nothing(store: Store) -> None:
    add(store, row())
    for expected in (0, 2):
        with pytest.raises(HeadMoved):
            store.append(draft(row("b")), expected)
    assert store.head().number == 1
    assert state(store, DAY) == {"a": "{}"}


def test_a_closed_store_refuses_everything_and_may_be_closed_twice(store: Store) -> None:
    add(store, row(), blobs=((sha256(b"x").hexdigest(), b"x"),))
    store.close()
    store.close()
    for action in (
        store.head,
        store.kinds,
        store.changes,
        store.entries,
        lambda: store.append(draft(row("b")), 1),
        lambda: store.read("post"),
        lambda: store.keyed("k"),
        lambda: store.blob(sha256(b"x").hexdigest()),
    ):
        with pytest.raises(StoreClosed):
            action()


def test_leaving_the_block_closes_even_on_an_error(store: Store) -> None:
    with pytest.raises(KeyError), store:
        raise KeyError
    with pytest.raises(StoreClosed):
        store.head()


def test_an_unknown_kind_or_id_gives_nothing(store: Store) -> None:
    add(store, row())
    for name in ("unknown", "a b", "\ud800", "x" * 65, ""):
        assert list(store.read(name)) == []
        assert list(store.read("post", ids=[name], on=DAY)) == []
    assert store.keyed("unknown") is None
    assert store.keyed("\ud800") is None


@pytest.mark.parametrize("bad", [1, 2, 5_000, 10_000])
def test_a_changeset_of_ten_thousand_rows_is_stored_whole_or_not_at_all(store: Store, bad: int) -> None:
    rows = [row(f"r{place:05}") for place in range(1, 10_001)]
    rows[bad - 1] = evolve(rows[bad - 1], body="1.5")
    with pytest.raises(StoreProblem):
        add(store, *rows)
    assert store.head() == Head()
    assert list(store.read("post")) == []
    rows[bad - 1] = evolve(rows[bad - 1], body="1")
    assert add(store, *rows).number == 1
    assert len(list(store.read("post", on=DAY))) == 10_000


def test_an_empty_changeset_and_a_doubled_row_are_refused(store: Store) -> None:
    for rows in ((), (row(), row(body="1"))):
        with pytest.raises(StoreProblem):
            add(store, *rows)
    assert store.head() == Head()


def test_the_same_key_with_the_same_content_is_one_effect(store: Store) -> None:
    first = add(store, row(), key="k1")
    add(store, row("b"))
    assert store.append(draft(row(), key="k1"), 0) == first
    assert store.head().number == 2
    found = store.keyed("k1")
    assert found is not None
    assert found.head == first


def test_the_same_key_with_other_content_is_an_error(store: Store) -> None:
    add(store, row(), key="k1")
    with pytest.raises(StoreProblem) as caught:
        add(store, row("b"), key="k1")
    assert caught.value.code == "key-reused"
    assert store.head().number == 1


def test_numbers_have_no_gap_after_failures(store: Store) -> None:
    add(store, row())
    for bad in (row("b", "x"), row("a b")):
        with pytest.raises(PartybuildingError):
            add(store, bad)
    add(store, row("b"))
    assert [each.header.number for each in store.changes()] == [1, 2]


def test_rows_come_in_code_point_order(store: Store) -> None:
    names = ["b", "A", "a", "𠀀", "é", "e", "示", "\uff21", "10", "9"]
    add(store, *(row(name, kind=kind) for name in names for kind in ("tenure", "post")))
    assert store.kinds() == ("post", "tenure")
    assert [each.row.id for each in store.read("post", on=DAY)] == sorted(names)
    (changeset,) = store.changes()
    assert [(each.kind, each.id) for each in changeset.rows] == sorted(
        (k, n) for k in ("post", "tenure") for n in names
    )


def test_days_are_half_open(store: Store) -> None:
    add(store, row(starts=DAY, ends=NEXT))
    assert [bool(state(store, day)) for day in (DAY - timedelta(1), DAY, NEXT)] == [False, True, False]


def test_open_ends_hold_for_ever(store: Store) -> None:
    add(store, row("until", ends=DAY), row("since", starts=DAY), row("ever"))
    assert set(state(store, date.min)) == {"until", "ever"}
    assert set(state(store, date.max)) == {"since", "ever"}


def test_a_later_correction_is_seen_from_its_number_on_only(store: Store) -> None:
    add(store, row(body="1", starts=DAY))
    add(store, row(body="2", starts=DAY))
    assert [state(store, DAY, known=known) for known in (0, 1, 2, None)] == [
        {},
        {"a": "1"},
        {"a": "2"},
        {"a": "2"},
    ]


def test_a_future_row_is_not_seen_before_its_day(store: Store) -> None:
    add(store, row(body="1"), row(body="2", starts=NEXT))
    assert (state(store, DAY), state(store, NEXT)) == ({"a": "1"}, {"a": "2"})


def test_a_withdrawn_row_is_gone_for_its_days_and_stays_in_history(store: Store) -> None:
    add(store, row(body="1"))
    add(store, row(body=None, starts=NEXT))
    assert (state(store, DAY), state(store, NEXT)) == ({"a": "1"}, {})
    assert [each.row.body for each in store.read("post")] == ["1", None]
    add(store, row(body="2", starts=NEXT))
    assert state(store, NEXT) == {"a": "2"}


def test_of_overlapping_rows_the_largest_number_wins_and_in_one_changeset_the_later_start(
    store: Store,
) -> None:
    add(store, row(body="1", starts=DAY), row(body="2", starts=NEXT), row(body="0"))
    assert [state(store, day)["a"] for day in (date.min, DAY, NEXT)] == ["0", "1", "2"]
    add(store, row(body="3"))
    assert [state(store, day)["a"] for day in (date.min, DAY, NEXT)] == ["3", "3", "3"]


def test_known_beyond_the_head_is_an_error_at_once(store: Store) -> None:
    add(store, row())
    for action in (
        lambda: store.read("post", known=2),
        lambda: store.kinds(2),
        lambda: store.read("post", known=-1),
    ):
        with pytest.raises(StoreProblem) as caught:
            action()
        assert caught.value.code == "known-beyond-head"


def test_kinds_are_those_known_at_a_number(store: Store) -> None:
    add(store, row(kind="tenure"))
    add(store, row(kind="post"), row("b", kind="tenure"))
    assert [store.kinds(known) for known in (0, 1, 2)] == [(), ("tenure",), ("post", "tenure")]


def test_ids_limit_what_is_read(store: Store) -> None:
    names = [f"r{place}" for place in range(1200)]
    add(store, *(row(name) for name in names))
    assert [each.row.id for each in store.read("post", ids=reversed(names), on=DAY)] == sorted(names)
    assert [each.row.id for each in store.read("post", ids=("r7", "r5", "r7"))] == ["r5", "r7"]
    assert list(store.read("post", ids=())) == []


def test_changes_form_a_chain_and_may_be_read_in_part(store: Store) -> None:
    for place in range(4):
        add(store, row(f"r{place}"), row("a", str(place)), key=f"k{place}")
    changes = list(store.changes())
    previous = Head()
    for changeset in changes:
        assert verify_link(changeset, previous) == ()
        previous = changeset.head
    assert previous == store.head()
    assert list(store.changes(2, 4)) == changes[1:3]
    assert list(store.changes(3)) == changes[2:]
    assert list(store.changes(0, 1)) == list(store.changes(9)) == list(store.changes(4, 2)) == []
    entries = list(store.entries())
    assert [(each.header, each.digest, each.hash, each.count) for each in entries] == [
        (each.header, each.digest, each.hash, 2) for each in changes
    ]
    assert entries[1:3] == list(store.entries(2, 4))


def test_every_field_of_the_header_is_returned(store: Store) -> None:
    header = Header(
        at=MOMENT + timedelta(microseconds=7),
        actor="办公室",
        on_behalf_of="bureau",
        reason="开年",
        command="load",
        key="k1",
        versions=(("partybuilding", "0.1.0"), ("python", "3.11")),
        manifest=(("acheng", "ab"), ("national", "cd")),
        rule="allow-all",
    )
    store.append(Draft(header=header, rows=(row(),)), 0)
    (changeset,) = store.changes()
    assert changeset.header == evolve(header, number=1)


def test_blobs_are_kept_by_their_content(store: Store) -> None:
    contents = [b"", bytes(range(256)), b"x" * 1_000_000]
    blobs = tuple((sha256(content).hexdigest(), content) for content in contents)
    add(store, row(), blobs=(*blobs, blobs[0]))
    add(store, row("b"), blobs=blobs[:1])
    assert [store.blob(digest) for digest, _ in blobs] == contents
    first, second = store.changes()
    assert first.blobs == tuple(sorted(digest for digest, _ in blobs))
    assert second.blobs == (blobs[0][0],)
    for unknown in (sha256(b"other").hexdigest(), "\ud800"):
        with pytest.raises(StoreProblem) as caught:
            store.blob(unknown)
        assert caught.value.code == "blob-unknown"


def test_a_content_that_does_not_fit_its_digest_is_refused(store: Store) -> None:
    with pytest.raises(StoreProblem) as caught:
        add(store, row(), blobs=(("ab" * 32, b"x"),))
    assert caught.value.code == "blob-digest"


@pytest.mark.parametrize(
    "body",
    [
        '"示例村 𠀀 😀 e\u0301 \u202e"',
        '""',
        "null",
        "-9223372036854775808",
        "true",
        "1",
        '"\'; DROP TABLE x; -- % \\\\ \\" _"',
        '"' + "长" * 1_400_000 + '"',
        "[" * 50 + "]" * 50,
    ],
    ids=[
        "marks",
        "empty text",
        "null",
        "least",
        "true",
        "one",
        "statement",
        "four megabytes",
        "fifty levels",
    ],
)
def test_bodies_come_back_byte_for_byte(store: Store, body: str) -> None:
    add(store, row(body=body))
    assert state(store, DAY) == {"a": body}


def test_names_that_look_alike_are_different(store: Store) -> None:
    names = ["a", "A", "\uff21", "é", "e\u0301", "ｅ"]
    add(store, *(row(name, f'"{place}"') for place, name in enumerate(names)))
    assert state(store, DAY) == {name: f'"{place}"' for place, name in enumerate(names)}


def test_all_days_of_the_calendar_are_kept(store: Store) -> None:
    add(store, row(starts=date.min, ends=date.max), row("b"), row("b", starts=date.min))
    rows = [each.row for each in store.read("post")]
    assert rows == [row(starts=date.min, ends=date.max), row("b"), row("b", starts=date.min)]


def test_two_stores_do_not_know_of_each_other(tmp_path: Path) -> None:
    for name, opener in OPENERS.items():
        folders = [tmp_path / name / each for each in "12"]
        for folder in folders:
            folder.mkdir(parents=True)
        with opener(folders[0]) as one, opener(folders[1]) as two:
            add(one, row())
            assert (one.head().number, two.head().number) == (1, 0)


def test_a_store_opened_for_reading_refuses_to_write(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    open_sqlite(url).close()
    for store in (open_memory("memory:", read_only=True), open_sqlite(url, read_only=True)):
        with store, pytest.raises(StoreReadOnly):
            store.append(draft(row()), 0)


days = st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 6))
bodies = st.none() | st.sampled_from(["1", "2", '"x"'])
names = st.sampled_from(["a", "b", "示"])
spans = st.tuples(days, days).filter(lambda span: span[0] is None or span[1] is None or span[0] < span[1])
changesets = st.lists(
    st.builds(lambda name, span, body: row(name, body, starts=span[0], ends=span[1]), names, spans, bodies),
    min_size=1,
    max_size=4,
    unique_by=lambda each: (each.id, each.starts),
)


def naive(history: list[list[Row]], on: date, known: int) -> dict[str, str]:
    """The state, from the words of the specification: the last row said about a day counts."""
    found: dict[str, str | None] = {}
    for rows in history[:known]:
        for each in sorted(rows, key=lambda row: (row.starts is not None, row.starts or date.min)):
            if (each.starts is None or each.starts <= on) and (each.ends is None or on < each.ends):
                found[each.id] = each.body
    return {name: body for name, body in sorted(found.items()) if body is not None}


@settings(max_examples=60, deadline=None)
@given(
    history=st.lists(changesets, min_size=1, max_size=6),
    on=st.dates(date(2026, 1, 1), date(2026, 1, 6)),
    data=st.data(),
)
def test_the_state_of_a_day_equals_a_naive_replay_and_both_stores_agree(
    tmp_path_factory: pytest.TempPathFactory, history: list[list[Row]], on: date, data: st.DataObject
) -> None:
    known = data.draw(st.integers(0, len(history)))
    answers = []
    for opener in OPENERS.values():
        with opener(tmp_path_factory.mktemp("store")) as store:
            for rows in history:
                add(store, *rows)
            assert state(store, on, known=known) == naive(history, on, known)
            answers.append((store.head(), list(store.changes()), list(store.read("post", known=known))))
    assert answers[0] == answers[1]
