"""B: a changeset is stored whole or not at all, once, and in a defined order."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from attrs import evolve

from partybuilding.errors import HeadMoved, StoreProblem
from partybuilding.extension.sealing import verify_link
from partybuilding.extension.store import Head
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.contract import CONTENT, DIGEST
from partybuilding.testing.store_checks.expecting import fail, refused, same
from partybuilding.testing.store_checks.writing import DAY, NEXT, add, content, draft, row, state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from partybuilding.extension.store import Changeset, Draft, Row, Store

ROWS = 10_000
PATIENCE = 200
FAILING = (1, 2, 5_000, 10_000)
NAMES = ("b", "A", "a", "𠀀", "é", "e\u0301", "示", "\uff21", "10", "9", "_", "ß", "SS", "z")
KINDS = ("tenure", "post", "POST", "办法")


@requires(
    "B1",
    "一万行的变更集：第 1、2、5000、10000 行出错时全部不存，否则全部存入。",
    "A changeset of 10,000 rows is stored whole or not at all, whichever row fails: 1, 2, 5,000 or 10,000.",
)
def whole(subject: Subject) -> None:
    """A failing row leaves nothing of the rows before it, nor the head, nor the content that came along."""
    rows = [row(f"r{place:05}", f'"{place}"') for place in range(1, ROWS + 1)]
    with subject.make() as store:
        for place in FAILING:
            spoiled = [*rows[: place - 1], evolve(rows[place - 1], body="1.5"), *rows[place:]]
            with refused(StoreProblem, f"10,000 rows of which number {place} is bad"):
                add(store, *spoiled, key="k", contents=[CONTENT])
            same(content(store), (Head(), (), (), ()), f"the store after row {place} failed")
            same(store.keyed("k"), None, f"the key after row {place} failed")
            with refused(StoreProblem, f"the content after row {place} failed", code="blob-unknown"):
                store.blob(DIGEST)
        same(add(store, *rows).number, 1, "the number of the good changeset")
        same(len(state(store)), ROWS, "how many rows of the good changeset are read")
        same(len(next(store.changes()).rows), ROWS, "how many rows stand in the good changeset")


@requires(
    "B2",
    "追加途中调用方出错：一概不存，并把原错误交还调用方。",
    "The caller's error in the middle of an append stores nothing, and comes back as it was.",
)
def interrupted(subject: Subject) -> None:
    """The draft breaks when it is looked at for the n-th time, n = 1, 2 … until the append gets through."""
    with subject.make() as store:
        add(store, row())
        before = content(store)
        for patience in range(PATIENCE):
            try:
                head = store.append(cast("Draft", _Brittle(patience)), 1)
            except _Broken:
                same(content(store), before, f"the store after the draft broke at look {patience + 1}")
            else:
                same(
                    (patience > 0, head.number),
                    (True, 2),
                    "that the draft was looked at, and the next number",
                )
                return
        fail(f"an append looked more than {PATIENCE} times at its draft")


class _Broken(Exception):
    """The caller's own error."""


