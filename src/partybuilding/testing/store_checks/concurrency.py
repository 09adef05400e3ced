"""E: several sessions, threads and programs at once, and nothing that would not be if each had been alone."""

from __future__ import annotations

import json
import os
import select
import signal
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from itertools import combinations, islice
from random import Random
from threading import Thread
from typing import IO, TYPE_CHECKING, cast

from attrs import frozen

from partybuilding.errors import HeadMoved, PartybuildingError, StoreBusy, StoreProblem
from partybuilding.extension.store import Head, Store
from partybuilding.testing.store_checks import bank, children, crash, list_append
from partybuilding.testing.store_checks.bank import expect, plain
from partybuilding.testing.store_checks.check import CannotRun, Subject, requires
from partybuilding.testing.store_checks.expecting import refused
from partybuilding.testing.store_checks.writing import draft

if TYPE_CHECKING:
    from partybuilding.extension.store import Draft

STEPS = 4
LONGEST_WAIT = 30.0
"""Seconds in which every one of several writers must get its turn."""
_SEVERAL = frozenset({"multi_process"})
Session = Generator[None, None, None]
PER_NUMBER = 10_000_000
"""Numbers of transactions that a participant has for itself."""


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
    for turn in range(1, STEPS + 1):
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
            expect(_line(child), "the writer does not go on")
            os.kill(child.pid, signal.SIGSTOP)
            found = half_seen(store, "many", LARGE)
            os.kill(child.pid, signal.SIGCONT)
            expect(not found, f"time {turn}: {found}")


LARGE = 500


def append_large(open_name: str, url: str) -> None:
    """Driver of E8: append large changesets for ever, a line for each."""
    with crash.opener(open_name)(url) as store:
        for turn in range(1_000_000):
            rows = (plain("many", f"r{turn}-{row}", {}) for row in range(LARGE))
            bank.teller(1)(store.append(draft(*rows), turn))


# --- many at once -----------------------------------------------------------------------------------------------


def _judge(history: list[list_append.Transaction], final: list_append.Lists) -> None:
    found = list_append.anomalies(history, final)
    expect(not found, f"{list_append.counted(found)}; the first: {found[:3]}")


