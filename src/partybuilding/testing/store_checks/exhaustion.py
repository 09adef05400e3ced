"""G: a full disk, a failing disk, too few files, too little memory: a named error, nothing lost, nothing half."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, SupportsIndex, cast

from partybuilding.errors import PartybuildingError, StoreProblem
from partybuilding.extension.persons import Person, PersonStore
from partybuilding.testing.store_checks import bank, children, crash, failing
from partybuilding.testing.store_checks.bank import expect
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.writing import draft

if TYPE_CHECKING:
    from partybuilding.extension.store import Backing, Head, OpenStore, Store

_FILE = frozenset({"durable", "file_based"})
FULL = "store-full"
"""The code of a disk that has no room left."""
WAYS = ("no-room", "part-of-a-write", "file-size-limit")
LAST_TRY = 2000
"""Failing the n-th call ends by itself; this many calls of one small operation would be an error of the check."""
Operation = Callable[["Store", Path], object]


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
        found += [f"{name}, opened again: {each}" for each in _whole(opens, url, heads)]
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


def _whole(opens: OpenStore, url: str, heads: list[Head]) -> tuple[str, ...]:
    try:
        with opens(url) as store:
            return bank.look(store, heads)
    except PartybuildingError as error:
        return (f"cannot be opened: {error}",)


def _given(subject: Subject, **more: object) -> dict[str, object]:
    return {"open_name": children.reference(subject.backend.open), **more}


def _drive(driver: Callable[..., object], given: children.Plain, tries: int = 0) -> None:
    seconds = crash.PATIENCE + tries
    children.complaints(driver, given, seconds=seconds, environment=failing.environment())


def _full(subject: Subject, seed: int) -> None:
    points = subject.counts.full_points * len(WAYS)
    urls = [subject.place() for _ in range(points)]
    _drive(fill, _given(subject, urls=urls, seed=seed), points)


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
    _drive(refill, _given(subject, urls=[subject.place() for _ in WAYS], seed=1))


# --- the n-th call fails ----------------------------------------------------------------------------------------


def _append(store: Store, _: Path) -> object:
    return bank.transfer(store, Random(1))  # noqa: S311 - repeatable on purpose


def _append_heavy(store: Store, _: Path) -> object:
    return bank.transfer(store, Random(2), weight=50_000)  # noqa: S311 - repeatable on purpose


def _append_many(store: Store, _: Path) -> object:
    for turn in range(5):
        bank.transfer(store, Random(turn))  # noqa: S311 - repeatable on purpose
    return None


def _append_past_the_log(store: Store, _: Path) -> object:
    return bank.transfer(store, Random(3), weight=5_000_000)  # noqa: S311 - repeatable on purpose


def _append_keyed(store: Store, _: Path) -> object:
    row = bank.plain("line", f"l{store.head().number + 1}", {"fen": 0})
    return store.append(draft(row, key="k"), store.head().number)


def _close(store: Store, _: Path) -> object:
    bank.transfer(store, Random(4))  # noqa: S311 - repeatable on purpose
    return store.close()


def _read(store: Store, _: Path) -> object:
    return bank.look(store)


def _copy(store: Store, folder: Path) -> object:
    target = folder / "copy"
    target.unlink(missing_ok=True)
    return cast("Backing", store).backup(target) if hasattr(store, "backup") else None


def _keep(store: Store, _: Path) -> object:
    return store.keep_persons([Person(id="p1", name="示例甲")]) if isinstance(store, PersonStore) else None


def _forget(store: Store, _: Path) -> object:
    if not isinstance(store, PersonStore):
        return None
    store.keep_persons([Person(id="p2", name="示例乙")] if "p2" not in store.forgotten() else [])
    return store.forget(["p2"])


OPERATIONS: tuple[Operation, ...] = (
    _append,
    _append_heavy,
    _append_many,
    _append_past_the_log,
    _append_keyed,
    _close,
    _read,
    _copy,
    _keep,
    _forget,
)
"""What is tried while a call fails; opening a store that is there and one that is not come beside them."""


def fail_each(open_name: str, urls: list[str], kinds: int) -> list[str]:
    """Driver of G4: for each operation, and n = 1, 2 ... until it succeeds, the n-th write or sync fails."""
    opens, found = crash.opener(open_name), list[str]()
    disk = failing.Disk(crash.file_of(urls[0]).parent)
    for operation, url in zip(OPERATIONS, urls, strict=False):
        disk = failing.Disk(crash.file_of(url).parent)
        with opens(url) as store:
            heads = [bank.open_accounts(store)]
        for nth in range(1, LAST_TRY):
            name = f"{operation.__name__}, failure {nth}"
            failed, more = _fail_once(
                opens, url, operation, lambda nth=nth: disk.fail(kinds, nth, errno.EIO), disk
            )  # type: ignore[misc]  # the default binds the number
            found += [f"{name}: {each}" for each in (*more, *_whole(opens, url, heads))]
            if not failed:
                break
    return found


def _fail_once(
    opens: OpenStore, url: str, operation: Operation, arm: Callable[[], None], disk: failing.Disk
) -> tuple[int, list[str]]:
    """One operation while one call fails; how many calls failed, and what was wrong with the answer."""
    found: list[str] = []
    before = opens(url)
    head = before.head()
    arm()
    error = _tried(lambda: operation(before, crash.file_of(url).parent))
    failed = disk.failures()
    disk.fail(0, 0, 0)
    if error is not None and not isinstance(error, StoreProblem):
        found.append(f"a raw {type(error).__name__}: {error}")
    usable = _tried(before.head) is None
    if isinstance(error, StoreProblem) and usable and operation in _SINGLE and before.head() != head:
        found.append("it was refused, and stored all the same")
    with suppress(PartybuildingError):
        before.close()
    return failed, found


def _tried(action: Callable[[], object]) -> Exception | None:
    try:
        action()
    except Exception as error:  # noqa: BLE001 - which error it is, is what is looked at
        return error
    return None


_SINGLE = frozenset({_append, _append_heavy, _append_keyed})


@requires(
    "G4",
    "第 n 次写盘或同步失败（n 取遍）：有名字的错误，库保持完整。",
    "The n-th write or sync fails, for every n: a named error, and the store stays whole.",
    needs=_FILE,
)
def every_call_fails_once(subject: Subject) -> None:
    """Every write and every sync of an append fails once; in the soak those of all operations."""
    urls = [subject.place() for _ in OPERATIONS[: subject.counts.operations]]
    _drive(fail_each, _given(subject, urls=urls, kinds=failing.WRITES | failing.SYNCS))


def fail_syncs(open_name: str, urls: list[str]) -> list[str]:
    """Driver of G5: after a sync that failed, the handle does nothing any more; a new one goes on."""
    opens, found = crash.opener(open_name), list[str]()
    for nth, url in enumerate(urls, 1):
        disk, draw = failing.Disk(crash.file_of(url).parent), Random(nth)  # noqa: S311 - repeatable on purpose
        store = opens(url)
        heads = [bank.open_accounts(store)]
        disk.fail(failing.SYNCS, nth, errno.EIO)
        error = _tried(lambda: bank.work(store, draw, 5, heads.append))  # noqa: B023 - called at once
        disk.fail(0, 0, 0)
        if not isinstance(error, StoreProblem):
            found.append(f"sync {nth}: not told, but {error!r}")
        elif _tried(lambda: bank.transfer(store, draw)) is None:  # noqa: B023 - called at once
            found.append(f"sync {nth}: the handle goes on as if nothing had been")
        with suppress(PartybuildingError):
            store.close()
        found += [f"sync {nth}: {each}" for each in _whole(opens, url, heads)]
    return found


@requires(
    "G5",
    "同步失败后，该句柄不再工作；绝不当作没事重试。",
    "After a sync that failed the handle is dead; it is never tried again as if nothing had been.",
    needs=_FILE,
)
def failed_sync_is_fatal(subject: Subject) -> None:
    """Each of the first syncs fails once."""
    _drive(fail_syncs, _given(subject, urls=[subject.place() for _ in range(5)]))


# --- a disk for reading only, files, memory ---------------------------------------------------------------------


def freeze(open_name: str, url: str, fresh: str) -> list[str]:
    """Driver of G3: on a disk that cannot be written a store is refused or read, and none is made."""
    opens, found = crash.opener(open_name), list[str]()
    with opens(url) as store:
        bank.work(store, Random(1), 3, lambda _: None)  # noqa: S311 - repeatable on purpose
        head = store.head()
    for place, read_only in ((url, False), (url, True), (fresh, False)):
        disk = failing.Disk(crash.file_of(place).parent)
        disk.freeze(on=True)
        error = _tried(lambda: _written(opens, place, read_only=read_only, head=head))  # noqa: B023 - called at once
        disk.freeze(on=False)
        if error is not None and not isinstance(error, StoreProblem):
            found.append(f"{place}, read_only={read_only}: a raw {type(error).__name__}: {error}")
        if error is None and not read_only:
            found.append(f"{place}: a disk for reading only took a changeset")
    return [*found, *_whole(opens, url, [head])]


def _written(opens: OpenStore, url: str, *, read_only: bool, head: Head) -> None:
    with opens(url, read_only=read_only) as store:
        if read_only:
            expect(store.head() == head and not bank.look(store), "it reads something else")
        else:
            bank.work(store, Random(1), 1, lambda _: None)  # noqa: S311 - repeatable on purpose


@requires(
    "G3",
    "只读磁盘：有名字的错误，绝无原始错误。",
    "A disk for reading only: a named error, never a raw one.",
    needs=_FILE,
)
def read_only_disk(subject: Subject) -> None:
    """Opening for writing, for reading, and making a store."""
    _drive(freeze, _given(subject, url=subject.place(), fresh=subject.place()))


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
            error = _tried(lambda: _one_more(opens, url, heads))
        if error is not None and not isinstance(error, StoreProblem):
            found.append(f"{left} files left: a raw {type(error).__name__}: {error}")
        with opens(url) as store, no_more_files(left):
            error = _tried(lambda: heads.append(bank.transfer(store, Random(left))))  # noqa: B023, S311 - called at once; repeatable on purpose
        if error is not None and not isinstance(error, StoreProblem):
            found.append(f"{left} files left for an open store: a raw {type(error).__name__}: {error}")
        found += [f"{left} files left: {each}" for each in _whole(opens, url, heads)]
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
    children.complaints(open_files, _given(subject, url=subject.place()), seconds=crash.PATIENCE)


class Scarce(tuple[tuple[str, bytes], ...]):
    """Contents for whose n-th taking, over all times that they are walked through, the memory does not suffice."""

    left = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        for place in range(len(self)):
            yield self[place]

    def __getitem__(self, place: SupportsIndex | slice) -> object:  # type: ignore[override]  # one place at a time is asked for
        self.left -= 1
        if self.left == 0:
            raise MemoryError
        return super().__getitem__(place)


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
        for nth in range(1, LAST_TRY):
            scarce = Scarce(whole.blobs)
            scarce.left = nth
            object.__setattr__(whole, "blobs", scarce)
            error = _tried(lambda: store.append(whole, head.number))
            if error is None:
                break
            expect(isinstance(error, MemoryError | StoreProblem), f"step {nth}: {error!r}")
            expect(store.head() == head, f"step {nth}: the head moved although memory ended")
            expect(not bank.look(store, [head]), f"step {nth}: {bank.look(store, [head])}")
        expect(not bank.look(store, [head]), "the store is not whole afterwards")