class _Brittle:
    """A draft that breaks after it was looked at a number of times."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._draft = draft(row("b"), row("c"), key="brittle", contents=[CONTENT])

    def __getattr__(self, name: str) -> object:
        if not self._patience:
            raise _Broken
        self._patience -= 1
        return getattr(self._draft, name)


@requires(
    "B3",
    "同一变更集内重复的行使整个变更集被拒绝。",
    "Two rows for one record from one day refuse the whole changeset.",
)
def doubled(subject: Subject) -> None:
    """Also where the two rows are equal."""
    with subject.make() as store:
        for second in (row(body="1"), row()):
            with refused(StoreProblem, "a doubled row", code="row-duplicate"):
                add(store, row("b"), row(), second)
        with refused(StoreProblem, "a doubled row with a start", code="row-duplicate"):
            add(store, row(starts=DAY, ends=NEXT), row(starts=DAY, body="2"))
        same(content(store), (Head(), (), (), ()), "the store after doubled rows")
        add(store, row(), row(kind="tenure"), row(starts=DAY))


@requires("B4", "空的变更集被拒绝。", "An empty changeset is refused.")
def nothing(subject: Subject) -> None:
    """A changeset without rows changes nothing, and so has no place in the chain."""
    with subject.make() as store:
        for drafted in (draft(), draft(contents=[CONTENT])):
            with refused(StoreProblem, "a changeset without rows", code="changeset-empty"):
                store.append(drafted, 0)
        same(content(store), (Head(), (), (), ()), "the store after an empty changeset")


@requires(
    "B5",
    "同一幂等键、同一内容：返回原号，不新增。",
    "The same idempotency key with the same content gives the same head, and adds nothing.",
)
def repeated(subject: Subject) -> None:
    """Whatever head the repeated request expects: it may come late, after others wrote."""
    with subject.make() as store:
        first = add(store, row(), key="k", contents=[CONTENT])
        second = add(store, row("b"), key="K")
        before = content(store)
        for expected in (0, 1, 2, 7):
            again = store.append(draft(row(), key="k", contents=[CONTENT]), expected)
            same(again, first, f"the head of the repeated request that expected {expected}")
        same(store.append(draft(row("b"), key="K"), 0), second, "the head of the second repeated request")
        same(content(store), before, "the store after repeated requests")
        found = store.keyed("k")
        same(None if found is None else found.head, first, "the changeset with the key")


@requires(
    "B6",
    "同一幂等键、不同内容：报错。",
    "The same idempotency key with other content is an error, and stores nothing.",
)
def reused(subject: Subject) -> None:
    """Other rows, other contents or another reason are another request."""
    with subject.make() as store:
        add(store, row(), key="k")
        before = content(store)
        for other in (
            draft(row("b"), key="k"),
            draft(row(), key="k", reason="another"),
            draft(row(), key="k", contents=[CONTENT]),
            draft(row(body="1"), key="k"),
        ):
            with refused(StoreProblem, "a key used for something else", code="key-reused"):
                store.append(other, 1)
        same(content(store), before, "the store after a reused key")


@requires("B7", "失败之后编号不留空缺。", "Numbers have no gap after failures, and the chain holds.")
def no_gap(subject: Subject) -> None:
    """Every way to fail, between every two good ones."""
    with subject.make() as store:
        for number in range(1, 6):
            same(
                add(store, row("a", str(number)), key=f"k{number}").number,
                number,
                "the number of a good append",
            )
            _fail_in_every_way(store)
        changes = tuple(store.changes())
        same([each.header.number for each in changes], [1, 2, 3, 4, 5], "the numbers of the changesets")
        same(tuple(store.changes(2, 4)), changes[1:3], "the changesets 2 and 3")
        same(tuple(store.changes(3)), changes[2:], "the changesets from 3 on")
        found = [(each.header, each.digest, each.hash, each.count) for each in store.entries(2, 4)]
        same(found, [(e.header, e.digest, e.hash, len(e.rows)) for e in changes[1:3]], "the log of 2 and 3")
        _require_chain(changes, store.head())


def _fail_in_every_way(store: Store) -> None:
    number = store.head().number
    for bad in (draft(), draft(row("b", "x")), draft(row("a b")), draft(row("b"), key="k1")):
        with refused(StoreProblem, "a bad draft"):
            store.append(bad, number)
    with refused(HeadMoved, "an append on an old head"):
        store.append(draft(row("b")), number - 1)


def _require_chain(changes: tuple[Changeset, ...], head: Head) -> None:
    last = Head()
    for changeset in changes:
        same(verify_link(changeset, last), (), f"what does not fit in changeset {changeset.header.number}")
        last = changeset.head
    same(last, head, "the head, by the last changeset")


@requires(
    "B8",
    "changes 与 read 的顺序固定（编号、种类、标识按码位），各后端一致。",
    "The order of changes and read is defined: number, kind, id by code point, start.",
)
def ordered(subject: Subject) -> None:
    """Whatever the order in which the rows were handed over, and whatever the database's own collation."""
    rows = tuple(_mixed())
    with subject.make() as store:
        add(store, *rows)
        add(store, *rows[::-2])
        first, second = store.changes()
        same(first.rows, tuple(sorted(rows, key=_key)), "the rows of a changeset")
        same(second.rows, tuple(sorted(rows[::-2], key=_key)), "the rows of a second changeset")
        same(store.kinds(), tuple(sorted(KINDS)), "the kinds")
        for kind in KINDS:
            same(list(state(store, kind=kind)), sorted(NAMES), f"the ids of {kind} on a day")
            every = [(each.row.id, each.number, each.row.starts or DAY.min) for each in store.read(kind)]
            same(every, sorted(every), f"id, number and start of the history of {kind}")
            same(
                len(every),
                sum(each.kind == kind for each in (*rows, *rows[::-2])),
                f"how many rows of {kind}",
            )
        some = tuple(each.row.id for each in store.read("post", ids=("b", "A", "b", "示"), on=DAY))
        same(some, ("A", "b", "示"), "the ids asked for in another order, one twice")


def _mixed() -> Iterator[Row]:
    for place, name in enumerate(NAMES):
        for kind in KINDS[:: 1 if place % 2 else -1]:
            yield row(name, str(place), kind=kind, starts=DAY)
            yield row(name, kind=kind)


def _key(each: Row) -> tuple[str, str, bool]:
    return each.kind, each.id, each.starts is not None


@requires(
    "B9",
    "追加后立即可读，经第二个连接亦然。",
    "What was appended is read at once, through a second connection and after a reopening too.",
)
def read_at_once(subject: Subject) -> None:
    """A backend that is not durable has no second connection to one store."""
    url = subject.place()
    with subject.reopen(url) as store:
        head = add(store, row(), contents=[CONTENT])
        same(state(store), {"a": "{}"}, "what was appended a moment ago")
        same(store.blob(DIGEST), CONTENT, "the content appended a moment ago")
        if "durable" not in subject.backend.capabilities:
            return
        with subject.reopen(url) as other:
            same(other.head(), head, "the head through a second connection")
            same(state(other), {"a": "{}"}, "what a second connection reads")
            head = add(store, row("b"))
            same(content(other), content(store), "what a second connection reads after another append")
    with subject.reopen(url) as store:
        same(store.head(), head, "the head after a reopening")
        same(
            (state(store), store.blob(DIGEST)), ({"a": "{}", "b": "{}"}, CONTENT), "what was stored, reopened"
        )
        same(add(store, row("c")).number, 3, "the next number after a reopening")
