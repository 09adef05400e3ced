"""J: a store stays usable as it grows. Times are told, not judged: they are the machine's as much as the store's."""

from __future__ import annotations

import tracemalloc
from statistics import median
from timeit import repeat, timeit
from typing import TYPE_CHECKING

from partybuilding.extension.canonical import canonical
from partybuilding.ledger.chain import verify_chain
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.expecting import fail, same
from partybuilding.testing.store_checks.writing import DAY, KIND, add, row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from partybuilding.extension.store import Store

BATCH = 5_000
ROWS = {"default": 20_000, "soak": 1_000_000}
STREAMED = {"default": 12_000, "soak": 400_000}
WIDE = 2_500
"""Characters of a streamed body: thirty megabytes in all even by default, so that a store that holds them shows."""
LEAST_ROOM = 25_000_000
ROOM_OF_A_ROW = 200
"""Bytes: 200 MB for a million rows."""
AT_ONCE = 50_000
LEFT = 100_000
"""Bytes that may stay after a second reading; caches fill at the first one."""


def _fill(store: Store, rows: int, body: str = '{"x":1}') -> None:
    for start in range(0, rows, BATCH):
        add(store, *(row(f"r{place:07}", body) for place in range(start, min(start + BATCH, rows))))


@requires(
    "J1",
    "分批写入大量行（两万行，长时运行一百万行），用时只作报告。",
    "Many rows are written in batches (20,000; in the soak a million); the time is told, not judged.",
)
def written(subject: Subject) -> None:
    """All are there, and the chain holds."""
    rows = ROWS[subject.effort]
    with subject.make() as store:
        seconds = timeit(lambda: _fill(store, rows), number=1)
        subject.tell(f"J1 {subject.backend.scheme}: {rows} rows in {seconds:.1f} s")
        same(store.head().number, -(-rows // BATCH), "the number of batches")
        same(sum(1 for _ in store.read(KIND, on=DAY)), rows, "how many rows are read")
        same(verify_chain(store), (), "what the verifier finds")


@requires(
    "J2",
    "流式读取时内存不随行数增长（百万行少于 200 MB），读完不留。",
    "Reading as a stream stays within 200 MB for a million rows, and leaves nothing behind.",
)
def streamed(subject: Subject) -> None:
    """Measured as what Python allocates while it reads; what the store held before does not count."""
    rows = STREAMED[subject.effort]
    room = max(LEAST_ROOM, ROOM_OF_A_ROW * rows)
    with subject.make() as store:
        _fill(store, rows, canonical("x" * WIDE))
        tracemalloc.start()
        try:
            _measure("a day", rows, room, lambda: store.read(KIND, on=DAY))
            _measure("the history", rows, room, lambda: store.read(KIND), turns=1)
        finally:
            tracemalloc.stop()


def _measure(
    what: str, rows: int, room: int, read: Callable[[], Iterator[object]], *, turns: int = 2
) -> None:
    """Read twice: the first time caches may fill, the second time nothing may stay."""
    for turn in range(turns):
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        same(sum(1 for _ in read()), rows, f"how many rows {what} has")
        now, peak = tracemalloc.get_traced_memory()
        if peak - before > room:
            fail(f"reading {what} of {rows} rows took {peak - before} bytes, at most {room} are allowed")
        if turn and now - before > LEFT:
            fail(f"reading {what} a second time left {now - before} bytes behind")


@requires(
    "J3",
    "按标识读取某日状态，用时只作报告。",
    "One record of a past day is read by its id; the time is told, not judged.",
)
def point(subject: Subject) -> None:
    """As known half-way, the median of a hundred."""
    rows = ROWS[subject.effort]
    with subject.make() as store:
        _fill(store, rows)
        known = store.head().number // 2
        names = iter([f"r{place * 37 % (rows // 2):07}" for place in range(100)])
        found: list[int] = []

        def ask() -> None:
            found.append(sum(1 for _ in store.read(KIND, ids=[next(names)], on=DAY, known=known)))

        seconds = median(repeat(ask, number=1, repeat=100))
        subject.tell(f"J3 {subject.backend.scheme}: {seconds * 1000:.2f} ms for one of {rows} rows")
        same(found, [1] * 100, "how many rows each of a hundred questions found")


@requires(
    "J4",
    "一批五万行、一次查询五万个标识，不超出参数上限。",
    "A batch of 50,000 rows, and a question for 50,000 ids, exceed no limit of the database.",
)
def at_once(subject: Subject) -> None:
    """Limits of parameters, of a statement's length, of a message."""
    names = [f"r{place:05}" for place in range(AT_ONCE)]
    with subject.make() as store:
        same(add(store, *(row(name) for name in names)).number, 1, "the number of the changeset")
        found = [each.row.id for each in store.read(KIND, ids=reversed(names), on=DAY)]
        same(found == names, True, f"that {AT_ONCE} ids asked for are given, in order ({len(found)} given)")
        same(len(next(iter(store.changes())).rows), AT_ONCE, "how many rows stand in the changeset")
        (entry,) = store.entries()
        same(entry.count, AT_ONCE, "how many rows the log counts")
