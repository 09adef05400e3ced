"""A: the contract of a store, before anything goes wrong."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.errors import HeadMoved, StoreClosed, StoreProblem, StoreReadOnly
from partybuilding.extension.store import Draft, Head, Header, Stored
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.expecting import refused, same
from partybuilding.testing.store_checks.writing import DAY, KIND, MOMENT, add, content, draft, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from partybuilding.extension.store import Store

CONTENT = b"minutes"
DIGEST = sha256(CONTENT).hexdigest()
HEADER = Header(
    at=MOMENT + timedelta(microseconds=7),
    actor="办公室",
    on_behalf_of="bureau",
    reason="开年",
    command="load",
    key="k1",
    versions=[("python", "3.11"), ("partybuilding", "0.1.0")],
    manifest=[("national", "cd"), ("acheng", "ab")],
    rule="allow-all",
)
UNKNOWN = ("unknown", "a b", "\ud800", "x" * 65, "")


@requires("A1", "新库的链首为 0，读取为空。", "A new store has head 0 and reads empty.")
def empty(subject: Subject) -> None:
    """Nothing is there, and the head is the one that the first changeset is linked to."""
    with subject.make() as store:
        same(store.head(), Head(), "the head of a new store")
        same(store.kinds(), (), "the kinds of a new store")
        for name, given in (
            ("read", store.read(KIND)),
            ("changes", store.changes()),
            ("entries", store.entries()),
        ):
            same(tuple(given), (), f"{name} of a new store")


@requires(
    "A2", "每次追加返回链首号加一。", "An append gives the head plus one, and stores what was handed over."
)
def appended(subject: Subject) -> None:
    """The head moves by one; the row comes back with its number and digest, the header with every field."""
    with subject.make() as store:
        for number in (1, 2):
            head = add(store, row(f"r{number}", '{"x":1}'))
            same(head.number, number, "the number of the head that append gave")
            same(store.head(), head, "the head after an append")
        first = row("r1", '{"x":1}')
        found = tuple(store.read(KIND, ids=["r1"], on=DAY))
        same(found, (Stored(row=first, number=1, digest=first.digest),), "the row that was appended")
        store.append(Draft(header=HEADER, rows=[row("r3")]), 2)
        sealed = evolve(HEADER, number=3)
        same([each.header for each in store.changes(3)], [sealed], "the header of the changeset")
        same([each.header for each in store.entries(3)], [sealed], "the header in the log")
        keyed = store.keyed("k1")
        same(keyed and keyed.header, sealed, "the header that is found by its key")


@requires(
    "A3",
    "链首不符时拒绝（HeadMoved），不存入任何内容。",
    "A wrong expected head is refused as HeadMoved, and nothing is stored.",
)
def head_moved(subject: Subject) -> None:
    """Whoever has not seen the last changeset may not write over it; asking once more changes nothing."""
    with subject.make() as store:
        add(store, row())
        add(store, row("b"))
        before = content(store)
        for expected in (0, 0, 1, 1, 3, 3):
            with refused(HeadMoved, f"an append that expected head {expected} on head 2"):
                store.append(draft(row("c"), key="k"), expected)
        same(content(store), before, "the store after refused appends")
        same(store.keyed("k"), None, "the key of a refused append")


@requires(
    "A4", "关闭后的库拒绝一切操作（StoreClosed）。", "A closed store refuses everything as StoreClosed."
)
def closed(subject: Subject) -> None:
    """Every method says so, at the call and not only when its answer is walked through."""
    with subject.make() as store:
        add(store, row(), contents=[CONTENT])
        store.close()
        for name, action in _actions(store).items():
            with refused(StoreClosed, f"{name} of a closed store"):
                action()


def _actions(store: Store) -> dict[str, Callable[[], object]]:
    return {
        "append": lambda: store.append(draft(row("b")), 1),
        "head": store.head,
        "read": lambda: store.read(KIND),
        "kinds": store.kinds,
        "changes": store.changes,
        "entries": store.entries,
        "keyed": lambda: store.keyed("k"),
        "blob": lambda: store.blob(DIGEST),
    }


@requires("A5", "可以重复关闭。", "Closing twice is fine.")
def closed_twice(subject: Subject) -> None:
    """The second close does nothing, and says nothing."""
    store = subject.make()
    store.close()
    store.close()


@requires("A6", "离开 with 块即关闭，出错时亦然。", "Leaving the block closes the store, after an error too.")
def block(subject: Subject) -> None:
    """The error goes on to the caller as it was."""
    for error in (None, KeyError("the caller's own")):
        store = subject.make()
        try:
            with store as entered:
                same(entered is store, True, "that entering gives the store itself")
                if error is not None:
                    raise error
        except KeyError as caught:
            same(caught is error, True, "that the caller's error comes through")
        else:
            same(error, None, "the error that the block swallowed")
        with refused(StoreClosed, "the head after the block"):
            store.head()


@requires(
    "A7",
    "只读打开的库在写入之前即拒绝（StoreReadOnly）。",
    "A store opened for reading refuses an append before any write.",
)
def read_only(subject: Subject) -> None:
    """Reading works, appending does not, and what was there is as before."""
    url = subject.place()
    if "durable" not in subject.backend.capabilities:
        with subject.reopen(url, read_only=True) as store:
            _refuse_writing(store)
        return
    with subject.reopen(url) as store:
        add(store, row())
        before = content(store)
    with subject.reopen(url, read_only=True) as store:
        _refuse_writing(store)
    with subject.reopen(url) as store:
        same(content(store), before, "the store after refused appends")


def _refuse_writing(store: Store) -> None:
    before = content(store)
    for drafted in (draft(row("b"), contents=[CONTENT]), draft()):
        with refused(StoreReadOnly, "an append to a store opened for reading"):
            store.append(drafted, store.head().number)
    same(content(store), before, "the store opened for reading after refused appends")


@requires("A8", "同一进程中的两个库互不影响。", "Two stores in one process do not affect each other.")
def apart(subject: Subject) -> None:
    """Rows, keys and contents of one are not seen in the other, and closing one leaves the other open."""
    with subject.make() as one, subject.make() as two:
        add(one, row(), key="k", contents=[CONTENT])
        same(content(two), (Head(), (), (), ()), "the other store")
        same(two.keyed("k"), None, "the key in the other store")
        one.close()
        same(add(two, row("b")).number, 1, "the first number of the other store")


@requires(
    "A9",
    "未知的种类与编号读取为空，不报错。",
    "An unknown kind, id, number or key gives nothing, and is no error.",
)
def unknown(subject: Subject) -> None:
    """Also a name that no record may have."""
    with subject.make() as store:
        for filled in (False, True):
            if filled:
                add(store, row())
            for name in UNKNOWN:
                same(tuple(store.read(name)), (), f"the rows of the kind {name!a}")
                for on in (None, DAY):
                    found = tuple(store.read(KIND, ids=[name], on=on))
                    same(found, (), f"the rows of the id {name!a} on {on}")
                same(store.keyed(name), None, f"the changeset with the key {name!a}")
                with refused(StoreProblem, f"the content {name!a}", code="blob-unknown"):
                    store.blob(name)
            same(tuple(store.read(KIND, ids=())), (), "the rows of no ids")
            for start, stop in ((9, None), (0, 1), (4, 2), (-3, 0)):
                same(tuple(store.changes(start, stop)), (), f"the changes {start} to {stop}")
                same(tuple(store.entries(start, stop)), (), f"the entries {start} to {stop}")
