"""E: two sessions in every order, and one that reads while another writes: nothing that would not be if each had been alone."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import combinations, islice
from threading import Thread
from typing import TYPE_CHECKING

from attrs import frozen

from partybuilding.errors import HeadMoved
from partybuilding.extension.store import Head, Store
from partybuilding.testing.store_checks import bank, children, crash
from partybuilding.testing.store_checks.bank import expect, plain
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.writing import draft

if TYPE_CHECKING:
    from partybuilding.extension.store import Draft

STEPS = 4
_SEVERAL = frozenset({"multi_process"})
Session = Generator[None, None, None]


@frozen(kw_only=True)
class Ground:
    """A place on which several sessions meet: each opens it where the backend can, else all share one store."""

    subject: Subject
    url: str
    shared: Store | None

    def session(self) -> AbstractContextManager[Store]:
        """A session, to be used in the thread that opens it."""
        return self.subject.reopen(self.url) if self.shared is None else nullcontext(self.shared)


@contextmanager
def ground(subject: Subject) -> Iterator[Ground]:
    """A new, empty place for several sessions."""
    url = subject.place()
    with subject.reopen(url) as store:
        several = "multi_process" in subject.backend.capabilities
        yield Ground(subject=subject, url=url, shared=None if several else store)


@contextmanager
def pair(subject: Subject) -> Iterator[tuple[Store, Store]]:
    """Two sessions on one new store."""
    with ground(subject) as here, here.session() as one, here.session() as two:
        yield one, two


def interleavings(steps: int = STEPS) -> Iterator[tuple[int, ...]]:
    """Every order in which the steps of two sessions can come, as a row of 0 and 1.

    >>> len(list(interleavings()))
    70
    """
    for places in combinations(range(2 * steps), steps):
        yield tuple(0 if place in places else 1 for place in range(2 * steps))


def run_in(order: tuple[int, ...], both: tuple[Session, Session]) -> None:
    """Let two sessions make their steps in an order."""
    for turn in order:
        next(both[turn], None)


def attempt(store: Store, changes: Draft, expected_head: int) -> Head | None:
    """Append on a head; None if somebody else was first."""
    try:
        return store.append(changes, expected_head)
    except HeadMoved:
        return None


def _values(store: Store, kind: str, known: int | None = None) -> dict[str, int]:
    """The numbers that the records of a kind hold."""
    found = store.read(kind, on=bank.DAY, known=known)
    return {each.row.id: json.loads(each.row.body or "{}").get("n", 0) for each in found}


# --- two sessions, every order ----------------------------------------------------------------------------------


def adder(store: Store, name: str, done: list[str]) -> Session:
    """A session that reads a number and writes it back plus one, in four steps."""
    head = store.head().number
    yield
    value = _values(store, name).get("n", 0)
    yield
    changes = draft(plain(name, "n", {"n": value + 1}))
    yield
    if attempt(store, changes, head) is not None:
        done.append(name)
    yield


@requires(
    "E1",
    "丢失更新：两个会话的 70 种先后次序，没有一次更新被覆盖。",
    "Lost update: two sessions in all 70 orders, and no update is overwritten.",
)
def lost_update(subject: Subject) -> None:
    """Both read a number and write it back plus one."""
    with pair(subject) as (one, two):
        for place, order in enumerate(interleavings()):
            name, done = f"n{place}", list[str]()
            run_in(order, (adder(one, name, done), adder(two, name, done)))
            value = _values(one, name).get("n", 0)
            expect(done and value == len(done), f"order {order}: {len(done)} updates, the number is {value}")


def guard(store: Store, kind: str, mine: str, other: str) -> Session:
    """A session that takes a post only while the other post is free, in four steps."""
    head = store.head().number
    yield
    taken = _values(store, kind)
    yield
    free = other not in taken
    yield
    if free:
        attempt(store, draft(plain(kind, mine, {})), head)
    yield


@requires(
    "E2",
    "写偏斜：两个会话各看对方、各写自己，约束始终成立。",
    "Write skew: each session reads what the other writes, and the rule over both still holds.",
)
def write_skew(subject: Subject) -> None:
    """Owner and verifier must not both be taken."""
    with pair(subject) as (one, two):
        for place, order in enumerate(interleavings()):
            kind = f"k{place}"
            run_in(order, (guard(one, kind, "owner", "verifier"), guard(two, kind, "verifier", "owner")))
            found = sorted(_values(one, kind))
            expect(len(found) == 1, f"order {order}: taken are {found}")


# --- one writes, one reads --------------------------------------------------------------------------------------


def _writing(here: Ground, changes: list[Draft]) -> Thread:
    """A thread that appends changesets through a session."""

    def write() -> None:
        with here.session() as store:
            for each in changes:
                store.append(each, store.head().number)

    return Thread(target=write, daemon=True)


def half_seen(store: Store, kind: str, rows: int) -> str:
    """What shows that a reader sees a part of a changeset; nothing, if all that it sees is whole."""
    before = store.head().number
    seen = Counter(each.number for each in store.read(kind))
    after = store.head().number
    halves = {number: count for number, count in seen.items() if count != rows}
    if halves:
        return f"of {rows} rows only some are seen: {halves}"
    if seen and max(seen) > after:
        return f"rows of changeset {max(seen)} are seen, the head is {after}"
    missing = set(range(1, before + 1)) - set(seen)
    return f"changesets {sorted(missing)} are not seen, the head was {before}" if missing else ""


@requires(
    "E3",
    "脏读：别的会话提交到一半的内容，任何时候都看不见。",
    "Dirty read: nobody ever sees a part of a changeset.",
)
def dirty_read(subject: Subject) -> None:
    """Somebody reads all the time while another appends changesets of many rows."""
    rows, count = 400, 12
    changes = [draft(*(plain("many", f"r{turn}-{row}", {}) for row in range(rows))) for turn in range(count)]
    with ground(subject) as here, here.session() as store:
        writer = _writing(here, changes)
        writer.start()
        while writer.is_alive():
            found = half_seen(store, "many", rows)
            expect(not found, found)
        writer.join()
        expect(store.head().number == count, "the writer failed")
        expect(not half_seen(store, "many", rows), half_seen(store, "many", rows))


def reader(store: Store, kind: str, found: list[dict[str, int]]) -> Session:
    """A session that reads a kind in four steps through one cursor."""
    cursor = store.read(kind, on=bank.DAY)
    yield
    seen = list(islice(cursor, 2))
    yield
    seen += islice(cursor, 2)
    yield
    seen += cursor
    found.append({each.row.id: json.loads(each.row.body or "{}")["n"] for each in seen})
    yield


def shifter(store: Store, kind: str) -> Session:
    """A session that changes all records of a kind together, four times."""
    for turn in range(1, STEPS + 1):  # pragma: no branch - it is left at its last step
        rows = (plain(kind, f"r{row}", {"n": turn}) for row in range(6))
        store.append(draft(*rows), store.head().number)
        yield


@requires(
    "E4",
    "读偏斜：一次读取从头到尾看到同一时点。",
    "Read skew: one read sees one moment from its first row to its last.",
)
def read_skew(subject: Subject) -> None:
    """One reads in four steps while the other changes everything between them."""
    with pair(subject) as (one, two):
        for place, order in enumerate(interleavings()):
            kind, found = f"s{place}", list[dict[str, int]]()
            one.append(draft(*(plain(kind, f"r{row}", {"n": 0}) for row in range(6))), one.head().number)
            run_in(order, (reader(one, kind, found), shifter(two, kind)))
            (seen,) = found
            expect(len(seen) == 6 and len(set(seen.values())) == 1, f"order {order}: read {seen}")  # noqa: PLR2004 - the rows of the reader


@requires(
    "E8",
    "长时间写入期间读取不等待，看到的是旧状态。",
    "A reader does not wait for a long writer, and sees the state before it.",
    needs=_SEVERAL,
)
def read_while_writing(subject: Subject) -> None:
    """A program that appends large changesets is stopped at some moment; reading goes on without it."""
    url = subject.place()
    with subject.reopen(url) as store, children.started() as child:
        children.ask(child, append_large, {"open_name": children.reference(subject.backend.open), "url": url})
        for turn in range(10):
            expect(children.line(child), "the writer does not go on")
            os.kill(child.pid, signal.SIGSTOP)
            found = half_seen(store, "many", LARGE)
            os.kill(child.pid, signal.SIGCONT)
            expect(not found, f"time {turn}: {found}")


LARGE = 500


def append_large(open_name: str, url: str) -> None:  # pragma: no cover - ended from outside
    """Driver of E8: append large changesets for ever, a line for each."""
    with crash.opener(open_name)(url) as store:
        for turn in range(1_000_000):
            rows = (plain("many", f"r{turn}-{row}", {}) for row in range(LARGE))
            bank.teller(1)(store.append(draft(*rows), turn))
