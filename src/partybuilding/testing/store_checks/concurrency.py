"""E: many threads and programs at once: no anomaly, nobody starves, and who is refused hears it by name."""

from __future__ import annotations

from contextlib import ExitStack
from random import Random
from threading import Thread
from typing import cast

from partybuilding.errors import PartybuildingError, StoreBusy, StoreProblem
from partybuilding.extension.store import Head, Store
from partybuilding.testing.store_checks import bank, children, crash, list_append
from partybuilding.testing.store_checks.bank import expect, plain
from partybuilding.testing.store_checks.check import CannotRun, Subject, requires
from partybuilding.testing.store_checks.expecting import refused
from partybuilding.testing.store_checks.isolation import attempt, ground
from partybuilding.testing.store_checks.writing import draft

LONGEST_WAIT = 30.0
"""Seconds in which every one of several writers must get its turn."""
_SEVERAL = frozenset({"multi_process"})
PER_NUMBER = 10_000_000
"""Numbers of transactions that a participant has for itself."""


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
    durable = "durable" in subject.backend.capabilities
    commits = subject.counts.transactions // (1 if durable else 10)
    failures: list[BaseException] = []

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


def compete(
    open_name: str, url: str, place: int, commits: int
) -> None:  # pragma: no cover - ended from outside
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
            waiting = [place for place, child in enumerate(running) if not children.line(child)]
            expect(not waiting, f"writers {waiting} wait too long for commit {turn}")
    with subject.reopen(url) as store:
        expect(store.head().number == commits * len(running), "commits are lost")


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
