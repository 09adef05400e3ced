"""What the disk may hold after a power cut: built from a recorded run, each state opened by the store.

The model: a write is certain only after a sync of its file, a name (made, removed, changed) only after a sync of its
folder. Of everything else any part may have reached the disk:
all of it in order, or any subset, and of a write any of its sectors of 512 bytes. The shares are not those of real
disks; that no state at all is bad is what counts. Limits: an honest sync, one folder, one process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

from attrs import evolve, field, frozen

SECTOR = 512
DROPPED, TORN = 0.4, 0.2


@frozen
class Step:
    """One recorded change: its sort, a number (offset or size), its content, the name, and the new name of a rename.

    Sorts: C made, W written, T cut to a size, S synced, U removed, R renamed, N a mark of the program.
    """

    sort: str
    name: str
    number: int = 0
    content: bytes = b""
    target: str = ""


def recorded(log: bytes) -> tuple[Step, ...]:
    r"""The steps of a log.

    >>> recorded(b"W 4 2 /a/b\nxyN 0 0 done\n")
    (Step(sort='W', name='/a/b', number=4, content=b'xy', target=''), Step(sort='N', name='done', number=0, content=b'', target=''))
    """
    steps: list[Step] = []
    place = 0
    while place < len(log):
        line, place = _line(log, place)
        sort, number, count, name = line.split(" ", 3)
        if sort == "R":
            target, place = _line(log, place)
            steps.append(Step("R", name, target=target))
        else:
            content = log[place : place + int(count)]
            place += int(count)
            steps.append(Step(sort, name, int(number), content))
    return tuple(steps)


def _line(log: bytes, place: int) -> tuple[str, int]:
    end = log.index(b"\n", place)
    return log[place:end].decode(), end + 1


@frozen(kw_only=True)
class _File:
    """A file: what is certain, and the writes and cuts since the last sync."""

    certain: bytes = b""
    open: tuple[Step, ...] = ()

    def whole(self) -> bytes:
        return _applied(self.certain, self.open)


def _applied(content: bytes, steps: Iterable[Step]) -> bytes:
    held = bytearray(content)
    for step in steps:
        if step.sort == "T":
            held = held[: step.number].ljust(step.number, b"\0")
        else:
            end = step.number + len(step.content)
            held = held.ljust(end, b"\0")
            held[step.number : end] = step.content
    return bytes(held)


class Platter:
    """The disk while the recorded run is played back: files by number, certain names, and names not yet certain."""

    def __init__(self) -> None:
        self.files: list[_File] = []
        self.names: dict[str, int] = {}
        self._certain: dict[str, int] = {}
        self._renamings: list[tuple[str, int | None]] = []
        self.marks: list[str] = []

    def play(self, step: Step) -> None:
        """Let one recorded step happen."""
        if step.sort == "N":
            self.marks.append(step.name)
        elif step.sort == "C":
            self.files.append(_File())
            self._name(step.name, len(self.files) - 1)
        elif step.sort == "U":
            self._name(step.name, None)
        elif step.sort == "R":
            number = self.names[step.name]
            self._name(step.name, None)
            self._name(step.target, number)
        elif step.name in self.names:
            self._change(self.names[step.name], step)
        elif step.sort == "S":
            self._settle(step.name)

    def _change(self, number: int, step: Step) -> None:
        file = self.files[number]
        changed = _File(certain=file.whole()) if step.sort == "S" else evolve(file, open=(*file.open, step))
        self.files[number] = changed

    def _name(self, name: str, number: int | None) -> None:
        self._renamings.append((name, number))
        if number is None:
            self.names.pop(name, None)
        else:
            self.names[name] = number

    def _settle(self, folder: str) -> None:
        """A folder was synced: its names are certain."""
        mine = [each for each in self._renamings if str(Path(each[0]).parent) == folder]
        self._renamings = [each for each in self._renamings if each not in mine]
        self._certain = _renamed(self._certain, mine)

    def in_order(self) -> dict[str, bytes]:
        """The state if everything so far reached the disk."""
        return {name: self.files[number].whole() for name, number in self.names.items()}

    def any_part(self, draw: Random) -> dict[str, bytes]:
        """A state in which a drawn part of what is not certain reached the disk."""
        kept = [each for each in self._renamings if draw.random() >= DROPPED]
        names = _renamed(self._certain, kept)
        return {name: self._partly(self.files[number], draw) for name, number in sorted(names.items())}

    @staticmethod
    def _partly(file: _File, draw: Random) -> bytes:
        return _applied(file.certain, (part for step in file.open for part in parts(step, draw)))


def _renamed(names: dict[str, int], changes: Iterable[tuple[str, int | None]]) -> dict[str, int]:
    after: dict[str, int | None] = {**names}
    after.update(changes)
    return {name: number for name, number in after.items() if number is not None}


def parts(step: Step, draw: Random) -> Iterator[Step]:
    """What of one change reached the disk: nothing, some of its sectors, or all."""
    fate = draw.random()
    if fate < DROPPED:
        return
    if fate >= DROPPED + TORN or step.sort == "T":
        yield step
        return
    first = step.number - step.number % SECTOR
    for start in range(first, step.number + len(step.content), SECTOR):
        low, high = max(start, step.number), min(start + SECTOR, step.number + len(step.content))
        if draw.random() < 0.5:  # noqa: PLR2004 - a coin
            yield Step("W", step.name, low, step.content[low - step.number : high - step.number])


@frozen(kw_only=True)
class Aftermath:
    """One state of the disk after a cut: before which step, drawn with which seed, the files, the marks until then."""

    step: int
    seed: int | None
    files: dict[str, bytes] = field(repr=False)
    marks: tuple[str, ...] = field(repr=False)


def aftermaths(steps: tuple[Step, ...], count: int, seed: int) -> Iterator[Aftermath]:
    """So many states, spread evenly over a cut before every step and one after the last.

    Of the states of one cut one is in order and the others are drawn; where there is one only, every other is drawn.
    """
    platter = Platter()
    cuts = len(steps) + 1
    for place in range(cuts):
        marks = tuple(platter.marks)
        for turn in range((place + 1) * count // cuts - place * count // cuts):
            if turn == place % 2:
                yield Aftermath(step=place, seed=None, files=platter.in_order(), marks=marks)
            else:
                drawn = (seed * 1_000_003 + place) * 1009 + turn
                files = platter.any_part(Random(drawn))  # noqa: S311 - repeatable on purpose
                yield Aftermath(step=place, seed=drawn, files=files, marks=marks)
        if place < len(steps):
            platter.play(steps[place])


def laid_out(state: Aftermath, recorded_in: Path, folder: Path) -> None:
    """Put the files of a state into an empty folder, at the places they had in the recorded one."""
    for name, content in state.files.items():
        target = folder / Path(name).relative_to(recorded_in)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
