"""G: a full disk, too few files, too little memory: a named error, nothing lost, nothing half."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, cast

from partybuilding.errors import PartybuildingError, StoreProblem
from partybuilding.testing.store_checks import bank, children, crash, failing
from partybuilding.testing.store_checks.bank import expect
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.driving import drive, found_wrong, given, tried
from partybuilding.testing.store_checks.writing import draft

if TYPE_CHECKING:
    from partybuilding.extension.store import Head, OpenStore, Store

_FILE = frozenset({"durable", "file_based"})
FULL = "store-full"
"""The code of a disk that has no room left."""
WAYS = ("no-room", "part-of-a-write", "file-size-limit")


# --- a full disk ------------------------------------------------------------------------------------------------


@contextmanager
def full(disk: failing.Disk, way: str, room: int, file: Path) -> Iterator[None]:
    """Leave so many bytes of room, in one of three ways; afterwards there is room again."""
    if way != "file-size-limit":
        disk.room(room, partial=way == "part-of-a-write")
        try:
            yield
        finally:
            disk.room(-1)
        return
    import resource  # noqa: PLC0415 - only where there is such a limit

    largest = max(path.stat().st_size for path in file.parent.iterdir())
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def fill(open_name: str, urls: list[str], seed: int) -> list[str]:
    """Driver of G1 and G2: transfers until the disk is full, once for every place and way, and again with room."""
    opens, found = crash.opener(open_name), list[str]()
    for turn, url in enumerate(urls):
        draw = Random(seed + turn)  # noqa: S311 - repeatable on purpose
        way, room = WAYS[turn % len(WAYS)], draw.randrange(120_000)
        disk = failing.Disk(crash.file_of(url).parent)
        name = f"point {turn} of seed {seed} ({way}, {room} bytes)"
        with opens(url) as store:
            heads = [bank.open_accounts(store)]
            with full(disk, way, room, crash.file_of(url)):
                refusal = _until_refused(store, draw, heads)
            found += [f"{name}: {each}" for each in _refusal_problems(refusal, way)]
            found += [f"{name}, with room again: {each}" for each in _goes_on(store, draw, heads)]
        found += [f"{name}, opened again: {each}" for each in found_wrong(opens, url, heads)]
    return found


def _until_refused(store: Store, draw: Random, heads: list[Head]) -> Exception | None:
    for _ in range(200):
        try:
            heads.append(bank.transfer(store, draw, weight=1500))
        except Exception as error:  # noqa: BLE001 - which error it is, is what is looked at
            return error
    return None


def _refusal_problems(refusal: Exception | None, way: str) -> Iterator[str]:
    """The first error must reach the caller, with its real cause."""
    if refusal is None:
        yield "a full disk was not told"
    elif not isinstance(refusal, StoreProblem):
        yield f"a raw {type(refusal).__name__}: {refusal}"
    elif way != "file-size-limit" and refusal.code != FULL:
        yield f"the cause is hidden: {refusal.code} instead of {FULL}: {refusal}"


def _goes_on(store: Store, draw: Random, heads: list[Head]) -> tuple[str, ...]:
    """With room again the same handle works."""
    try:
        head = store.head()
        if head != heads[-1]:
            return (f"the head is {head.number} instead of {heads[-1].number}",)
        heads.append(bank.transfer(store, draw, weight=1500))
    except PartybuildingError as error:
        return (f"it does not work: {error}",)
    return bank.look(store, heads)


def _full(subject: Subject, seed: int) -> None:
    points = subject.counts.full_points * len(WAYS)
    urls = [subject.place() for _ in range(points)]
    drive(fill, given(subject, urls=urls, seed=seed), points)


@requires(
    "G1",
    "磁盘写满：第一个错误如实到达，腾出空间后不必重开即可继续。",
    "Disk full at any point: the first error reaches the caller with its cause, and nothing half is stored.",
    needs=_FILE,
)
def disk_full(subject: Subject) -> None:
    """Three ways in which there is no room, each at many points."""
    _full(subject, seed=1)


def refill(open_name: str, urls: list[str], seed: int) -> list[str]:
    """Driver of G2: one handle meets a full disk several times and works on each time there is room."""
    opens, found, draw = crash.opener(open_name), list[str](), Random(seed)  # noqa: S311 - repeatable on purpose
    for way, url in zip(WAYS, urls, strict=True):
        disk = failing.Disk(crash.file_of(url).parent)
        with opens(url) as store:
            heads = [bank.open_accounts(store)]
            for turn in range(3):
                with full(disk, way, draw.randrange(30_000), crash.file_of(url)):
                    _until_refused(store, draw, heads)
                found += [
                    f"{way}, time {turn} of seed {seed}: {each}" for each in _goes_on(store, draw, heads)
                ]
    return found


@requires(
    "G2",
    "腾出空间后，同一个库不必重开即可继续写。",
    "With room again the same open store works, without being opened anew.",
    needs=_FILE,
)
def room_again(subject: Subject) -> None:
    """A full disk, room, and a full disk again."""
    drive(refill, given(subject, urls=[subject.place() for _ in WAYS], seed=1))


# --- files and memory ------------------------------------------------------------------------------------------


@contextmanager
def no_more_files(left: int) -> Iterator[None]:
    """Let this program open only so many more files."""
    import resource  # noqa: PLC0415 - only where there is such a limit

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = os.open(os.devnull, os.O_RDONLY)
    os.close(used)
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def open_files(open_name: str, url: str) -> list[str]:
    """Driver of G6: with 0, 1, 2 ... files left, opening and appending work or are refused by name."""
    opens, found, heads = crash.opener(open_name), list[str](), list["Head"]()
    with opens(url) as store:
        heads.append(bank.open_accounts(store))
    for left in range(8):
        with no_more_files(left):
            error = tried(lambda: _one_more(opens, url, heads))
        if error is not None and not isinstance(error, StoreProblem):
            found.append(f"{left} files left: a raw {type(error).__name__}: {error}")
        with opens(url) as store, no_more_files(left):
            error = tried(lambda: heads.append(bank.transfer(store, Random(left))))  # noqa: B023, S311 - called at once; repeatable on purpose
        if error is not None and not isinstance(error, StoreProblem):
            found.append(f"{left} files left for an open store: a raw {type(error).__name__}: {error}")
        found += [f"{left} files left: {each}" for each in found_wrong(opens, url, heads)]
    return found


def _one_more(opens: OpenStore, url: str, heads: list[Head]) -> None:
    with opens(url) as store:
        heads.append(bank.transfer(store, Random(1)))  # noqa: S311 - repeatable on purpose


@requires(
    "G6",
    "打开的文件过多：有名字的错误，之后恢复正常。",
    "Too many open files: a named error, and all is well afterwards.",
    needs=_FILE,
)
def too_many_files(subject: Subject) -> None:
    """A program that may open no more files."""
    children.complaints(open_files, given(subject, url=subject.place()), seconds=crash.PATIENCE)


class Scarce(tuple[tuple[str, bytes], ...]):  # noqa: SLOT001 - it counts, and a tuple takes no slots
    """Contents for whose n-th taking, over all times that they are walked through, the memory does not suffice."""

    left = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        for place in range(len(self)):
            yield self._taken(place)

    def _taken(self, place: int) -> tuple[str, bytes]:
        self.left -= 1
        if self.left == 0:
            raise MemoryError
        return self[place]


@requires(
    "G7",
    "追加途中内存不足：什么也没有存下。",
    "The memory ends in the middle of an append: nothing is stored.",
)
def out_of_memory(subject: Subject) -> None:
    """For n = 1, 2 ... the n-th step through the contents of a changeset fails."""
    with subject.make() as store:
        head = bank.open_accounts(store)
        whole = draft(bank.plain("line", "l2", {}), contents=[b"a", b"b", b"c"])
        nth, error = 0, cast("Exception | None", MemoryError())
        while error is not None:
            expect(store.head() == head, f"step {nth}: the head moved although memory ended")
            expect(not bank.look(store, [head]), f"step {nth}: {bank.look(store, [head])}")
            nth += 1
            scarce = Scarce(whole.blobs)
            scarce.left = nth
            object.__setattr__(whole, "blobs", scarce)
            error = tried(lambda: store.append(whole, head.number))
            named = error is None or isinstance(error, MemoryError | StoreProblem)
            expect(named, f"step {nth}: {error!r}")
        expect(not bank.look(store, [head]), "the store is not whole afterwards")
