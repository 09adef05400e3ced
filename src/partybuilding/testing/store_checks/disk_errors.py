"""G: a disk on which a write or a sync fails, or nothing may be written: a named error, nothing lost, nothing half."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, cast

from partybuilding.errors import PartybuildingError, StoreProblem
from partybuilding.extension.persons import Person, PersonStore
from partybuilding.testing.store_checks import bank, crash, failing
from partybuilding.testing.store_checks.bank import expect
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.driving import drive, found_wrong, given, tried
from partybuilding.testing.store_checks.writing import draft

if TYPE_CHECKING:
    from partybuilding.extension.store import Backing, Head, OpenStore, Store

_FILE = frozenset({"durable", "file_based"})
Operation = Callable[["Store", Path], object]


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
    store.close()
    return None


def _read(store: Store, _: Path) -> object:
    return bank.look(store)


def _copy(store: Store, folder: Path) -> object:
    target = folder / "copy"
    target.unlink(missing_ok=True)
    return cast("Backing", store).backup(target) if hasattr(store, "backup") else None


def _keep(store: Store, _: Path) -> object:
    if isinstance(store, PersonStore):
        store.keep_persons([Person(id="p1", name="示例甲")])
    return None


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
    for operation, url in zip(OPERATIONS, urls, strict=False):
        disk = failing.Disk(crash.file_of(url).parent)
        with opens(url) as store:
            heads = [bank.open_accounts(store)]
        nth, failed = 0, 1
        while failed:
            nth += 1
            name = f"{operation.__name__}, failure {nth}"
            arm = partial(disk.fail, kinds, nth, errno.EIO)
            failed, more = _fail_once(opens, url, operation, arm, disk)
            found += [f"{name}: {each}" for each in (*more, *found_wrong(opens, url, heads))]
    return found


def _fail_once(
    opens: OpenStore, url: str, operation: Operation, arm: Callable[[], None], disk: failing.Disk
) -> tuple[int, list[str]]:
    """One operation while one call fails; how many calls failed, and what was wrong with the answer."""
    found: list[str] = []
    before = opens(url)
    head = before.head()
    arm()
    error = tried(lambda: operation(before, crash.file_of(url).parent))
    failed = disk.failures()
    disk.fail(0, 0, 0)
    if error is not None and not isinstance(error, StoreProblem):
        found.append(f"a raw {type(error).__name__}: {error}")
    usable = tried(before.head) is None
    if isinstance(error, StoreProblem) and usable and operation in _SINGLE and before.head() != head:
        found.append("it was refused, and stored all the same")
    with suppress(PartybuildingError):
        before.close()
    return failed, found


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
    drive(fail_each, given(subject, urls=urls, kinds=failing.WRITES | failing.SYNCS))


def fail_syncs(open_name: str, urls: list[str]) -> list[str]:
    """Driver of G5: after a sync that failed, the handle does nothing any more; a new one goes on."""
    opens, found = crash.opener(open_name), list[str]()
    for nth, url in enumerate(urls, 1):
        disk, draw = failing.Disk(crash.file_of(url).parent), Random(nth)  # noqa: S311 - repeatable on purpose
        store = opens(url)
        heads = [bank.open_accounts(store)]
        disk.fail(failing.SYNCS, nth, errno.EIO)
        error = tried(lambda: bank.work(store, draw, 5, heads.append))  # noqa: B023 - called at once
        disk.fail(0, 0, 0)
        if not isinstance(error, StoreProblem):
            found.append(f"sync {nth}: not told, but {error!r}")
        elif tried(lambda: bank.transfer(store, draw)) is None:  # noqa: B023 - called at once
            found.append(f"sync {nth}: the handle goes on as if nothing had been")
        with suppress(PartybuildingError):
            store.close()
        found += [f"sync {nth}: {each}" for each in found_wrong(opens, url, heads)]
    return found


@requires(
    "G5",
    "同步失败后，该句柄不再工作；绝不当作没事重试。",
    "After a sync that failed the handle is dead; it is never tried again as if nothing had been.",
    needs=_FILE,
)
def failed_sync_is_fatal(subject: Subject) -> None:
    """Each of the first syncs fails once."""
    drive(fail_syncs, given(subject, urls=[subject.place() for _ in range(5)]))


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
        error = tried(lambda: _written(opens, place, read_only=read_only, head=head))  # noqa: B023 - called at once
        disk.freeze(on=False)
        if error is not None and not isinstance(error, StoreProblem):
            found.append(f"{place}, read_only={read_only}: a raw {type(error).__name__}: {error}")
        if error is None and not read_only:
            found.append(f"{place}: a disk for reading only took a changeset")
    return [*found, *found_wrong(opens, url, [head])]


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
    drive(freeze, given(subject, url=subject.place(), fresh=subject.place()))