@requires(
    "E5",
    "四个线程读写列表：检验器找不到任何隔离异常。",
    "Four threads read and append to lists: the checker finds no anomaly.",
)
def list_append_in_threads(subject: Subject) -> None:
    """List-append by threads, each with a session of its own where the backend can."""
    history: list[list_append.Transaction] = []
    commits, failures = subject.counts.transactions, list[BaseException]()

    def take_part(place: int) -> None:
        try:
            with here.session() as store:
                draw = Random(place)  # noqa: S311 - repeatable on purpose
                first = place * PER_NUMBER
                list_append.take_part(store, draw, first=first, commits=commits, tell=history.append)
        except PartybuildingError as error:
            failures.append(error)

    with ground(subject) as here:
        threads = [Thread(target=take_part, args=(place,), daemon=True) for place in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        expect(not failures, f"refused: {failures[:1]}")
        with here.session() as store:
            _judge(history, list_append.final_lists(store))


def join_in(open_name: str, url: str, place: int, commits: int) -> list[str]:
    """Driver of E6: one participant of list-append."""
    told: list[str] = []
    with crash.opener(open_name)(url) as store:
        list_append.take_part(
            store,
            Random(place),  # noqa: S311 - repeatable on purpose
            first=place * PER_NUMBER,
            commits=commits,
            tell=lambda each: told.append(list_append.written(each)),
        )
    return told


@requires(
    "E6",
    "四个进程读写列表：检验器找不到任何隔离异常。",
    "Four programs read and append to lists: the checker finds no anomaly.",
    needs=_SEVERAL,
)
def list_append_in_programs(subject: Subject) -> None:
    """List-append by programs."""
    url, commits = subject.place(), subject.counts.process_transactions
    subject.reopen(url).close()
    name = children.reference(subject.backend.open)
    with ExitStack() as stack:
        running = [stack.enter_context(children.started()) for _ in range(4)]
        for place, child in enumerate(running):
            children.ask(child, join_in, {"open_name": name, "url": url, "place": place, "commits": commits})
        told = [children.answered(child, crash.PATIENCE) for child in running]
    history = [list_append.taken(str(line)) for each in told for line in cast("list[str]", each)]
    with subject.reopen(url) as store:
        _judge(history, list_append.final_lists(store))


def compete(open_name: str, url: str, place: int, commits: int) -> None:
    """Driver of E7: one of several writers; a line for every commit."""
    with crash.opener(open_name)(url) as store:
        done = 0
        while done < commits:
            row = plain("turn", f"w{place}-{done}", {})
            head = attempt(store, draft(row), store.head().number)
            if head is not None:
                bank.teller(1)(head)
                done += 1


@requires(
    "E7",
    "没有写者饿死：六个写者竞争，每个在 30 秒内轮到。",
    "No starvation: of six writers that compete every one gets its turn within 30 seconds.",
    needs=_SEVERAL,
)
def nobody_starves(subject: Subject) -> None:
    """Six programs commit on one store; the wait for every line is limited."""
    url, commits = subject.place(), subject.counts.waits
    subject.reopen(url).close()
    name = children.reference(subject.backend.open)
    with ExitStack() as stack:
        running = [stack.enter_context(children.started()) for _ in range(6)]
        for place, child in enumerate(running):
            children.ask(child, compete, {"open_name": name, "url": url, "place": place, "commits": commits})
        for turn in range(commits):
            waiting = [place for place, child in enumerate(running) if not _line(child)]
            expect(not waiting, f"writers {waiting} wait too long for commit {turn}")
    with subject.reopen(url) as store:
        expect(store.head().number == commits * len(running), "commits are lost")


def _line(child: children.Child) -> bytes:
    """The next line of a child; nothing if it takes too long."""
    reading = cast("IO[bytes]", child.stdout)
    ready, _, _ = select.select([reading], [], [], LONGEST_WAIT)
    return reading.readline() if ready else b""


# --- what is refused --------------------------------------------------------------------------------------------


@requires(
    "E9",
    "别的写者占用过久：报 StoreBusy，绝无驱动的原始错误。",
    "Another writer holds the store too long: StoreBusy, never a raw error of the driver.",
    needs=_SEVERAL,
)
def busy(subject: Subject) -> None:
    """The lock of the writers is held by somebody else."""
    if subject.hold is None or subject.impatient is None:
        message = "the author handed over no hold and impatient factories"
        raise CannotRun(message)
    url = subject.place()
    subject.reopen(url).close()
    with subject.impatient(url) as store:
        with subject.hold(url):
            with refused(StoreBusy, "appending while the lock is held"):
                store.append(draft(plain("account", "a", {})), 0)
            expect(store.head().number == 0, "a refused changeset was stored")
        head = store.append(draft(plain("account", "a", {})), 0)
        expect(head.number == 1, "the same store does not go on when the lock is free")


def hand_over(open_name: str, url: str) -> list[str]:
    """Driver of E10: a store is used in a copy of the program that opened it, and then at home."""
    with crash.opener(open_name)(url) as store:
        head = bank.open_accounts(store)
        _, left = children.ended(*children.forked(lambda sending: bank.teller(sending)(_foreign_use(store))))
        heads = [head, *(each for each in bank.told(left) if each.number)]
        heads.append(bank.transfer(store, Random(1)))  # noqa: S311 - repeatable on purpose
        return list(bank.look(store, heads))


def _foreign_use(store: Store) -> Head:
    """Use a store where it was not opened: the new head, or an empty one if that is refused by name."""
    try:
        return bank.transfer(store, Random(2))  # noqa: S311 - repeatable on purpose
    except StoreProblem:
        return Head()


@requires(
    "E10",
    "把打开的库交给别的线程或分叉的进程：要么安全，要么拒绝。",
    "An open store handed to another thread or to a fork: refused, or safe.",
)
def handed_over(subject: Subject) -> None:
    """A thread uses the store of another; and a fork, if programs can share the place."""
    with subject.make() as store:
        heads = [bank.open_accounts(store)]
        errors: list[Exception] = []

        def use() -> None:
            try:
                heads.append(_foreign_use(store))
            except Exception as error:  # noqa: BLE001 - which error it is, is what is looked at
                errors.append(error)

        thread = Thread(target=use, daemon=True)
        thread.start()
        thread.join()
        expect(not errors, f"a raw error in another thread: {errors}")
        found = bank.look(store, [head for head in heads if head.number])
        expect(not found, str(found))
    if "multi_process" in subject.backend.capabilities:
        given = {"open_name": children.reference(subject.backend.open), "url": subject.place()}
        children.complaints(hand_over, given, seconds=crash.PATIENCE)
