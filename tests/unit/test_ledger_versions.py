"""Versions succeed one another by their starts, whatever the order in which they became known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.record import Record, State
from partybuilding.domain.sheets import sheet
from partybuilding.errors import RecordProblem
from partybuilding.extension.store import Draft, Header, Store
from partybuilding.ledger.spans import EVER, NEVER, Span, end_of, gaps, laid, shown, start_of
from partybuilding.ledger.versions import Withdrawal, blobs_of, content, content_digest, record_of, rows_of
from partybuilding.storage.memory import MemoryStore

HEADER = Header(at=datetime(2026, 1, 5, tzinfo=UTC), actor="office", reason="test", rule="allow-all")
DAYS = [date(2026, 1, 1) + timedelta(each) for each in range(8)]


def named(name: str, starts: date | None = None, ends: date | None = None, id_: str = "a") -> Organisation:
    return Organisation(id=id_, name=name, kind="village", starts=starts, ends=ends)


def add(store: Store, *records: Record | Withdrawal) -> int:
    """Store what is new; gives how many rows that were."""
    number = store.head().number
    rows = rows_of(records, store=store, known=number)
    if rows:
        store.append(Draft(header=HEADER, rows=[row for row, _ in rows], blobs=blobs_of(records)), number)
    return len(rows)


def names(store: Store, id_: str = "a") -> list[str]:
    """The name on each of the eight days; a dot where nothing holds."""
    found = []
    for day in DAYS:
        stored = next(store.read("organisation", ids=[id_], on=day), None)
        record = None if stored is None else record_of("organisation", str(stored.row.body), store)
        found.append(record.name if isinstance(record, Organisation) else ".")
    return found


def test_a_repeated_version_is_no_new_row() -> None:
    store = MemoryStore()
    assert add(store, named("A")) == 1
    assert add(store, named("A")) == 0
    assert store.head().number == 1


def test_a_later_start_follows_and_leaves_the_time_before() -> None:
    store = MemoryStore()
    add(store, named("A"))
    assert add(store, named("B", DAYS[3])) == 1
    assert names(store) == ["A"] * 3 + ["B"] * 5


def test_a_version_for_an_earlier_time_does_not_cover_a_later_one() -> None:
    store = MemoryStore()
    add(store, named("B", DAYS[3]))
    add(store, named("A"))
    assert names(store) == ["A"] * 3 + ["B"] * 5
    add(store, named("corrected"))
    assert names(store) == ["corrected"] * 3 + ["B"] * 5
    assert add(store, named("corrected"), named("B", DAYS[3])) == 0


def test_ending_a_state_ends_it_also_where_it_was_open() -> None:
    store = MemoryStore()
    add(store, named("A"))
    add(store, named("A", ends=DAYS[5]))
    assert names(store) == ["A"] * 5 + ["."] * 3
    add(store, named("B", DAYS[2], DAYS[4]))
    assert names(store) == ["A"] * 2 + ["B"] * 2 + ["."] * 4
    add(store, named("A", ends=DAYS[1]))
    assert names(store) == ["A", ".", "B", "B", ".", ".", ".", "."]
    add(store, named("B", DAYS[2]))
    assert names(store) == ["A", ".", "B", "B", "B", "B", "B", "B"]


def test_going_back_to_an_earlier_content_is_a_new_version() -> None:
    store = MemoryStore()
    for name in "ABA":
        assert add(store, named(name)) == 1
    assert names(store) == ["A"] * 8


def test_a_withdrawn_version_gives_its_days_to_the_one_before() -> None:
    store = MemoryStore()
    add(store, named("A"), named("B", DAYS[3]), named("C", DAYS[5]))
    add(store, Withdrawal(noun="organisation", id="a", starts=DAYS[3]))
    assert names(store) == ["A"] * 5 + ["C"] * 3
    add(
        store,
        Withdrawal(noun="organisation", id="a"),
        Withdrawal(noun="organisation", id="a", starts=DAYS[5]),
    )
    assert names(store) == ["."] * 8
    assert [each.row.body for each in store.read("organisation")][-1] is None


def test_a_start_that_was_wrong_is_withdrawn_and_given_anew() -> None:
    store = MemoryStore()
    add(store, named("A", DAYS[2]))
    add(store, named("A", DAYS[4]), Withdrawal(noun="organisation", id="a", starts=DAYS[2]))
    assert names(store) == ["."] * 4 + ["A"] * 4


def step(day: date, note: str = "", id_: str = "s") -> Step:
    return Step(id=id_, of="item:1", name="rectify", post="p", day=day, note=note)


def test_an_event_has_one_version_and_the_last_word_counts() -> None:
    store = MemoryStore()
    add(store, step(DAYS[3]))
    for day in (DAYS[5], DAYS[1]):
        add(store, step(day))
        held = [[each.row.starts for each in store.read("step", on=each)] for each in DAYS]
        assert held == [[day] if each >= day else [] for each in DAYS]
    add(store, Withdrawal(noun="step", id="s", starts=DAYS[1]))
    assert list(store.read("step", on=DAYS[7])) == []


def test_what_cannot_be_said_is_told_all_at_once() -> None:
    store = MemoryStore()
    with pytest.raises(RecordProblem) as caught:
        add(
            store,
            named("A"),
            named("B"),
            Withdrawal(noun="organisation", id="b"),
            Withdrawal(noun="step", id="s", starts=DAYS[0]),
        )
    assert [(each.code, each.where.record) for each in caught.value.problems] == [
        ("record-twice", "a"),
        ("nothing-to-withdraw", "b"),
        ("nothing-to-withdraw", "s"),
    ]
    with pytest.raises(RecordProblem) as caught:
        add(store, Withdrawal(noun="spirit", id="s"), named("A"))
    assert caught.value.code == "unknown-noun"
    assert store.head().number == 0


def test_a_sheet_is_kept_by_the_digest_of_its_content() -> None:
    store = MemoryStore()
    reading = sheet(name="members", unit="member", starts=DAYS[0], ends=DAYS[7], figures={"a": 1, "b": 2**40})
    again = sheet(name="trained", unit="member", starts=DAYS[0], ends=DAYS[7], figures={"a": 0, "b": 3})
    assert add(store, reading, again) == 2
    assert len(next(store.changes()).blobs) == 3
    assert add(store, reading) == 0
    found = {
        each.row.id: record_of("sheet", str(each.row.body), store) for each in store.read("sheet", on=DAYS[1])
    }
    assert found == {reading.id: reading, again.id: again}
    assert "index" in content(reading)
    assert len(content(reading)) < 400


def test_the_digest_of_a_record_is_that_of_its_stored_text() -> None:
    store = MemoryStore()
    record = step(DAYS[0], "说明")
    record = evolve(record, evidence=(Evidence(reference="文件1", digest="ab"),))
    add(store, record)
    (stored,) = store.read("step")
    assert stored.row.body == content(record)
    assert content_digest(record) != content_digest(evolve(record, note="另一说明"))
    assert record_of("step", content(record), store) == record


days = st.none() | st.sampled_from(DAYS)
versions = st.builds(
    lambda name, starts, ends: named(
        name, starts, ends if starts is None or ends is None or starts < ends else None
    ),
    st.sampled_from("AB"),
    days,
    days,
)


def wanted(history: list[list[Organisation]]) -> list[str]:
    """The latest word on each start; each version until it ends or the next one starts."""
    by_start = {record.starts: record for records in history for record in records}
    ordered = sorted(
        by_start.values(), key=lambda record: (record.starts is not None, record.starts or date.min)
    )
    found = []
    for day in DAYS:
        begun = [record for record in ordered if record.starts is None or record.starts <= day]
        found.append(begun[-1].name if begun and begun[-1].holds(day) else ".")
    return found


@given(
    st.lists(
        st.lists(versions, min_size=1, max_size=3, unique_by=lambda each: each.starts), min_size=1, max_size=5
    )
)
def test_whatever_the_order_of_commits_each_version_holds_until_it_ends_or_the_next_starts(
    history: list[list[Organisation]],
) -> None:
    store = MemoryStore()
    for at, records in enumerate(history):
        add(store, *records)
        assert names(store) == wanted(history[: at + 1])
        assert add(store, *records) == 0


spans = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8), st.none() | st.sampled_from("abc")), max_size=8
)


@given(spans, st.integers(0, 20), st.integers(1, 9))
def test_the_last_word_on_a_day_counts_and_gaps_are_the_other_days(
    words: list[tuple[int, int, str | None]], first: int, length: int
) -> None:
    found: tuple[Span[str], ...] = ()
    said: dict[int, str | None] = {}
    for start, size, value in words:
        found = laid(found, start, start + size, value)
        said |= dict.fromkeys(range(start, start + size), value)
    held = {day: span.value for span in found for day in range(span.first, span.last)}
    assert held == {day: value for day, value in said.items() if value is not None}
    missing = {day for start, end in gaps(found, first, first + length) for day in range(start, end)}
    assert missing == set(range(first, first + length)) - set(held)


def test_open_ends_have_numbers_and_names_of_their_own() -> None:
    assert (start_of(EVER), end_of(NEVER), shown(EVER), shown(NEVER)) == (None, None, "ever", "never")
    assert (start_of(1), end_of(NEVER - 1), shown(1)) == (date.min, date.max, "0001-01-01")
    assert Span(EVER, NEVER, "a").holds(date.max)
    held = Span(DAYS[2].toordinal(), DAYS[4].toordinal(), "a")
    assert [held.holds(day) for day in DAYS[1:6]] == [False, True, True, False, False]
    assert held.meets(DAYS[3].toordinal(), NEVER)
    assert not held.meets(DAYS[4].toordinal(), NEVER)
    assert not held.meets(EVER, DAYS[2].toordinal())
    assert issubclass(Organisation, State)
