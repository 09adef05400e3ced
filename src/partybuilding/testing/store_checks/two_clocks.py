"""C: the two clocks: for which day a row speaks, and from which changeset on it is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partybuilding.errors import StoreProblem
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.expecting import refused, same
from partybuilding.testing.store_checks.writing import DAY, KIND, NEXT, add, row, state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partybuilding.extension.store import Row, Store

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 6)
HISTORIES = 2_000
BESIDE = 20
"""Histories in one store, each a kind of its own: a new store for each would only measure how it opens."""
_ONE = timedelta(days=1)


@requires(
    "C1",
    "起始日当天有效，终止日当天无效。",
    "A row holds on its first day, and no more on the day it ends.",
)
def half_open(subject: Subject) -> None:
    """Also where the row holds for a single day."""
    with subject.make() as store:
        add(store, row(starts=DAY, ends=NEXT), row("long", starts=DAY, ends=date(2027, 6, 1)))
        found = [
            list(state(store, day)) for day in (DAY - _ONE, DAY, NEXT, date(2027, 5, 31), date(2027, 6, 1))
        ]
        same(
            found,
            [[], ["a", "long"], ["long"], ["long"], []],
            "who is in force around the first and last day",
        )


@requires(
    "C2", "无终止日的行一直有效，无起始日的行自始有效。", "A row without an end or a start holds for ever."
)
def open_ended(subject: Subject) -> None:
    """To the first and the last day of the calendar."""
    with subject.make() as store:
        add(store, row("until", ends=DAY), row("since", starts=DAY), row("ever"))
        same(
            list(state(store, date.min)),
            ["ever", "until"],
            "who is in force on the first day of the calendar",
        )
        same(list(state(store, date.max)), ["ever", "since"], "who is in force on its last day")


@requires(
    "C3",
    "对过去的更正：以新的已知编号可见，以旧的不可见。",
    "A correction of the past is seen as known now, and not as known before.",
)
def corrected(subject: Subject) -> None:
    """What was known at a number is the same for ever."""
    with subject.make() as store:
        add(store, row(body="1", starts=DAY))
        add(store, row("b"))
        add(store, row(body="2", starts=DAY))
        found = [state(store, DAY, known).get("a") for known in (0, 1, 2, 3, None)]
        same(found, [None, "1", "1", "2", "2"], "the body as known at 0, 1, 2, 3 and now")
        history = [[each.row.body for each in store.read(KIND, ids=["a"], known=known)] for known in (2, 3)]
        same(history, [["1"], ["1", "2"]], "the history as known at 2 and 3")
        same([store.kinds(0), store.kinds(1)], [(), (KIND,)], "the kinds as known at 0 and 1")


@requires("C4", "未来生效的行在生效日之前不可见。", "A row for the future is not seen before its day.")
def future(subject: Subject) -> None:
    """However long before its day it was appended."""
    with subject.make() as store:
        add(store, row(body="1"))
        add(store, row(body="2", starts=NEXT), row("b", starts=NEXT))
        same(state(store, DAY), {"a": "1"}, "the day before")
        same(state(store, NEXT), {"a": "2", "b": "{}"}, "the first day")


@requires(
    "C5",
    "已撤回的记录在其期间不可见，但留在历史中。",
    "A withdrawn record is gone for its days, and stays in history.",
)
def withdrawn(subject: Subject) -> None:
    """A withdrawal hides earlier rows of these days, and may itself be corrected."""
    with subject.make() as store:
        add(store, row(body="1"))
        add(store, row(body=None, starts=NEXT))
        same([state(store, DAY), state(store, NEXT)], [{"a": "1"}, {}], "before and from the withdrawal")
        same(state(store, NEXT, known=1), {"a": "1"}, "the withdrawn day as known before")
        same([each.row.body for each in store.read(KIND)], ["1", None], "the history")
        add(store, row(body="2", starts=NEXT, ends=date(2026, 6, 9)))
        found = [state(store, day) for day in (NEXT, date(2026, 6, 9))]
        same(found, [{"a": "2"}, {}], "the days that were given back, and the ones that were not")


@requires("C6", "期间重叠时，编号最大者为准。", "Of overlapping rows the one with the largest number counts.")
def overlapping(subject: Subject) -> None:
    """Not the one that starts last, nor the shortest; several digits of numbers are numbers, not text."""
    with subject.make() as store:
        for number in range(1, 13):
            add(store, row(body=str(number), starts=DAY - timedelta(days=number)))
            same(state(store, DAY), {"a": str(number)}, f"the day after changeset {number}")
        add(store, row(body="13", ends=NEXT))
        found = [state(store, day)["a"] for day in (date.min, DAY, NEXT)]
        same(found, ["13", "13", "12"], "before, within and after the last row")
        same([each.number for each in store.read(KIND)], list(range(1, 14)), "the numbers of the history")


@requires(
    "C7",
    "同一变更集中同一记录可有不同期间的多行；重叠时以起始较晚者为准。",
    "One changeset may hold rows of one record for different days; of two that overlap the later start counts.",
)
def together(subject: Subject) -> None:
    """In whatever order they were handed over."""
    rows = row(body="2", starts=NEXT), row(body="0"), row(body="1", starts=DAY, ends=date(2026, 7, 1))
    for handed in (rows, rows[::-1]):
        with subject.make() as store:
            add(store, *handed)
            found = [state(store, day)["a"] for day in (date.min, DAY, NEXT, date(2026, 7, 1))]
            same(found, ["0", "1", "2", "2"], "the days of three rows of one changeset")
            same([each.row.body for each in store.read(KIND)], ["0", "1", "2"], "their order in history")


@requires(
    "C8",
    "已知编号大于链首：报错，不当作“现在”。",
    "Known beyond the head is an error at once, and never read as now.",
)
def beyond(subject: Subject) -> None:
    """Nobody can know what was not written; a negative number is no number either."""
    with subject.make() as store:
        for head in (0, 1):
            for known in (head + 1, 2**40, -1):
                with refused(
                    StoreProblem, f"reading as known at {known} of {head}", code="known-beyond-head"
                ):
                    store.read(KIND, known=known)
                with refused(StoreProblem, f"a day as known at {known} of {head}", code="known-beyond-head"):
                    store.read("unknown", on=DAY, known=known)
                with refused(
                    StoreProblem, f"the kinds as known at {known} of {head}", code="known-beyond-head"
                ):
                    store.kinds(known)
            add(store, row())


_DAYS = (None, *(FIRST + timedelta(days=number) for number in range(6)))
_ROWS = tuple(
    row(name, body, starts=starts, ends=ends)
    for name in ("a", "A", "示", "a0")
    for body in ("1", "2", '"x"', "null", None)
    for starts in _DAYS
    for ends in _DAYS
    if starts is None or ends is None or starts < ends
)
_changesets = st.lists(
    st.sampled_from(_ROWS), min_size=1, max_size=4, unique_by=lambda each: (each.id, each.starts)
)
histories = st.lists(_changesets, min_size=1, max_size=6)
"""Random histories: changesets of rows of a few records over a few days, in which overlaps, corrections and withdrawals are frequent."""


def replayed(history: Sequence[Sequence[Row]], on: date, known: int) -> dict[str, str | None]:
    """The state of a day, from the words of the specification: the last row said about the day counts."""
    found: dict[str, str | None] = {}
    for rows in history[:known]:
        for each in sorted(rows, key=lambda row: (row.starts is not None, row.starts or date.min)):
            if (each.starts is None or each.starts <= on) and (each.ends is None or on < each.ends):
                found[each.id] = each.body
    return {name: body for name, body in sorted(found.items()) if body is not None}


@requires(
    "C9",
    "2000 段随机历史的任意时点状态，与逐条重放的结果一致。",
    "On 2,000 random histories, the state of any day as known at any number equals a naive replay.",
)
def as_replayed(subject: Subject) -> None:
    """Hypothesis draws and shrinks the histories; overlaps, corrections and withdrawals are frequent."""

    @settings(
        max_examples=HISTORIES // BESIDE,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(
        drawn=st.lists(histories, min_size=BESIDE, max_size=BESIDE), on=st.dates(FIRST, LAST), data=st.data()
    )
    def compare(drawn: list[list[list[Row]]], on: date, data: st.DataObject) -> None:
        with subject.make() as store:
            _write(store, drawn)
            head = store.head().number
            for known in {data.draw(st.integers(0, head)), head}:
                for place, history in enumerate(drawn):
                    found = state(store, on, known, kind=f"k{place}")
                    same(found, replayed(history, on, known), f"{on} as known at {known} of {history}")

    compare()


def _write(store: Store, drawn: list[list[list[Row]]]) -> None:
    """Put the n-th changeset of every history into one; where a history is shorter, nothing more is said."""
    for step in range(max(map(len, drawn))):
        rows = [
            evolve(each, kind=f"k{place}")
            for place, history in enumerate(drawn)
            for each in (history[step] if step < len(history) else ())
        ]
        add(store, *rows)
