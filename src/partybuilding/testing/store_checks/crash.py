"""F: what was acknowledged survives a crash of the program, of the server and of the power."""

from __future__ import annotations

import os
import select
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import IO, TYPE_CHECKING, cast

from partybuilding.errors import PartybuildingError, StoreProblem
from partybuilding.testing.store_checks import bank, children, failing, power
from partybuilding.testing.store_checks.bank import expect
from partybuilding.testing.store_checks.check import CannotRun, Subject, requires

if TYPE_CHECKING:
    from partybuilding.extension.store import Backing, Head, OpenStore

KILLS_OF_A_PLACE = 25
LONGEST_LIFE = 0.006
"""Seconds for which a child may go on after its first acknowledgements, before it is ended."""
PATIENCE = 600.0
_FILE = frozenset({"durable", "file_based"})
_SEVERAL = frozenset({"durable", "multi_process"})


def file_of(url: str) -> Path:
    """The file that the URL of a store names.

    >>> file_of("sqlite:////tmp/a.db").as_posix()
    '/tmp/a.db'
    """
    return Path(url.partition(":///")[2])


def beside(url: str, path: Path) -> str:
    """The URL of another file of the same backend."""
    return f"{url.partition(':///')[0]}:///{path}"


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for files whose durability is not the question; in memory where the machine has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in memory that Linux offers; the name in it is drawn
    folder = tempfile.mkdtemp(prefix="partybuilding-", dir=memory if memory.is_dir() else None)
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder)


def opener(name: str) -> OpenStore:
    """The function that opens a backend's stores, by its reference."""
    return cast("OpenStore", children.resolve(name))


# --- ended while it works ---------------------------------------------------------------------------------------


def killed(work: Callable[[int], None], draw: Random, lines: int) -> bytes:
    """Let a forked child work until it has written some lines and a moment more, then end it; what it wrote."""
    pid, receiving = children.forked(work)
    written = b""
    while written.count(b"\n") < lines and (more := os.read(receiving, 4096)):
        written += more
    select.select([], [], [], draw.random() * LONGEST_LIFE)
    os.kill(pid, signal.SIGKILL)
    return written + children.ended(pid, receiving)[1]


def transferring(opens: OpenStore, url: str, draw: Random) -> Callable[[int], None]:
    """What most children do until they are killed: transfers, each told as soon as it is acknowledged."""

    def work(sending: int) -> None:  # pragma: no cover - killed with all that it counted
        with opens(url) as store:
            bank.work(store, draw, 1000, bank.teller(sending))

    return work


def kill_committing(open_name: str, urls: list[str], times: int, seed: int) -> list[str]:
    """Driver of F1: so many children make transfers and are killed; everything found wrong afterwards."""
    opens, found = opener(open_name), list[str]()
    for turn in range(times):
        draw = Random(seed + turn)  # noqa: S311 - repeatable on purpose
        url = urls[turn % len(urls)]

        told = bank.told(killed(transferring(opens, url, draw), draw, draw.randrange(6)))
        found += _looked(opens, url, told, f"kill {turn} of seed {seed}")
    return found


def kill_opening(open_name: str, urls: list[str], seed: int) -> list[str]:
    """Driver of F2: children are killed while they make a new store, or open one that is there."""
    opens, found = opener(open_name), list[str]()
    for turn, url in enumerate(urls):
        draw = Random(seed + turn)  # noqa: S311 - repeatable on purpose

        def work(sending: int, url: str = url, draw: Random = draw) -> None:  # pragma: no cover - killed
            opens(url).close()
            with opens(url) as store:
                bank.work(store, draw, 1, bank.teller(sending))

        told = bank.told(killed(work, draw, 0))
        found += _looked(opens, url, told, f"kill {turn} of seed {seed}", usable=True)
    return found


def kill_recovering(open_name: str, urls: list[str], times: int, seed: int) -> list[str]:
    """Driver of F6: children are killed while they open what a killed child left."""
    opens, found = opener(open_name), list[str]()
    for turn in range(times):
        draw = Random(seed + turn)  # noqa: S311 - repeatable on purpose
        url = urls[turn % len(urls)]

        def recover(_: int, url: str = url) -> None:  # pragma: no cover - killed with all that it counted
            with opens(url) as store:
                store.head()

        told = bank.told(killed(transferring(opens, url, draw), draw, 2))
        for _ in range(2):
            killed(recover, draw, 0)
        found += _looked(opens, url, told, f"kill {turn} of seed {seed}")
    return found


