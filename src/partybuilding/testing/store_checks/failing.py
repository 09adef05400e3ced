"""A disk that is watched and that fails on demand: a small C library put before the program, and the words to steer it.

Compiled at the first need with the machine's C compiler. Only files below one folder count, so the program itself
goes on as usual.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from partybuilding.testing.store_checks.check import CannotRun

SOURCE = Path(__file__).with_name("shim.c")
WRITES, SYNCS = 1, 2


def compiler() -> str | None:
    """The C compiler of this machine."""
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


@cache
def library() -> str:
    """The path of the compiled library; it stays until this program ends.

    Raises:
        CannotRun: no C compiler here, or it cannot make the library.
    """
    program = compiler()
    if program is None:
        message = "needs a C compiler: no program cc, gcc or clang on the PATH"
        raise CannotRun(message)
    target = Path(_folder().name) / "failing.so"
    command = [program, "-shared", "-fPIC", "-O1", "-o", str(target), str(SOURCE), "-ldl"]
    made = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - the compiler of the PATH is meant
    if made.returncode:
        message = f"the C compiler cannot make the failing disk: {made.stderr.decode(errors='replace')[:500]}"
        raise CannotRun(message)
    return str(target)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="partybuilding-disk-")


def environment() -> dict[str, str]:
    """What a program must be started with so that its disk can fail.

    Raises:
        CannotRun: as :func:`library`.
    """
    return {"LD_PRELOAD": library()}


class Disk:
    """The watched part of the disk, steered from inside a program that was started with :func:`environment`."""

    def __init__(self, folder: Path, journal: Path | None = None) -> None:
        self._shim = ctypes.CDLL(library_here())
        self._log = -1 if journal is None else os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._shim.pb_watch(os.fsencode(folder.resolve()), self._log)

    def note(self, text: str) -> None:
        """Write a mark into the log, for example that something was acknowledged."""
        self._shim.pb_note(text.encode())

    def fail(self, kinds: int, nth: int, error: int, *, lasting: bool = False) -> None:
        """Let the n-th write, sync or either fail from now on, and perhaps all after it; 0 lets none fail."""
        self._shim.pb_fail(kinds, ctypes.c_long(nth), error, int(lasting))

    def room(self, count: int, *, partial: bool = False) -> None:
        """Let files grow by so many bytes together and no more (-1: freely); ``partial`` writes what still fits."""
        self._shim.pb_room(ctypes.c_long(count), int(partial))

    def freeze(self, *, on: bool) -> None:
        """Let nothing be made, changed or removed, as on a disk that is mounted for reading only."""
        self._shim.pb_freeze(int(on))

    def failures(self) -> int:
        """How often the disk has failed since it was told to."""
        return int(self._shim.pb_failures())


def library_here() -> str:
    """The library that this program was started with."""
    return os.environ["LD_PRELOAD"]