def kill_copying(open_name: str, url: str, targets: list[str], seed: int) -> list[str]:
    """Driver of F3: children are killed while they copy a store that is in use."""
    opens, found = opener(open_name), list[str]()
    with opens(url) as store:
        bank.work(store, Random(seed), 30, lambda _: None, weight=20_000)  # noqa: S311 - repeatable on purpose
        head = store.head()
    for turn, target in enumerate(targets):
        draw = Random(seed + turn)  # noqa: S311 - repeatable on purpose

        def work(sending: int, target: str = target) -> None:  # pragma: no cover - killed
            with opens(url) as store:
                bank.teller(sending)(cast("Backing", store).backup(Path(target)))

        told = bank.told(killed(work, draw, turn % 2))
        name = f"kill {turn} of seed {seed}"
        found += _looked(opens, url, [head], name)
        found += _copied(opens, beside(url, Path(target)), told, name)
    return found


def _copied(opens: OpenStore, url: str, told: tuple[Head, ...], name: str) -> list[str]:
    """A copy that was acknowledged is whole; another is absent, refused, or whole."""
    if not file_of(url).exists():
        return [f"{name}: the copy was acknowledged and is not there"] if told else []
    found = _looked(opens, url, told, f"{name}, the copy")
    return found if told or not any("cannot be opened" in each for each in found) else []


def _looked(
    opens: OpenStore, url: str, told: Iterable[Head], name: str, *, usable: bool = False
) -> list[str]:
    """What is wrong with a store after a crash; ``usable`` also goes on with it."""
    try:
        with opens(url) as store:
            found = bank.look(store, told)
            if usable and not found:
                bank.work(store, Random(0), 1, lambda _: None)  # noqa: S311 - repeatable on purpose
                found = bank.look(store)
            return [f"{name}: {each}" for each in found]
    except PartybuildingError as error:
        return [f"{name}: cannot be opened or used: {error}"]


def _places(subject: Subject, kills: int) -> list[str]:
    return [subject.place() for _ in range(1 + kills // KILLS_OF_A_PLACE)]


def _given(subject: Subject, **more: object) -> dict[str, object]:
    return {"open_name": children.reference(subject.backend.open), "seed": 1, **more}


@requires(
    "F1",
    "提交时被强行终止：已确认的都在，链完整，金额守恒。",
    "Killed while committing: what was acknowledged is there, the chain is whole, no money is lost.",
    needs=_SEVERAL,
)
def kill_while_committing(subject: Subject) -> None:
    """A child that makes transfers is killed again and again."""
    kills = subject.counts.kills
    given = _given(subject, urls=_places(subject, kills), times=kills)
    children.complaints(kill_committing, given, seconds=PATIENCE + kills)


@requires(
    "F2",
    "打开或新建时被强行终止：之后仍能打开并使用。",
    "Killed while it is opened or made: the store opens and works afterwards.",
    needs=_SEVERAL,
)
def kill_while_opening(subject: Subject) -> None:
    """A child that makes a store is killed."""
    urls = [subject.place() for _ in range(subject.counts.other_kills)]
    children.complaints(kill_opening, _given(subject, urls=urls), seconds=PATIENCE + len(urls))


@requires(
    "F3",
    "备份时被强行终止：原库完好，不留下看似完整的半个备份。",
    "Killed while it is copied: the store is whole, and no half copy passes for a store.",
    needs=_FILE | {"backup"},
)
def kill_while_copying(subject: Subject) -> None:
    """A child that makes a backup is killed."""
    with quick_folder() as folder:
        targets = [str(folder / f"copy{turn}") for turn in range(subject.counts.other_kills)]
        given = _given(subject, url=subject.place(), targets=targets)
        children.complaints(kill_copying, given, seconds=PATIENCE + len(targets))


@requires(
    "F6",
    "恢复过程中再次被终止：数据仍然完整。",
    "Killed again while it recovers: still everything is there.",
    needs=_SEVERAL,
)
def kill_while_recovering(subject: Subject) -> None:
    """A child that opens what a killed child left is killed, too."""
    kills = subject.counts.other_kills
    given = _given(subject, urls=_places(subject, kills), times=kills)
    children.complaints(kill_recovering, given, seconds=PATIENCE + 3 * kills)


# --- power loss -------------------------------------------------------------------------------------------------


def record(open_name: str, url: str, journal: str, sessions: list[int], seed: int) -> None:
    """Driver of F4 and F5: sessions of transfers on a watched disk, every acknowledgement a mark in the log."""
    disk = failing.Disk(file_of(url).parent, Path(journal))
    draw = Random(seed)  # noqa: S311 - repeatable on purpose
    for times in sessions:
        with opener(open_name)(url) as store:
            bank.work(store, draw, times, lambda head: disk.note(f"{head.number} {head.hash}"), weight=700)


def states_of(
    driver: Callable[..., object], given: children.Plain, folder: Path, count: int
) -> Iterator[tuple[power.Aftermath, Path]]:
    """Record a driver that writes below a folder, and lay out states of the disk after a power cut, one at a time."""
    with quick_folder() as quick:
        journal = quick / "log"
        children.call(
            driver, {**given, "journal": str(journal)}, seconds=PATIENCE, environment=failing.environment()
        )
        steps = power.recorded(journal.read_bytes())
        expect(any(step.sort == "W" for step in steps), "nothing was recorded: the disk was not watched")
        for place, state in enumerate(power.aftermaths(steps, count, seed=1)):
            laid = quick / f"state{place}"
            laid.mkdir()
            power.laid_out(state, folder.resolve(), laid)
            yield state, laid
            shutil.rmtree(laid)


def _power_cut(subject: Subject, sessions: list[int], count: int) -> None:
    """Record some sessions, and look at so many states."""
    url = subject.place()
    given = _given(subject, url=url, sessions=sessions)
    for state, folder in states_of(record, given, file_of(url).parent, count):
        told = bank.told("".join(f"{mark}\n" for mark in state.marks).encode())
        name = f"power cut before step {state.step}, drawn with {state.seed}"
        found = _looked(subject.backend.open, beside(url, folder / file_of(url).name), told, name)
        expect(not found, "\n".join(found))


@requires(
    "F4",
    "断电：任何磁盘状态下，已确认的都在，链完整。",
    "Power cut: whatever the disk then holds, what was acknowledged is there and whole.",
    needs=_FILE,
)
def power_cut(subject: Subject) -> None:
    """States of the disk at every step from the making of the store through some transfers."""
    _power_cut(subject, [16], subject.counts.power_states // 2)


@requires(
    "F5",
    "关闭、归并日志、再打开的任何一步断电：同样完整。",
    "Power cut over closing, checkpoints and reopening: the same.",
    needs=_FILE,
)
def power_cut_over_checkpoints(subject: Subject) -> None:
    """States of the disk at every step of short sessions, each of which closes the store."""
    _power_cut(subject, [3, 2, 2, 2], subject.counts.power_states - subject.counts.power_states // 2)


# --- what is left beside the file, and servers ------------------------------------------------------------------


def leave(open_name: str, url: str, seed: int) -> None:
    """Driver of F7: a child makes transfers and is killed, so that it leaves what it had beside its file."""
    draw = Random(seed)  # noqa: S311 - repeatable on purpose
    killed(transferring(opener(open_name), url, draw), draw, 5)


@requires(
    "F7",
    "别的库留下的日志文件不会被悄悄并入。",
    "A log that another store left is not applied unseen.",
    needs=_FILE,
)
def foreign_log(subject: Subject) -> None:
    """The files that a killed store left beside it are put beside another store."""
    left, url = subject.place(), subject.place()
    children.call(leave, _given(subject, url=left), seconds=PATIENCE)
    with subject.reopen(url) as store:
        bank.work(store, Random(2), 7, lambda _: None)  # noqa: S311 - repeatable on purpose
        head = store.head()
    source, target = file_of(left), file_of(url)
    for path in source.parent.glob(f"{source.name}?*"):
        shutil.copyfile(path, target.with_name(target.name + path.name.removeprefix(source.name)))
    expect(_seen_or_same(subject, url, head), "the log of another store was applied, and nothing shows it")


def _seen_or_same(subject: Subject, url: str, head: Head) -> bool:
    """Whether a store is refused, tells that it is damaged, or is as it was."""
    try:
        with subject.reopen(url) as store:
            return bool(bank.look(store, [head])) or store.head() == head
    except StoreProblem:
        return True


def transfers_for_ever(open_name: str, url: str, seed: int) -> None:  # pragma: no cover - ended from outside
    """Driver of F8: make transfers until the server ends; every acknowledgement is a line."""
    with opener(open_name)(url) as store:
        bank.work(store, Random(seed), 1_000_000, bank.teller(1))  # noqa: S311 - repeatable on purpose


@requires(
    "F8",
    "数据库服务器突然终止：已确认的都在。",
    "Sudden end of the database server: what was acknowledged is there.",
    needs=frozenset({"server"}),
)
def server_crash(subject: Subject) -> None:
    """The server is ended while a program makes transfers, and started again."""
    if subject.crash is None:
        message = "the author handed over no crash factory"
        raise CannotRun(message)
    for turn in range(subject.counts.server_kills):
        url = subject.place()
        given = {**_given(subject, url=url), "seed": turn}
        with children.started() as child:
            children.ask(child, transfers_for_ever, given)
            told = bank.told(_until_the_crash(cast("IO[bytes]", child.stdout), subject.crash))
        with subject.reopen(url) as store:
            found = bank.look(store, told)
        expect(told, "nothing was acknowledged before the crash")
        expect(not found, f"crash {turn}: {found}")


def _until_the_crash(reading: IO[bytes], crash: Callable[[], None]) -> bytes:
    """Read some acknowledgements, let the server crash, and read what else was told."""
    written = b"".join(reading.readline() for _ in range(5))
    crash()
    return written + reading.read()
